#include "tests/bench/process_under_test.h"

#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <sched.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace bench {

namespace {

constexpr auto kReadyWithin = 20s;
constexpr auto kEndsWithin = 15s;
constexpr qsizetype kOutputKept = 64 * 1024;

QByteArray procFile(qint64 pid, const char *name)
{
    QFile file(QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList entriesOf(qint64 pid, const char *name)
{
    const QDir directory(QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(name)));
    return directory.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
}

QStringList threadsOf(qint64 pid)
{
    QStringList names;
    for (const QString &thread : entriesOf(pid, "task"))
        names.append(QString::fromUtf8(procFile(pid, qPrintable(QStringLiteral("task/%1/comm").arg(thread)))).trimmed());
    names.sort();
    return names;
}

/// The calling thread and what it starts run on this core, or on any.
void stayOn(std::optional<int> core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (unsigned i = 0; i < CPU_SETSIZE; ++i)
        if (!core || static_cast<unsigned>(*core) == i)
            CPU_SET(i, &cores);
    sched_setaffinity(0, sizeof cores, &cores); // those that are not there do not matter
}

} // namespace

void stayOnCore(int core)
{
    stayOn(core);
}

ProcessUnderTest::ProcessUnderTest(const QString &program, const QProcessEnvironment &environment,
                                   const QString &directory, std::optional<int> core)
{
    m_process.setProgram(program);
    m_process.setProcessEnvironment(environment);
    m_process.setWorkingDirectory(directory);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setChildProcessModifier([core] { stayOn(core); });
    connect(&m_process, &QProcess::readyRead, this, [this] {
        m_output += m_process.readAll();
        if (m_output.size() > 2 * kOutputKept)
            m_output = m_output.right(kOutputKept);
    });
}

ProcessUnderTest::~ProcessUnderTest()
{
    end();
}

void ProcessUnderTest::end()
{
    if (!isRunning())
        return;
    m_process.terminate();
    if (!waitUntil([this] { return !isRunning(); }, kEndsWithin)) {
        m_process.kill();
        waitUntil([this] { return !isRunning(); }, kEndsWithin);
    }
}

std::optional<QString> ProcessUnderTest::start(const QStringList &arguments, const QString &readyWords)
{
    const QByteArray words = readyWords.toUtf8() + ' ';
    m_process.setArguments(arguments);
    QElapsedTimer timer;
    timer.start();
    m_process.start(QIODevice::ReadOnly);

    std::optional<QString> rest;
    waitUntil(
        [&] {
            const qsizetype at = m_output.indexOf(words);
            const qsizetype lineEnd = at < 0 ? -1 : m_output.indexOf('\n', at);
            if (lineEnd < 0)
                return m_process.state() == QProcess::NotRunning;
            m_startTime = std::chrono::nanoseconds(timer.nsecsElapsed());
            rest = QString::fromUtf8(m_output.mid(at + words.size(), lineEnd - at - words.size())).trimmed();
            return true;
        },
        kReadyWithin);
    return rest;
}

void ProcessUnderTest::kill()
{
    m_process.kill();
    waitUntil([this] { return !isRunning(); }, kEndsWithin);
}

ProcessFigures ProcessUnderTest::figures() const
{
    ProcessFigures figures;
    const qint64 pid = m_process.processId();
    // proc(5): the name, field 2, may hold anything up to the last ")"; utime and stime are fields 14 and 15.
    const QByteArray stat = procFile(pid, "stat");
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.size() > 12)
        figures.cpuSeconds =
            (fields[11].toDouble() + fields[12].toDouble()) / static_cast<double>(sysconf(_SC_CLK_TCK));
    const QList<QByteArray> schedule = procFile(pid, "schedstat").split(' ');
    if (schedule.size() > 1)
        figures.waitedSeconds = schedule[1].toDouble() / 1e9;
    const QByteArray status = procFile(pid, "status");
    if (const qsizetype at = status.indexOf("VmRSS:"); at >= 0)
        figures.residentMb = status.mid(at + 6, status.indexOf("kB", at) - at - 6).trimmed().toDouble() / 1024.0;
    figures.openFiles = static_cast<int>(entriesOf(pid, "fd").size());
    figures.threads = threadsOf(pid);
    return figures;
}

bool waitUntil(const std::function<bool()> &done, std::chrono::milliseconds atMost)
{
    QEventLoop loop;
    QElapsedTimer timer;
    timer.start();
    // Woken by whatever happens and, for conditions that time alone changes, now and then.
    QTimer tick;
    tick.setTimerType(Qt::PreciseTimer);
    tick.start(20ms);
    while (!done()) {
        if (std::chrono::milliseconds(timer.elapsed()) > atMost)
            return false;
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

} // namespace bench
