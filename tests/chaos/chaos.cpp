// Kills dialdesk-server (SIGKILL) at random moments and starts it again, while a client asks it for calls and repeats
// what got no answer, and while the practice line loses some of the answers to its creations. At the end the practice
// line's list of calls is the judge. Nothing here knows the engine.
//
//     chaos --kills 100 --seed 7

#include "tests/bench/process_under_test.h"
#include "tests/bench/server_settings.h"
#include "tests/chaos/carrier_view.h"
#include "tests/chaos/verdict.h"
#include "tests/chaos/wishes.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kCallers = 20;
constexpr auto kLongestGhost = 15s;
constexpr auto kSettlesWithin = 150s;
constexpr auto kCreates = "ok,ok,lost,ok,html,ok,late=18,ok,dropped,ok,busy=1,slow=20"_L1;

/// Callees who are busy, do not answer, hang up, ring long; every other number has a conversation.
const QStringList kSpecials = {u"0102"_s, u"0103"_s, u"0104"_s, u"0106"_s, u"0107"_s, u"0115"_s};

[[noreturn]] void fail(const QString &what, const bench::ProcessUnderTest *process = nullptr)
{
    std::fprintf(stderr, "chaos: %s\n%s\n", qPrintable(what), process ? qPrintable(process->lastOutput()) : "");
    std::exit(EXIT_FAILURE);
}

QString callerNumber(int index)
{
    return u"+141555501%1"_s.arg(80 + index);
}

QProcessEnvironment serverEnvironment(const QString &directory, const QString &practiceUrl, quint16 port)
{
    QProcessEnvironment environment = bench::serverEnvironment(directory, practiceUrl, port);
    environment.insert(u"TWILIO_FROM_NUMBER"_s, callerNumber(0));
    return environment;
}

/// Numbers for one wish after the other, each pair once.
class Numbers
{
public:
    std::pair<QString, QString> next()
    {
        const int index = m_used++;
        const int special = index / 3;
        if (index % 3 == 0 && special < kSpecials.size() * kCallers)
            return {u"+1415555"_s + kSpecials[special % kSpecials.size()],
                    callerNumber(static_cast<int>(special / kSpecials.size()))};
        return {u"+1415555%1"_s.arg(1000 + index), callerNumber(0)};
    }

private:
    int m_used = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption killsOption(u"kills"_s, u"How often the server is killed."_s, u"n"_s, u"100"_s);
    const QCommandLineOption seedOption(u"seed"_s, u"The same seed gives the same moments."_s, u"n"_s, u"1"_s);
    parser.addOptions({killsOption, seedOption});
    parser.addHelpOption();
    parser.process(application);
    const int kills = parser.value(killsOption).toInt();
    std::mt19937 random(parser.value(seedOption).toUInt());
    const auto between = [&random](int low, int high) {
        return std::chrono::milliseconds(std::uniform_int_distribution(low, high)(random));
    };

    const QTemporaryDir directory;
    const QString programs = QCoreApplication::applicationDirPath();
    QStringList practiceOptions = {u"--port"_s, u"0"_s, u"--seed"_s, u"1"_s, u"--creates"_s, kCreates};
    for (int i = 0; i < kCallers; ++i)
        practiceOptions += {u"--number"_s, callerNumber(i)};
    bench::ProcessUnderTest practice(programs + u"/dialdesk-practice"_s, bench::cleanEnvironment(directory.path()),
                                     directory.path(), std::nullopt);
    const auto practiceUrl = practice.start(practiceOptions, u"practice line on"_s);
    if (!practiceUrl)
        fail(u"dialdesk-practice does not start"_s, &practice);

    const quint16 port = bench::freePort();
    const QUrl serverUrl(u"http://127.0.0.1:%1"_s.arg(port));
    chaos::Wishes wishes(serverUrl);
    chaos::CarrierView carrier(QUrl(*practiceUrl), bench::practiceAccount(), "practice", serverUrl);
    Numbers numbers;
    std::unique_ptr<bench::ProcessUnderTest> server;
    const auto start = [&] {
        server = std::make_unique<bench::ProcessUnderTest>(programs + u"/dialdesk-server"_s,
                                                           serverEnvironment(directory.path(), *practiceUrl, port),
                                                           directory.path(), std::nullopt);
        if (!server->start({}, u"listening on"_s))
            fail(u"dialdesk-server does not start"_s, server.get());
        carrier.serverStarted();
    };
    const auto pass = [](std::chrono::milliseconds time) { bench::waitUntil([] { return false; }, time); };

    for (int kill = 0; kill < kills; ++kill) {
        start();
        // Short runs fall into creations, long ones into conversations.
        const auto life = kill % 4 == 3 ? between(4000, 9000) : between(50, 2500);
        const int count = std::uniform_int_distribution(1, 3)(random);
        auto left = life;
        for (int i = 0; i < count; ++i) {
            const auto [to, from] = numbers.next();
            wishes.add(to, from);
            const auto step = between(0, static_cast<int>(left.count()));
            pass(step);
            left -= step;
        }
        pass(left);
        carrier.noteStates();
        server->kill();
        carrier.serverKilled();
        if (!bench::waitUntil([&] { return carrier.hasLooked(); }, 5s))
            fail(u"the carrier does not show its calls"_s, &practice);
        std::fprintf(stderr, "kill %d of %d after %lld ms, %d wishes open\n", kill + 1, kills,
                     static_cast<long long>(life.count()), wishes.open());
    }
    start();
    const bool settled = bench::waitUntil([&] { return wishes.open() == 0; }, kSettlesWithin);
    pass(kLongestGhost + 2s); // a call created late, for a wish that was given up, would show by now
    server.reset();           // SIGTERM: ends what is live
    carrier.serverKilled();
    bench::waitUntil(
        [&] {
            return std::none_of(carrier.calls().begin(), carrier.calls().end(),
                                [](const auto &call) { return call.isLive(); });
        },
        5s);
    pass(1s);

    QStringList wrong = chaos::verdict(wishes.all(), carrier.calls(), directory.filePath(u"dialdesk.sqlite"_s));
    if (!settled)
        wrong.append(u"%1 wishes had no answer after %2 s"_s.arg(wishes.open())
                         .arg(std::chrono::seconds(kSettlesWithin).count()));
    if (carrier.longestGhostSeconds() > static_cast<double>(kLongestGhost.count()))
        wrong.append(u"a call was live for %1 s without an owner"_s.arg(carrier.longestGhostSeconds()));
    for (const QString &sentence : std::as_const(wrong))
        std::fprintf(stderr, "WRONG: %s\n", qPrintable(sentence));
    std::printf("kills %d, wishes %d, calls created %d, call states at kills: %s; wrong: %d; longest ghost %.2f s; "
                "slowest restart until the last ghost was over %.2f s\n",
                kills, static_cast<int>(wishes.all().size()), static_cast<int>(carrier.calls().size()),
                qPrintable(carrier.statesAtKills.values().join(u' ')), static_cast<int>(wrong.size()),
                carrier.longestGhostSeconds(), carrier.slowestRestartSeconds());
    return wrong.isEmpty() ? EXIT_SUCCESS : EXIT_FAILURE;
}
