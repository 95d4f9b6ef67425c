// The desktop program with a heartbeat on its window's thread, for `bench_calls --window`.
//     bench_window --calls 100
// Takes its settings from the environment, as dialdesk does. Told to end (SIGTERM), it prints one line: "window " and
// JSON with the time to the first paint and how late the window's thread was while so many calls were live.
#include "app/bootstrap.h"
#include "app/engine_thread.h"
#include "app/unix_signals.h"
#include "engine/base/thread_priority.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kBeat = 5ms;

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
    void beat(bool wanted)
    {
        if (wanted == m_timer.isActive())
            return;
        m_clock.start();
        if (wanted)
            m_timer.start();
        else
            m_timer.stop();
    }
    QJsonObject figures()
    {
        if (m_lateMs.empty())
            return {};
        std::sort(m_lateMs.begin(), m_lateMs.end());
        return {{u"longest_ms"_s, m_lateMs.back()},
                {u"p99_ms"_s, m_lateMs[static_cast<size_t>(0.99 * double(m_lateMs.size() - 1))]},
                {u"beats"_s, static_cast<qint64>(m_lateMs.size())}};
    }

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

} // namespace

int main(int argc, char *argv[])
{
    FirstPaint firstPaint;
    firstPaint.start();
    QCoreApplication::setApplicationName(u"bench_window"_s);
    app::installLog();
    QApplication application(argc, argv);
    QApplication::setStyle(u"Fusion"_s);
    QCommandLineParser parser;
    const QCommandLineOption callsOption(u"calls"_s, u"Live calls from which on stalls count."_s, u"n"_s, u"100"_s);
    parser.addOption(callsOption);
    parser.addHelpOption();
    parser.process(application);
    const int calls = parser.value(callsOption).toInt();
    const auto setup = app::setUp({u"bench_window"_s}, u"bench_window"_s);
    if (!setup) {
        std::fputs(qPrintable(setup.error().text), stderr);
        return setup.error().exitCode;
    }

    QTemporaryDir directory;
    QSettings settings(directory.filePath(u"window.ini"_s), QSettings::IniFormat);
    ui::Theme theme;
    ui::models::EngineLink link;
    ui::MainWindow window(link, theme, settings);
    window.installEventFilter(&firstPaint);
    window.resize(1360, 860);
    window.show();

    app::EngineThread engine(*setup);
    QObject::connect(&engine, &app::EngineThread::ready, &link, [&](engine::Engine *made) {
        link.attach(made);
        engine.open();
        engine::giveWay(app::kNiceOfTheWindow); // not earlier: the engine's threads run by now
    });
    QObject::connect(&engine, &app::EngineThread::failed, &application, [](const engine::Error &error) {
        std::fprintf(stderr, "bench_window: %s\n", qPrintable(error.message));
        QCoreApplication::exit(1);
    });

    Heartbeat heartbeat;
    int live = 0;
    QObject::connect(&link, &ui::models::EngineLink::event, &application, [&](const engine::records::Event &event) {
        if (const auto *changed = std::get_if<engine::records::CallStateChanged>(&event))
            live += changed->state == "in-progress"_L1 ? 1 : 0;
        else if (const auto *ended = std::get_if<engine::records::CallEnded>(&event))
            live -= ended->durationS > 0 ? 1 : 0;
        heartbeat.beat(live >= calls);
    });

    app::UnixSignals signalsSeen;
    QObject::connect(&signalsSeen, &app::UnixSignals::asked, &link, &ui::models::EngineLink::shutDown);
    QObject::connect(&link, &ui::models::EngineLink::stopped, &application, &QCoreApplication::quit);
    QMetaObject::invokeMethod(&engine, &app::EngineThread::start, Qt::QueuedConnection);
    const int exitCode = QApplication::exec();

    const QJsonObject figures{{u"first_paint_ms"_s, firstPaint.ms()}, {u"stalls"_s, heartbeat.figures()}};
    std::printf("window %s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    return exitCode;
}
