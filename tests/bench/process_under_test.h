#pragma once

#include <QObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>

namespace bench {

/// What the kernel knows of a process at one moment.
struct ProcessFigures
{
    double cpuSeconds = 0;    ///< user and system, all threads
    double waitedSeconds = 0; ///< its main thread wanted to run and had no core
    double residentMb = 0;
    int openFiles = 0; ///< descriptors, sockets and timers among them
    QStringList threads; ///< the names of all, in order; several may have one name
};

/// A program of ours as a process of its own, kept on one core so that it cannot be helped by the other.
class ProcessUnderTest : public QObject
{
public:
    /// @param core  nullopt: wherever the kernel likes
    ProcessUnderTest(const QString &program, const QProcessEnvironment &environment, const QString &directory,
                     std::optional<int> core);
    /// As end().
    ~ProcessUnderTest() override;

    /// Starts it and waits for a line that holds `readyWords`, on either output.
    /// @return what follows these words on that line; nullopt when it ended or took too long
    std::optional<QString> start(const QStringList &arguments, const QString &readyWords);
    /// From the fork to that line.
    std::chrono::duration<double, std::milli> startTime() const { return m_startTime; }

    /// Asks the process to end (SIGTERM); kills it when it does not within some seconds.
    void end();
    /// Ends it at once (SIGKILL), whatever it is doing.
    void kill();
    ProcessFigures figures() const;
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    /// The end of what it wrote, for a message about a failure.
    QString lastOutput() const { return QString::fromUtf8(m_output.right(2000)); }

private:
    QProcess m_process;
    QByteArray m_output;
    std::chrono::duration<double, std::milli> m_startTime{0};
};

/// Keeps the calling program, which may not have threads yet, on one core. Programs it starts have their own.
void stayOnCore(int core);

/// Lets events happen until `done` says so. @return false when it did not in time
bool waitUntil(const std::function<bool()> &done, std::chrono::milliseconds atMost);

} // namespace bench
