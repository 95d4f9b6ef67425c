// The window under load: the time to its first paint, and the longest its thread stalls while many practice calls run.
//     bench_window [--calls 100] [--seconds 30] [--most-stall MS]
// The practice line, the engine and the window share this process and its cores, as they do in `dialdesk --practice`.
// With --most-stall the exit status is 1 when a stall was longer.
#include "app/engine_thread.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kBeat = 5ms;
constexpr int kDialsPerSecond = 10;
/// Of the practice line: friendly, interrupting, humming and silent callees.
constexpr const char *kNumbers[] = {"+14155550100", "+14155550101", "+14155550108", "+14155550107"};

/// Beats on the window's thread and keeps how late each beat was.
class Heartbeat : public QObject
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(kBeat);
        connect(&m_timer, &QTimer::timeout, this, [this] { m_lateMs.push_back(sinceLast() - double(kBeat.count())); });
    }
    void start()
    {
        m_lateMs.clear();
        m_clock.start();
        m_timer.start();
    }
    double longestMs() const { return m_lateMs.empty() ? 0.0 : *std::max_element(m_lateMs.begin(), m_lateMs.end()); }
    double percentileMs(double share)
    {
        if (m_lateMs.empty())
            return 0.0;
        std::sort(m_lateMs.begin(), m_lateMs.end());
        return m_lateMs[static_cast<size_t>(share * double(m_lateMs.size() - 1))];
    }
    size_t beats() const { return m_lateMs.size(); }

private:
    double sinceLast()
    {
        const double ms = double(m_clock.nsecsElapsed()) / 1e6;
        m_clock.restart();
        return ms;
    }

    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<double> m_lateMs;
};

/// Tells when the window's pixels are there for the first time.
class FirstPaint : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_seen) {
            m_seen = true;
            // Queued: after the paint under way.
            QMetaObject::invokeMethod(
                this, [this] { m_ms = m_clock.elapsed(); }, Qt::QueuedConnection);
        }
        return QObject::eventFilter(watched, event);
    }
    void start() { m_clock.start(); }
    qint64 ms() const { return m_ms; }

private:
    QElapsedTimer m_clock;
    qint64 m_ms = -1;
    bool m_seen = false;
};

app::Setup practiceSetup(int calls)
{
    app::Setup setup;
    setup.practice = true;
    setup.config.server.port = 0;
    setup.config.limits.maxCalls = calls;
    setup.config.limits.callsPerSecond = 1'000;
    return setup;
}

} // namespace

int main(int argc, char *argv[])
{
    FirstPaint firstPaint;
    firstPaint.start();
    QApplication application(argc, argv);
    QApplication::setStyle(u"Fusion"_s);
    QCommandLineParser parser;
    const QCommandLineOption callsOption(u"calls"_s, u"Live calls."_s, u"n"_s, u"100"_s);
    const QCommandLineOption secondsOption(u"seconds"_s, u"How long to measure."_s, u"s"_s, u"30"_s);
    const QCommandLineOption stallOption(u"most-stall"_s, u"Longest stall allowed."_s, u"ms"_s);
    parser.addOptions({callsOption, secondsOption, stallOption});
    parser.addHelpOption();
    parser.process(application);
    const int calls = parser.value(callsOption).toInt();

    app::raiseFileLimit();
    QTemporaryDir directory;
    QSettings settings(directory.filePath(u"window.ini"_s), QSettings::IniFormat);
    ui::Theme theme;
    ui::models::EngineLink link;
    ui::MainWindow window(link, theme, settings);
    window.installEventFilter(&firstPaint);
    window.resize(1360, 860);
    window.show();

    app::EngineThread engine(practiceSetup(calls));
    Heartbeat heartbeat;
    QTimer dialling;
    int dialed = 0, live = 0, mostLive = 0, exitCode = 0;
    QObject::connect(&engine, &app::EngineThread::ready, &link, [&](engine::Engine *made) {
        link.attach(made);
        engine.open();
    });
    QObject::connect(&link, &ui::models::EngineLink::event, &application, [&](const engine::records::Event &event) {
        if (const auto *changed = std::get_if<engine::records::CallStateChanged>(&event))
            live += changed->state == "in-progress"_L1 ? 1 : 0;
        else if (const auto *ended = std::get_if<engine::records::CallEnded>(&event))
            live -= ended->durationS > 0 ? 1 : 0;
        mostLive = std::max(mostLive, live);
    });
    QObject::connect(&dialling, &QTimer::timeout, &link, [&] {
        engine::DialRequest request;
        request.to = QString::fromLatin1(kNumbers[dialed % std::size(kNumbers)]);
        link.dial(request);
        if (++dialed < calls)
            return;
        dialling.stop();
        QTimer::singleShot(5s, &application, [&] { heartbeat.start(); }); // all are answered by then
        QTimer::singleShot(5s + std::chrono::seconds(parser.value(secondsOption).toInt()), &application, [&] {
            const double longest = heartbeat.longestMs();
            std::printf("first paint                     %lld ms\n", static_cast<long long>(firstPaint.ms()));
            std::printf("live calls, at most             %d\n", mostLive);
            std::printf("window thread stalled, longest  %.1f ms\n", longest);
            std::printf("window thread stalled, p99      %.1f ms of %zu beats\n", heartbeat.percentileMs(0.99),
                        heartbeat.beats());
            if (parser.isSet(stallOption) && longest > parser.value(stallOption).toDouble())
                exitCode = 1;
            link.shutDown();
        });
    });
    QObject::connect(&link, &ui::models::EngineLink::factsChanged, &dialling, [&] {
        if (dialed == 0 && !link.facts().listeningOn.isEmpty() && !dialling.isActive())
            dialling.start(1000 / kDialsPerSecond);
    });
    QObject::connect(&link, &ui::models::EngineLink::stopped, &application, [&] { QCoreApplication::exit(exitCode); });
    QMetaObject::invokeMethod(&engine, &app::EngineThread::start, Qt::QueuedConnection);
    return QApplication::exec();
}
