// Keeps calls of all practice numbers going at dialdesk-server, the ones with faults among them, and looks at the process from
// outside: memory must not grow, and after the last call everything a call needs must be gone. Nothing here knows the engine.
//
//     soak --minutes 60 --calls 6
//     soak --minutes 60 --calls 6 --window     the desktop program in the server's place; its warm-up lasts until its
//                                              list of calls is full

#include "tests/bench/call_load.h"
#include "tests/bench/process_under_test.h"
#include "tests/bench/server_settings.h"
#include "tests/soak/memory_trend.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QUrlQuery>

#include <cstdio>
#include <cstdlib>
#include <numeric>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kWarmUp = 2min; // caches fill, the allocator finds its size
constexpr int kCallsOfAFullList = 200; // ended ones a window lists; memory for them is taken once
constexpr auto kSampleEvery = 2s;
constexpr double kDialsPerSecond = 2;
constexpr double kGrowthAnHour = 0.02;
constexpr auto kTellsTheTrend = 10min; // of calls; before that caches still fill
constexpr double kGrowthOfShortRunMb = 4; // what a leak in every frame or call would exceed within a minute
constexpr auto kLastCallEndsWithin = 90s;
constexpr auto kSettles = 20s;        // rendered phrases, sockets on their way out
constexpr auto kAllGoneWithin = 150s; // Qt keeps an idle HTTP connection for two minutes
constexpr int kListPage = 500;
constexpr auto kAsksToBeLeftAlone = "+14155550114"_L1;

QStringList numbers()
{
    QStringList list;
    for (int last = 100; last <= 115; ++last)
        list.append(u"+14155550%1"_s.arg(last));
    return list;
}

[[noreturn]] void fail(const QString &what, const bench::ProcessUnderTest &process)
{
    std::fprintf(stderr, "soak: %s\n%s\n", qPrintable(what), qPrintable(process.lastOutput()));
    std::exit(EXIT_FAILURE);
}

/// Asks and waits. @return the body; empty when there was no answer
QByteArray answerTo(QNetworkReply *reply)
{
    bench::waitUntil([reply] { return reply->isFinished(); }, 10s);
    const QByteArray body = reply->readAll();
    reply->deleteLater();
    return body;
}

/// @return the calls the history shows without an end; -1 when it cannot be read
int callsWithoutEnd(QNetworkAccessManager &http, const QUrl &server, int *all)
{
    int open = 0;
    QString before;
    for (;;) {
        QUrl url = server.resolved(QUrl(u"/api/calls"_s));
        QUrlQuery query{{u"limit"_s, QString::number(kListPage)}};
        if (!before.isEmpty())
            query.addQueryItem(u"before"_s, before);
        url.setQuery(query);
        const QJsonValue calls = QJsonDocument::fromJson(answerTo(http.get(QNetworkRequest(url)))).object()[u"calls"_s];
        if (!calls.isArray())
            return -1;
        const QJsonArray page = calls.toArray();
        for (const auto &call : page) {
            ++*all;
            if (call.toObject()[u"live"_s].toBool())
                ++open;
            before = call.toObject()[u"call_sid"_s].toString();
        }
        if (page.size() < kListPage)
            return open;
    }
}

/// @return what `after` holds more than `before`, as often as it does
QStringList leftOver(QStringList after, const QStringList &before)
{
    for (const QString &name : before)
        after.removeOne(name);
    return after;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption minutesOption(u"minutes"_s, u"How long; the first two are warm-up."_s, u"n"_s, u"60"_s);
    const QCommandLineOption callsOption(u"calls"_s, u"So many at a time."_s, u"n"_s, u"6"_s);
    const QCommandLineOption windowOption(u"window"_s, u"dialdesk with its window, not dialdesk-server."_s);
    parser.addOptions({minutesOption, callsOption, windowOption});
    parser.addHelpOption();
    parser.process(application);
    const std::chrono::minutes minutes(parser.value(minutesOption).toInt());
    if (minutes <= kWarmUp) {
        std::fputs("soak: the first two minutes are warm-up, so it takes at least three.\n", stderr);
        return EXIT_FAILURE;
    }

    const QTemporaryDir directory;
    const QString programs = QCoreApplication::applicationDirPath();
    bench::ProcessUnderTest practice(programs + u"/dialdesk-practice"_s, bench::cleanEnvironment(directory.path()), directory.path(),
                                     std::nullopt);
    const auto practiceUrl = practice.start({u"--port"_s, u"0"_s}, u"practice line on"_s);
    if (!practiceUrl)
        fail(u"dialdesk-practice does not start"_s, practice);
    const quint16 port = bench::freePort();
    const QUrl url(u"http://127.0.0.1:%1"_s.arg(port));
    const QString program = parser.isSet(windowOption) ? u"dialdesk"_s : u"dialdesk-server"_s;
    bench::ProcessUnderTest server(programs + u'/' + program, bench::serverEnvironment(directory.path(), *practiceUrl, port),
                                   directory.path(), std::nullopt);
    if (!server.start({}, u"listening on"_s))
        fail(u"%1 does not start"_s.arg(program), server);

    QNetworkAccessManager http;
    bench::CallLoad load(url, numbers());
    if (!load.follow())
        fail(u"the server lets nobody follow its events"_s, server);
    soak::MemoryTrend memory;
    const auto endedCalls = [&load] { return std::accumulate(load.ends.cbegin(), load.ends.cend(), 0); };
    const auto callFor = [&](std::chrono::milliseconds time, int leastCalls, bool measured) {
        load.keep(parser.value(callsOption).toInt(), kDialsPerSecond);
        QElapsedTimer clock;
        clock.start();
        while ((std::chrono::milliseconds(clock.elapsed()) < time || endedCalls() < leastCalls) && server.isRunning() &&
               practice.isRunning()) {
            bench::waitUntil([] { return false; }, kSampleEvery);
            if (measured)
                memory.add(static_cast<double>(clock.elapsed()) / 3'600'000.0, server.figures().residentMb);
            // Who asks to be left alone is not called again; here the same person is needed once more.
            answerTo(http.deleteResource(QNetworkRequest(url.resolved(QUrl(u"/api/do-not-call/"_s + kAsksToBeLeftAlone)))));
        }
        load.stop();
        return bench::waitUntil([&] { return load.underWay() == 0; }, kLastCallEndsWithin);
    };
    // What is made once, threads and connections that are kept, is there before anything is counted.
    if (!callFor(kWarmUp, parser.isSet(windowOption) ? kCallsOfAFullList : 0, false))
        fail(u"calls of the warm-up did not end"_s, server);
    bench::waitUntil([] { return false; }, kSettles);
    const bench::ProcessFigures before = server.figures();
    const bool ended = callFor(minutes - kWarmUp, 0, true);
    if (!server.isRunning() || !practice.isRunning())
        fail(u"a program ended by itself"_s, server.isRunning() ? practice : server);
    bench::ProcessFigures after;
    bench::waitUntil(
        [&] {
            after = server.figures();
            return after.openFiles <= before.openFiles && leftOver(after.threads, before.threads).isEmpty();
        },
        kAllGoneWithin);
    int all = 0;
    const int open = callsWithoutEnd(http, url, &all);

    QStringList wrong;
    const double growth = memory.megabytesAnHour();
    const double allowed = memory.firstMegabytes() * kGrowthAnHour;
    const double grown = after.residentMb - before.residentMb;
    if (minutes - kWarmUp >= kTellsTheTrend) {
        if (growth - 3 * memory.uncertainty() > allowed)
            wrong.append(u"memory grows by %1 MB an hour"_s.arg(growth, 0, 'f', 1));
    } else if (grown > kGrowthOfShortRunMb) {
        wrong.append(u"memory has grown by %1 MB"_s.arg(grown, 0, 'f', 1));
    }
    if (after.openFiles > before.openFiles)
        wrong.append(u"%1 descriptors are left over"_s.arg(after.openFiles - before.openFiles));
    if (const QStringList threads = leftOver(after.threads, before.threads); !threads.isEmpty())
        wrong.append(u"threads are left over: %1"_s.arg(threads.join(u", "_s)));
    if (!ended)
        wrong.append(u"%1 calls did not end"_s.arg(load.underWay()));
    if (open != 0)
        wrong.append(open < 0 ? u"the history cannot be read"_s : u"%1 calls have no end in the history"_s.arg(open));
    if (load.ends.isEmpty())
        wrong.append(u"no call came about"_s);

    std::printf("%lld minutes, %d calls in the history\n", static_cast<long long>(minutes.count()), all);
    std::printf("memory      %.1f MB after the warm-up, %+.2f MB an hour (give or take %.2f), allowed %+.2f\n", memory.firstMegabytes(),
                growth, memory.uncertainty(), allowed);
    std::printf("            %.1f MB before the measured calls, %.1f MB after\n", before.residentMb, after.residentMb);
    std::printf("descriptors %d before, %d after\n", before.openFiles, after.openFiles);
    std::printf("threads     %lld before, %lld after\n", static_cast<long long>(before.threads.size()),
                static_cast<long long>(after.threads.size()));
    for (auto end = load.ends.cbegin(); end != load.ends.cend(); ++end)
        std::printf("ended       %5d  %s\n", end.value(), qPrintable(end.key()));
    for (auto incident = load.incidents.cbegin(); incident != load.incidents.cend(); ++incident)
        std::printf("incident    %5d  %s\n", incident.value(), qPrintable(incident.key()));
    std::printf("refused     %5d  dials\n", load.refused);
    for (const QString &sentence : std::as_const(wrong))
        std::printf("WRONG: %s\n", qPrintable(sentence));
    return wrong.isEmpty() ? EXIT_SUCCESS : EXIT_FAILURE;
}
