// Measures dialdesk-server from outside, with the practice line as phone network, vendors and callees: two processes,
// each on a core of its own where there are two. Nothing here knows the engine; every figure comes from the HTTP
// interface, the events, the kernel or the people on the practice line. First with the server kept on one core, then
// with it free on all.
//
//     bench_calls --calls 20 --seconds 60
//     bench_calls --calls 100 --window      the desktop program beside the server, both free on all cores

#include "tests/bench/call_figures.h"
#include "tests/bench/call_load.h"
#include "tests/bench/process_under_test.h"
#include "tests/bench/report.h"
#include "tests/bench/server_settings.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QThread>

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kStarts = 5;
constexpr double kDialsPerSecond = 20;
constexpr auto kSettle = 3s; // before memory is looked at
constexpr auto kAnswerWithin = 30s;
constexpr auto kGreetingHeard = 2s; // its first sound is measured, not all of it
constexpr int kServerCore = 0;
constexpr int kPracticeCore = 1;

constexpr auto kGreeting =
    "Hello, this is Ava, the assistant of Bright Dental. I am calling about your appointment."_L1;
const QString kCallee = u"+14155550180"_s; // talks and listens without end, see engine/practice/long_talk.h

/// Where the server may run.
enum class Cores
{
    One,
    All
};

/// What is measured: a program, and where it may run.
struct Subject
{
    QString program;
    Cores cores = Cores::One;
    bool hasWindow = false;
};

const Subject kServerOnOneCore{u"dialdesk-server"_s, Cores::One};
const Subject kServerOnAllCores{u"dialdesk-server"_s, Cores::All};
const Subject kWindow{u"bench_window"_s, Cores::All, true};

struct Options
{
    int calls = 20;
    int seconds = 60;
    bool oneCoreOnly = false;
    bool withWindow = false;
    QString programs;
    QString microFile;
    bool jsonOnly = false;
};

[[noreturn]] void fail(const QString &what, const bench::ProcessUnderTest *process = nullptr)
{
    std::fprintf(stderr, "bench_calls: %s\n", qPrintable(what));
    if (process)
        std::fprintf(stderr, "%s\n", qPrintable(process->lastOutput()));
    std::exit(EXIT_FAILURE);
}

/// Asked before this program keeps itself to one of them.
bool hasSeveralCores()
{
    static const bool several = QThread::idealThreadCount() > 1;
    return several;
}

/// Two processes that disturb each other measure nothing; on one core there is no choice.
std::optional<int> coreOf(const Subject &subject)
{
    return hasSeveralCores() && subject.cores == Cores::One ? std::optional(kServerCore) : std::nullopt;
}

QStringList argumentsOf(const Subject &subject, const Options &options)
{
    return subject.hasWindow ? QStringList{u"--calls"_s, QString::number(options.calls)} : QStringList();
}

/// Starts it and waits until it listens. @return its address
QUrl startSubject(bench::ProcessUnderTest &process, const Subject &subject, const Options &options)
{
    const auto url = process.start(argumentsOf(subject, options), u"listening on"_s);
    if (!url)
        fail(u"%1 does not start"_s.arg(subject.program), &process);
    return QUrl(*url);
}

/// What the window itself knows of its thread; it says so at its end.
void reportWindow(const QString &output, bench::Report *report)
{
    const QString words = u"\nwindow {"_s;
    const qsizetype at = output.lastIndexOf(words);
    const QJsonObject figures = QJsonDocument::fromJson(output.mid(at + words.size() - 1).toUtf8()).object();
    const QJsonObject stalls = figures["stalls"_L1].toObject();
    if (at < 0 || stalls.isEmpty())
        return report->declareVoid(u"the window told nothing of its thread"_s);
    report->add(u"window: start to first paint"_s, figures["first_paint_ms"_L1].toDouble(), u"ms"_s, 600.0);
    report->add(u"window: its thread stalled, p99"_s, stalls["p99_ms"_L1].toDouble(), u"ms"_s);
    report->add(u"window: its thread stalled, longest"_s, stalls["longest_ms"_L1].toDouble(), u"ms"_s, 50.0);
    report->note(u"window: heartbeats"_s, stalls["beats"_L1]);
}

/// How long the server takes from the fork until it listens, the median of some starts.
void measureStarts(const Options &options, const QTemporaryDir &directory, bench::Report *report)
{
    std::vector<double> starts;
    for (int i = 0; i < kStarts; ++i) {
        const quint16 port = bench::freePort();
        bench::ProcessUnderTest server(options.programs + u'/' + kServerOnOneCore.program,
                                       bench::serverEnvironment(directory.path(), u"http://127.0.0.1:9"_s, port),
                                       directory.path(), coreOf(kServerOnOneCore));
        startSubject(server, kServerOnOneCore, options);
        starts.push_back(server.startTime().count());
    }
    report->add(u"start to listening, median of five"_s, bench::percentile(starts, 0.5), u"ms"_s, 100.0);
}

/// Dials until so many calls talk at once.
void bringAbout(int calls, bench::CallLoad *load, const bench::ProcessUnderTest &server)
{
    load->keep(calls, kDialsPerSecond);
    if (!bench::waitUntil([&] { return load->talking() >= calls || load->refused > 0; }, kAnswerWithin) ||
        load->refused > 0)
        fail(u"%1 of %2 calls were answered"_s.arg(load->talking()).arg(calls), &server);
}

/// Ends all calls.
void endAll(bench::CallLoad *load)
{
    load->stop();
    bench::waitUntil([load] { return load->underWay() == 0; }, kAnswerWithin);
}

/// The agent speaks first: how soon after the stream's start its first sound leaves, with all calls answered at about
/// the same time. One call before them is not measured: the simulated voice takes its time for words it has never
/// spoken, a second perhaps, and what is measured is a greeting that is ready.
void measureGreetings(const Options &options, const Subject &subject, const QTemporaryDir &directory,
                      const QString &practiceUrl, bench::Report *report)
{
    const quint16 port = bench::freePort();
    QProcessEnvironment environment = bench::serverEnvironment(directory.path(), practiceUrl, port);
    environment.insert(u"GREETING_MODE"_s, u"agent_first"_s);
    environment.insert(u"GREETING"_s, kGreeting);
    bench::ProcessUnderTest server(options.programs + u'/' + subject.program, environment, directory.path(),
                                   coreOf(subject));
    bench::CallLoad load(startSubject(server, subject, options), {kCallee});
    if (!load.follow())
        fail(u"the server's events cannot be followed"_s, &server);
    for (const int calls : {1, options.calls}) {
        load.restart();
        bringAbout(calls, &load, server);
        bench::waitUntil([] { return false; }, kGreetingHeard);
        endAll(&load);
    }
    report->addSpread(u"agent first: stream start to first audio"_s, load.firstAudioMs, u"ms"_s, 30.0, 30.0);
}

/// What the practice line knows of the time since it was last asked to forget.
QJsonObject practiceStatistics(const QString &practiceUrl, const QByteArray &method)
{
    QNetworkAccessManager http;
    QNetworkReply *reply = http.sendCustomRequest(QNetworkRequest(QUrl(practiceUrl + u"/practice/stats"_s)), method);
    bench::waitUntil([reply] { return reply->isFinished(); }, kAnswerWithin);
    return QJsonDocument::fromJson(reply->readAll()).object();
}

void measureLoad(const Options &options, const Subject &subject, const QTemporaryDir &directory,
                 const QString &practiceUrl, const bench::ProcessUnderTest &practice, bench::Report *report)
{
    const quint16 port = bench::freePort();
    bench::ProcessUnderTest server(options.programs + u'/' + subject.program,
                                   bench::serverEnvironment(directory.path(), practiceUrl, port), directory.path(),
                                   coreOf(subject));
    const QUrl url = startSubject(server, subject, options);
    const auto settle = [] { bench::waitUntil([] { return false; }, kSettle); };
    settle();
    const double idleMb = server.figures().residentMb;
    report->add(u"resident when idle"_s, idleMb, u"MB"_s, subject.hasWindow ? std::nullopt : std::optional(40.0));

    bench::CallLoad load(url, {kCallee});
    if (!load.follow())
        fail(u"the server's events cannot be followed"_s, &server);
    double halfMb = idleMb;
    const int half = options.calls / 2;
    for (const int calls : {half, options.calls}) {
        if (calls == 0)
            continue;
        bringAbout(calls, &load, server);
        settle();
        if (calls == half) {
            halfMb = server.figures().residentMb;
            report->add(u"resident with %1 calls"_s.arg(calls), halfMb, u"MB"_s);
        }
    }

    practiceStatistics(practiceUrl, "DELETE");
    load.restart();
    const bench::ProcessFigures before = server.figures();
    const bench::ProcessFigures practiceBefore = practice.figures();
    bench::waitUntil([&] { return !server.isRunning() || !practice.isRunning(); },
                     std::chrono::seconds(options.seconds));
    if (!server.isRunning() || !practice.isRunning())
        fail(u"a program ended in mid-measurement"_s, server.isRunning() ? &practice : &server);
    const bench::ProcessFigures after = server.figures();
    const bench::ProcessFigures practiceAfter = practice.figures();
    const double callMinutes = load.callSeconds() / 60.0;
    const QJsonObject stats = practiceStatistics(practiceUrl, "GET");

    report->add(u"resident with %1 calls"_s.arg(options.calls), after.residentMb, u"MB"_s);
    report->add(u"resident more per live call"_s, (after.residentMb - idleMb) / options.calls, u"MB"_s, 0.6);
    if (half > 0)
        report->add(u"resident more per live call, second half"_s, (after.residentMb - halfMb) / (options.calls - half),
                    u"MB"_s);
    report->add(u"processor time per minute of a call"_s, (after.cpuSeconds - before.cpuSeconds) / callMinutes, u"s"_s,
                0.2);
    report->add(u"processor time of the server"_s, 100.0 * (after.cpuSeconds - before.cpuSeconds) / options.seconds,
                u"% core"_s);
    report->add(u"processor time of the practice line"_s,
                100.0 * (practiceAfter.cpuSeconds - practiceBefore.cpuSeconds) / options.seconds, u"% core"_s);
    report->add(u"server had no core while it wanted one"_s,
                1000.0 * (after.waitedSeconds - before.waitedSeconds) / options.seconds, u"ms/s"_s);
    bench::reportTurns(load.turns, report);
    report->addSpread(u"server gets round to a request"_s, load.roundTripsMs, u"ms"_s);
    bench::reportCallees(stats, report);
    report->add(u"calls held to the end"_s, load.talking(), u""_s);
    report->note(u"incidents"_s, bench::counts(load.incidents));
    report->note(u"calls ended"_s, bench::counts(load.ends));

    endAll(&load);
    settle();
    report->add(u"resident after the calls"_s, server.figures().residentMb, u"MB"_s);
    if (subject.hasWindow) {
        server.end();
        reportWindow(server.lastOutput(), report);
    }
}

Options parseOptions(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Measures dialdesk-server with calls to the practice line."_s);
    const QCommandLineOption calls(u"calls"_s, u"Calls at once (default 20)."_s, u"n"_s, u"20"_s);
    const QCommandLineOption seconds(u"seconds"_s, u"How long to measure with all of them (default 60)."_s, u"s"_s,
                                     u"60"_s);
    const QCommandLineOption oneCore(u"one-core"_s, u"Measure with the server kept on one core only."_s);
    const QCommandLineOption window(u"window"_s,
                                    u"Measure the server and the desktop program, both free on all cores."_s);
    const QCommandLineOption json(u"json"_s, u"Print the JSON alone, without the table."_s);
    const QCommandLineOption programs(u"programs"_s, u"Where the programs are (default: beside this one)."_s, u"dir"_s,
                                      QCoreApplication::applicationDirPath());
    const QCommandLineOption micro(u"micro"_s, u"Google Benchmark's JSON to include."_s, u"file"_s);
    parser.addOptions({calls, seconds, oneCore, window, json, programs, micro});
    parser.addHelpOption();
    parser.process(application);
    Options options;
    options.calls = parser.value(calls).toInt();
    options.seconds = parser.value(seconds).toInt();
    options.programs = parser.value(programs);
    options.microFile = parser.value(micro);
    options.oneCoreOnly = parser.isSet(oneCore);
    options.withWindow = parser.isSet(window);
    options.jsonOnly = parser.isSet(json);
    if (options.calls < 1 || options.calls > 1000 || options.seconds < 1)
        fail(u"--calls takes 1 to 1000, --seconds at least 1."_s);
    return options;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const Options options = parseOptions(application);
    QTemporaryDir directory;
    bench::ProcessUnderTest practice(options.programs + u"/dialdesk-practice"_s, bench::cleanEnvironment(directory.path()),
                                     directory.path(), hasSeveralCores() ? std::optional(kPracticeCore) : std::nullopt);
    const auto practiceUrl = practice.start(
        {u"--latency"_s, u"stt=%1,llm=%2,tts=%3"_s.arg(bench::kSttMs).arg(bench::kLlmMs).arg(bench::kTtsMs),
         u"--seed"_s, u"1"_s, u"--account"_s, bench::practiceAccount(), u"--token"_s, u"practice"_s},
        u"practice line on"_s);
    if (!practiceUrl)
        fail(u"dialdesk-practice does not start"_s, &practice);

    bench::Report alone;
    measureStarts(options, directory, &alone);
    bench::addMicroBenchmarks(options.microFile, &alone);
    if (hasSeveralCores())
        bench::stayOnCore(kPracticeCore); // what measures must not be what is in the way
    struct Part
    {
        const char *key;
        const char *title;
        const Subject &subject;
        bool wanted;
        bench::Report report;
    };
    Part parts[] = {
        {"one_core", "Server on one core", kServerOnOneCore, !options.withWindow, {}},
        {"all_cores", "Server on all cores", kServerOnAllCores, hasSeveralCores() && !options.oneCoreOnly, {}},
        {"window", "Window on all cores", kWindow, options.withWindow, {}},
    };
    QJsonObject json{{u"calls"_s, options.calls}, {u"seconds"_s, options.seconds}, {u"cores"_s, QThread::idealThreadCount()}};
    QString tables;
    bool isVoid = false;
    for (Part &part : parts) {
        if (!part.wanted)
            continue;
        measureGreetings(options, part.subject, directory, *practiceUrl, &part.report);
        measureLoad(options, part.subject, directory, *practiceUrl, practice, &part.report);
        tables += QLatin1StringView(part.title) + u'\n' + part.report.table() + u'\n';
        json.insert(QLatin1StringView(part.key), part.report.json());
        isVoid = isVoid || part.report.isVoid();
    }
    json.insert("alone"_L1, alone.json());

    if (!options.jsonOnly)
        std::fputs(qPrintable(tables + u"Alone\n"_s + alone.table() + u'\n'), stdout);
    std::fputs(QJsonDocument(json).toJson(QJsonDocument::Indented).constData(), stdout);
    return isVoid ? EXIT_FAILURE : EXIT_SUCCESS;
}
