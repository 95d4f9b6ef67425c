#pragma once

#include <QThread>

namespace engine {

/// A thread for work that can wait, as writing files and rendering speech can: its event loop gives way to the threads that carry
/// calls.
class BackgroundThread final : public QThread
{
    Q_OBJECT
public:
    /// It is to be started: Qt deletes the event loop of a thread only when that ends.
    /// @param name  as it is shown by a debugger
    explicit BackgroundThread(const QString &name, QObject *parent = nullptr);

protected:
    void run() override;
};

} // namespace engine
