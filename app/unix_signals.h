#pragma once

#include <QObject>

class QSocketNotifier;

namespace app {

/// SIGTERM and SIGINT as a Qt signal. The second one ends the process at once. One at most exists; made on the main thread.
class UnixSignals : public QObject
{
    Q_OBJECT
public:
    explicit UnixSignals(QObject *parent = nullptr);
    ~UnixSignals() override;

signals:
    void asked();

private:
    QSocketNotifier *m_notifier = nullptr;
};

} // namespace app
