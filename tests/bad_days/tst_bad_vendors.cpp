#include "app/bootstrap.h"
#include "tests/integration/http_talk.h"
#include "tests/support/cuttable_line.h"
#include "tests/support/event_log.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace engine;
using namespace std::chrono_literals;

/// Calls to the friendly practice number on days on which a vendor is gone for good, and one that would not end by itself: what the
/// callee hears, and whose fault the history says it was. behaviour.md section 5.
class TestBadVendors : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();

    void nobodyIsCalledWithout_data();
    void nobodyIsCalledWithout();
    void earsThatFailInMidCall();
    void aVoiceThatFailsInMidCall();
    void aVoiceThatFallsSilentInMidCall();
    void aModelThatCannotBeReached();
    void aModelThatNeverAnswers();
    void aConversationWithoutAnEnd();
    void earsThatHearNothingMore();
    void aCarrierThatSendsNothingMore();

private:
    using Change = std::function<void(config::Config &)>;

    /// An engine with settings of its own, for one call.
    struct Desk
    {
        Desk(const config::Config &config, const calls::CallSettings &calls, bool practice)
            : engine(config, {.practice = practice, .calls = calls, .checkReadiness = false}, {clock, random, http, sockets})
        {
        }
        SystemClock clock;
        SystemRandom random;
        net::QtHttpClient http;
        net::QtWebSocketFactory sockets;
        Engine engine;
        support::EventLog log;
        quint16 port = 0;
    };
    /// What the history tells of a call that is over.
    struct Story
    {
        QString status;
        QString reason;
        QString heard; ///< of the agent, all of it
        QStringList incidents; ///< "fault code"
    };

    Desk &dial(const QString &name, const Change &change, const calls::CallSettings &calls = {}, bool practice = true);
    /// When the callee has heard the first answer: everything that is rendered ahead has been by then.
    void afterFirstAnswer(Desk &desk, const std::function<void()> &happens);
    Story storyOf(const QString &name);

    QTemporaryDir m_directory;
    app::PracticeHost m_practice;
    config::Config m_config;
    std::map<QString, std::unique_ptr<Desk>> m_desks;
    QTcpServer m_silent; // takes connections and says nothing
    std::unique_ptr<support::CuttableLine> m_toDeepgram;
    std::unique_ptr<support::CuttableLine> m_toCartesia;
    std::unique_ptr<support::CuttableLine> m_alsoToCartesia;
    std::unique_ptr<support::CuttableLine> m_alsoToDeepgram;
    std::unique_ptr<support::CuttableLine> m_toUs;
};

void TestBadVendors::initTestCase()
{
    m_config.server.port = 0;
    m_config.agent.greeting = "Hello, this is the desk. Do you have a minute?";
    QVERIFY(m_practice.start(m_config, {}));
    QVERIFY(m_silent.listen(QHostAddress::LocalHost));
    support::CuttableLine nowhere(m_config.gemini.baseUrl);
    nowhere.cut();
    m_toDeepgram = std::make_unique<support::CuttableLine>(m_config.deepgram.baseUrl);
    m_toCartesia = std::make_unique<support::CuttableLine>(m_config.cartesia.baseUrl);
    m_alsoToCartesia = std::make_unique<support::CuttableLine>(m_config.cartesia.baseUrl);
    m_alsoToDeepgram = std::make_unique<support::CuttableLine>(m_config.deepgram.baseUrl);

    // All at once: each takes as long as the patience it is about.
    const QUrl dead = nowhere.url();
    dial("ears", [&](config::Config &config) { config.deepgram.baseUrl = dead; });
    dial("voice", [&](config::Config &config) { config.cartesia.baseUrl = dead; });
    dial("key", [&](config::Config &config) { config.gemini.apiKey = Secret("bad"); });
    dial("model", [&](config::Config &config) { config.gemini.baseUrl = dead; });
    dial("silent model", [&](config::Config &config) {
        config.gemini.baseUrl = QUrl(QString("http://127.0.0.1:%1").arg(m_silent.serverPort()));
    });
    calls::CallSettings shortCalls;
    shortCalls.timeLimitWarning = 4s;
    shortCalls.timeLimit = 8s;
    dial("limit", [](config::Config &) {}, shortCalls);

    Desk &lostEars = dial("lost ears", [&](config::Config &config) { config.deepgram.baseUrl = m_toDeepgram->url(); });
    afterFirstAnswer(lostEars, [this] { m_toDeepgram->cut(); });
    Desk &lostVoice = dial("lost voice", [&](config::Config &config) { config.cartesia.baseUrl = m_toCartesia->url(); });
    afterFirstAnswer(lostVoice, [this] { m_toCartesia->cut(); });
    Desk &mute = dial("mute", [&](config::Config &config) { config.cartesia.baseUrl = m_alsoToCartesia->url(); });
    afterFirstAnswer(mute, [this] { m_alsoToCartesia->freeze(); });
    Desk &deaf = dial("deaf", [&](config::Config &config) { config.deepgram.baseUrl = m_alsoToDeepgram->url(); });
    afterFirstAnswer(deaf, [this] { m_alsoToDeepgram->freeze(); });
    Desk &unreached = dial("unreached", [&](config::Config &config) {
        QTcpServer free; // its number is ours to listen on in a moment
        QVERIFY(free.listen(QHostAddress::LocalHost));
        config.server.port = free.serverPort();
        m_toUs = std::make_unique<support::CuttableLine>(QUrl(QString("http://127.0.0.1:%1").arg(config.server.port)));
        config.server.publicUrl = m_toUs->url();
    }, {}, false); // as one that dials in earnest: only that has an address the carrier takes another way to
    afterFirstAnswer(unreached, [this] { m_toUs->freeze(); });
}

void TestBadVendors::cleanupTestCase()
{
    m_desks.clear();
}

TestBadVendors::Desk &TestBadVendors::dial(const QString &name, const Change &change, const calls::CallSettings &calls,
                                            bool practice)
{
    config::Config config = m_config;
    config.dataDir = m_directory.filePath(name);
    change(config);
    Desk &desk = *m_desks.emplace(name, std::make_unique<Desk>(config, calls, practice)).first->second;
    connect(&desk.engine, &Engine::event, this, [&desk](const records::Event &event) { desk.log.add(event); });
    desk.port = desk.engine.listen().value_or(0);
    HttpTalk talk(desk.port, "POST", "/dialout", R"({"to_number": "+14155550100"})", {{"Content-Type", "application/json"}});
    if (!talk.wait() || talk.status() != 200)
        qWarning() << name << "was not dialed:" << talk.body();
    return desk;
}

void TestBadVendors::afterFirstAnswer(Desk &desk, const std::function<void()> &happens)
{
    connect(&desk.engine, &Engine::event, this, [happens](const records::Event &event) {
        if (const auto *turn = std::get_if<records::AgentTurn>(&event); turn && turn->turn == 2)
            happens();
    });
}

TestBadVendors::Story TestBadVendors::storyOf(const QString &name)
{
    Desk &desk = *m_desks.at(name);
    if (!QTest::qWaitFor([&desk] { return !desk.log.ends().empty(); }, 60'000))
        return {};
    HttpTalk talk(desk.port, "GET", "/api/calls/" + desk.log.ends().front().sid.value().toLatin1());
    if (!talk.wait())
        return {};
    const QJsonObject call = talk.json();
    Story story{call["status"].toString(), call["reason"].toString(), {}, {}};
    for (const auto &line : call["transcript"].toArray())
        if (line.toObject()["speaker"] == "agent")
            story.heard += line.toObject()["text"].toString() + ' ';
    for (const auto &value : call["incidents"].toArray()) {
        const QJsonObject incident = value.toObject();
        story.incidents.append(incident["fault"].toString() + ' ' + incident["code"].toString());
        // A sentence, and no half of one in the middle of it.
        const QString text = incident["text"].toString();
        static const QRegularExpression kRunOn("[a-z] (Check|Look|Correct)\\b");
        if (!text.endsWith('.') || text.contains(kRunOn))
            story.incidents.append("no sentence: " + text);
    }
    return story;
}

void TestBadVendors::nobodyIsCalledWithout_data()
{
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("incident");
    QTest::newRow("ears") << "stt_lost" << "vendor stt_lost";
    QTest::newRow("voice") << "tts_lost" << "vendor tts_lost";
    QTest::newRow("key") << "model_refused" << "settings model_refused";
}

/// What is found out while it rings is no reason to let anybody pick up.
void TestBadVendors::nobodyIsCalledWithout()
{
    QFETCH(QString, reason);
    QFETCH(QString, incident);
    const Story story = storyOf(QTest::currentDataTag());
    QCOMPARE(story.status, QString("canceled"));
    QCOMPARE(story.reason, reason);
    QCOMPARE(story.incidents.last(), incident);
    QCOMPARE(story.heard, QString());
}

void TestBadVendors::earsThatFailInMidCall()
{
    const Story story = storyOf("lost ears");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("stt_lost"));
    QCOMPARE(story.incidents, QStringList("vendor stt_lost"));
    QVERIFY2(story.heard.contains("technical problem"), qPrintable(story.heard));
}

void TestBadVendors::aVoiceThatFailsInMidCall()
{
    const Story story = storyOf("lost voice");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("tts_lost"));
    QCOMPARE(story.incidents.last(), QString("vendor tts_lost"));
    QVERIFY2(story.heard.contains("technical problem"), qPrintable(story.heard));
}

void TestBadVendors::aVoiceThatFallsSilentInMidCall()
{
    const Story story = storyOf("mute");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("tts_lost"));
    QVERIFY(story.incidents.contains("vendor tts_stalled"));
    QCOMPARE(story.incidents.last(), QString("vendor tts_lost"));
    QVERIFY2(story.heard.contains("technical problem"), qPrintable(story.heard));
}

void TestBadVendors::aModelThatCannotBeReached()
{
    const Story story = storyOf("model");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("model_timeout"));
    QCOMPARE(story.incidents, QStringList({"vendor model_busy", "vendor model_slow", "vendor model_timeout"}));
    QVERIFY2(story.heard.contains("One moment, please."), qPrintable(story.heard));
    QVERIFY2(story.heard.contains("technical problem"), qPrintable(story.heard));
}

void TestBadVendors::aModelThatNeverAnswers()
{
    const Story story = storyOf("silent model");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("model_timeout"));
    QCOMPARE(story.incidents, QStringList({"vendor model_slow", "vendor model_timeout"}));
    QVERIFY2(story.heard.contains("One moment, please."), qPrintable(story.heard));
    QVERIFY2(story.heard.contains("technical problem"), qPrintable(story.heard));
}

void TestBadVendors::aConversationWithoutAnEnd()
{
    const Story story = storyOf("limit");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("time_limit"));
    QCOMPARE(story.incidents, QStringList());
    QVERIFY2(story.heard.endsWith("our time is up. Thank you for the conversation. Goodbye. "), qPrintable(story.heard));
}

/// Connected, but not a word comes back: nobody can answer what nobody understood.
void TestBadVendors::earsThatHearNothingMore()
{
    const Story story = storyOf("deaf");
    QCOMPARE(story.status, QString("completed"));
    QVERIFY(story.incidents.contains("vendor dead_air"));
}

/// The stream stays open and is empty.
void TestBadVendors::aCarrierThatSendsNothingMore()
{
    const Story story = storyOf("unreached");
    QCOMPARE(story.status, QString("completed"));
    QCOMPARE(story.reason, QString("media_stopped"));
    QCOMPARE(story.incidents, QStringList({"carrier media_gap", "carrier media_stopped"}));
}

DIALDESK_TEST(TestBadVendors)
#include "tst_bad_vendors.moc"
