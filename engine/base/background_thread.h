#pragma once

#include <QThread>

namespace engine {

/// A thread for work that can wait, as writing files and rendering speech can. It runs its event loop behind the threads
/// that carry calls when there is one core for all of them. (Linux gives every thread a nice value of its own; elsewhere
/// it is a thread like others.)
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
