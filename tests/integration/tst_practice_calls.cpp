#include "app/bootstrap.h"
#include "app/call_printer.h"
#include "engine/audio/wav.h"
#include "tests/integration/http_talk.h"
#include "tests/support/event_log.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QWebSocket>

using namespace engine;
using namespace std::chrono_literals;

/// Whole calls: the engine, the practice line's carrier, vendors and callees, sound included, in real time.
///
/// All calls run at once in one engine, as an operator's would; each test then waits for its own call.
class TestPracticeCalls : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();

    void unreachableNumbers_data();
    void unreachableNumbers();
    void aCalleeWhoHangsUp();
    void aFriendlyConversation();
    void aCalleeWhoInterrupts();
    void aCalleeWhoSaysMhm();
    void aVoicemail();
    void aCalleeWhoNeverSpeaks();
    void aMediaSocketThatDrops();
    void aTranscriberThatDropsAndComesBack();
    void aModelThatIsBusyOnce();
    void aModelThatStalls();
    void aSpeechSocketThatHalfDies();
    void aCalleeWhoWantsOffTheList();
    void aCalleeWhoLetsItRing();
    void aCallOfTheCloud();
    void hangingUpByHttp();
    void everyTurnIsTimed();
    void theHistoryHoldsEveryCall();
    void callsAreRecordedAsTheyWereHeard_data();
    void callsAreRecordedAsTheyWereHeard();
    void everyLineBeginsInTheRecordingWhereItSounds();
    void eventsAreOnTheSocket();

private:
    static constexpr int kPatience = 100'000;
    void dial(const QString &digits, const QMap<QString, QString> &data = {},
              std::optional<config::Environment> environment = {});
    /// The operator ends calls of which the rest is as in any other.
    void endWhenSeenEnough(const records::Event &event);
    /// Waits for the end of a call. @return the end, with an empty status when it did not come
    records::CallEnded endOf(const QString &digits);
    CallSid sid(const QString &digits) const { return m_calls.value(digits); }
    QString all(const QStringList &texts) const { return texts.join(' '); }
    QString story(const QString &digits) const;

    QTemporaryDir m_dataDir;
    std::unique_ptr<app::PracticeHost> m_practice;
    std::unique_ptr<app::EngineHost> m_host;
    support::EventLog m_log;
    QHash<QString, CallSid> m_calls;
    quint16 m_port = 0;
    QWebSocket m_listener;
    QList<QJsonObject> m_heardOfEvents;
};

void TestPracticeCalls::initTestCase()
{
    config::Config config;
    config.server.port = 0;
    config.dataDir = m_dataDir.path();
    config.limits = {50, 100.0};
    config.pipecatCloud = {"ava", "bright-dental", "us-west"};
    m_practice = std::make_unique<app::PracticeHost>();
    QVERIFY(m_practice->start(config, {}));
    app::Setup setup;
    setup.config = config;
    setup.practice = true;
    m_host = std::make_unique<app::EngineHost>(setup);
    connect(&m_host->engine(), &Engine::event, this, [this](const records::Event &event) {
        m_log.add(event);
        endWhenSeenEnough(event);
    });
    const auto port = m_host->engine().listen();
    QVERIFY(port);
    m_port = *port;
    connect(&m_listener, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { m_heardOfEvents.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
    m_listener.open(QUrl(QString("ws://127.0.0.1:%1/api/events").arg(m_port)));
    QTRY_COMPARE(m_listener.state(), QAbstractSocket::ConnectedState);

    const QStringList numbers = {"0100", "0101", "0102", "0103", "0104", "0105", "0106", "0107",
                                 "0108", "0109", "0110", "0111", "0112", "0113", "0114", "0115"};
    for (const QString &digits : numbers)
        dial(digits, {{"customer_name", "Robin"}});
    dial("0120", {}, config::Environment::Production);
    dial("0121");
}

void TestPracticeCalls::cleanupTestCase()
{
    m_listener.abort();
    m_host.reset();
    m_practice.reset();
}

void TestPracticeCalls::dial(const QString &digits, const QMap<QString, QString> &data,
                             std::optional<config::Environment> environment)
{
    DialRequest request;
    request.to = "+1415555" + digits;
    request.customData = data;
    request.environment = environment;
    auto *job = m_host->engine().dial(request, this);
    connect(job, &DialJob::finished, this, [this, digits](const Result<CallSid> &sid, const QString &) {
        if (!sid)
            QFAIL(qPrintable(digits + ": " + sid.error().message));
        m_calls.insert(digits, *sid);
    });
}

void TestPracticeCalls::endWhenSeenEnough(const records::Event &event)
{
    const CallSid call = records::callOf(event);
    const auto *state = std::get_if<records::CallStateChanged>(&event);
    const auto *turn = std::get_if<records::AgentTurn>(&event);
    const bool answered = state && state->state == "in-progress" && call == sid("0115");
    const bool toldToWait = turn && turn->heard.contains("One moment") && call == sid("0112");
    if (answered || toldToWait)
        m_host->engine().hangUp(call);
}

records::CallEnded TestPracticeCalls::endOf(const QString &digits)
{
    const bool over = QTest::qWaitFor(
        [this, &digits] { return m_calls.contains(digits) && !m_log.ends(sid(digits)).empty(); }, kPatience);
    if (!over)
        return {};
    return m_log.ends(sid(digits)).front();
}

/// Everything said and everything wrong in a call, for the report of a failed test.
QString TestPracticeCalls::story(const QString &digits) const
{
    QStringList lines;
    for (const auto &event : m_log.all())
        if (records::callOf(event) == sid(digits)) {
            if (const auto *said = std::get_if<records::CalleeSaid>(&event); said && said->final)
                lines.append("callee   " + said->text);
            lines += app::CallPrinter::linesFor(event, 0);
        }
    return "\n" + lines.join('\n');
}

void TestPracticeCalls::unreachableNumbers_data()
{
    QTest::addColumn<QString>("digits");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("busy") << "0102"
                          << "busy"
                          << "busy" << 3;
    QTest::newRow("no answer") << "0103"
                               << "no-answer"
                               << "no_answer" << 3;
    QTest::newRow("failed") << "0104"
                            << "failed"
                            << "carrier_failed" << 4;
}

void TestPracticeCalls::unreachableNumbers()
{
    QFETCH(QString, digits);
    const auto end = endOf(digits);
    QTEST(end.status, "status");
    QTEST(end.reason, "reason");
    QTEST(app::CallPrinter::exitCodeFor(end), "exitCode");
    QCOMPARE(end.durationS, 0.0);
    QVERIFY(m_log.heard(sid(digits)).isEmpty());
    QCOMPARE(m_log.states(sid(digits)).first(), QString("queued"));
    QCOMPARE(m_log.incidents(sid(digits)).contains("call_failed"), end.status == "failed");
}

void TestPracticeCalls::aCalleeWhoHangsUp()
{
    const auto end = endOf("0106");
    QCOMPARE(end.status, QString("completed"));
    QCOMPARE(end.reason, QString("callee_hung_up"));
    QVERIFY(end.durationS >= 1.0 && end.durationS <= 5.0);
    QCOMPARE(app::CallPrinter::exitCodeFor(end), 0);
    QVERIFY2(all(m_log.said(sid("0106"))).contains("Hello"), qPrintable(story("0106")));
}

void TestPracticeCalls::aFriendlyConversation()
{
    const auto end = endOf("0100");
    const CallSid call = sid("0100");
    QCOMPARE(end.status, QString("completed"));
    QCOMPARE(end.reason, QString("agent_ended"));
    QCOMPARE(m_log.states(call), QStringList({"queued", "initiated", "ringing", "in-progress", "completed"}));
    QVERIFY2(end.calleeTurns >= 4 && end.agentTurns >= 4, qPrintable(story("0100")));
    QVERIFY(end.answerToFirstAudioMs);
    // Every scripted word arrived: the simulated transcriber misses a word whose sound was lost.
    QCOMPARE(
        all(m_log.said(call)),
        QString("Hello? Yes, this is a good time. Tuesday at ten works for me. Can you send me a reminder by text? "
                "No, that is everything. Thank you. Goodbye."));
    const auto turns = m_log.only<records::AgentTurn>(call);
    for (const auto &turn : turns) {
        QVERIFY2(turn.cut.isEmpty() && !turn.interrupted, qPrintable(turn.cut));
        QVERIFY(!turn.heard.isEmpty());
    }
    QVERIFY2(turns.front().heard.startsWith("Hello Robin, this is Ava"),
             qPrintable(turns.front().heard)); // the custom data reached it
    QVERIFY(turns.back().heard.endsWith("Goodbye."));
    for (const auto &turn : turns)
        QVERIFY(turn.connectionReused); // opened while the phone rang, and kept
    const auto tools = m_log.only<records::ToolCalled>(call);
    QCOMPARE(tools.size(), 1u);
    QCOMPARE(tools[0].name, QString("end_call"));
    // What the callee said and the answer to it are one turn.
    QMap<int, QString> said;
    for (const auto &words : m_log.only<records::CalleeSaid>(call))
        if (words.final)
            said[words.turn] += words.text + ' ';
    QCOMPARE(said.keys(), QList<int>({1, 2, 3, 4, 5}));
    QCOMPARE(end.calleeTurns, 5);
    QVERIFY(!m_log.incidents(call).contains("model_raced"));
}

void TestPracticeCalls::aCalleeWhoInterrupts()
{
    const auto end = endOf("0101");
    QCOMPARE(end.status, QString("completed"));
    int interrupted = 0;
    for (const auto &turn : m_log.only<records::AgentTurn>(sid("0101"))) {
        interrupted += turn.interrupted ? 1 : 0;
        QCOMPARE(turn.interrupted, !turn.cut.isEmpty());
    }
    QVERIFY2(interrupted == 2, qPrintable(story("0101")));
    QVERIFY(all(m_log.said(sid("0101"))).contains("Wait, I have a question."));
}

void TestPracticeCalls::aCalleeWhoSaysMhm()
{
    const auto end = endOf("0108");
    QCOMPARE(end.status, QString("completed"));
    for (const auto &turn : m_log.only<records::AgentTurn>(sid("0108")))
        QVERIFY2(!turn.interrupted, qPrintable(story("0108")));
    QVERIFY2(all(m_log.heard(sid("0108"))).contains("please tell me which of these you would like."),
             qPrintable(story("0108")));
}

void TestPracticeCalls::aVoicemail()
{
    const auto end = endOf("0105");
    QCOMPARE(end.status, QString("completed"));
    QVERIFY2(all(m_log.heard(sid("0105"))).contains("Please call us back"), qPrintable(story("0105")));
}

void TestPracticeCalls::aCalleeWhoNeverSpeaks()
{
    const auto end = endOf("0107");
    QCOMPARE(end.reason, QString("callee_silent"));
    QCOMPARE(end.calleeTurns, 0);
    const QStringList heard = m_log.heard(sid("0107"));
    QCOMPARE(heard.size(), 3);
    QVERIFY(heard[1].contains("still there"));
    QVERIFY(heard[2].endsWith("Goodbye."));
}

void TestPracticeCalls::aMediaSocketThatDrops()
{
    const auto end = endOf("0109");
    QCOMPARE(end.status, QString("completed"));
    QCOMPARE(end.reason, QString("media_lost"));
    QCOMPARE(m_log.incidents(sid("0109")).count("media_lost"), 1);
}

void TestPracticeCalls::aTranscriberThatDropsAndComesBack()
{
    const auto end = endOf("0110");
    QCOMPARE(end.reason, QString("agent_ended"));
    QCOMPARE(m_log.incidents(sid("0110")).count("stt_reconnected"), 1);
    // No word is missing and none is there twice.
    QCOMPARE(
        all(m_log.said(sid("0110"))),
        QString("Hello? Yes, this is a good time. Tuesday at ten works for me. Can you send me a reminder by text? "
                "No, that is everything. Thank you. Goodbye."));
}

void TestPracticeCalls::aModelThatIsBusyOnce()
{
    const auto end = endOf("0111");
    QCOMPARE(end.reason, QString("agent_ended"));
    QVERIFY2(m_log.incidents(sid("0111")).contains("model_busy"), qPrintable(story("0111")));
    QVERIFY(end.agentTurns >= 4);
}

void TestPracticeCalls::aModelThatStalls()
{
    const auto end = endOf("0112");
    QCOMPARE(end.reason, QString("operator"));
    QVERIFY2(m_log.incidents(sid("0112")).contains("model_slow"), qPrintable(story("0112")));
    QVERIFY2(all(m_log.heard(sid("0112"))).contains("One moment"), qPrintable(story("0112")));
}

void TestPracticeCalls::aSpeechSocketThatHalfDies()
{
    const auto end = endOf("0113");
    QCOMPARE(end.reason, QString("agent_ended"));
    QVERIFY2(m_log.incidents(sid("0113")).contains("tts_stalled"), qPrintable(story("0113")));
    for (const auto &turn : m_log.only<records::AgentTurn>(sid("0113")))
        QVERIFY2(turn.cut.isEmpty(), qPrintable(story("0113"))); // every sentence was said in the end
}

void TestPracticeCalls::aCalleeWhoWantsOffTheList()
{
    const auto end = endOf("0114");
    QCOMPARE(end.reason, QString("do_not_call"));
    QVERIFY(all(m_log.heard(sid("0114"))).contains("off our list"));
    const auto tool = m_log.only<records::ToolCalled>(sid("0114")).at(0);
    QCOMPARE(tool.name, QString("do_not_call"));
    QCOMPARE(tool.arguments["reason"].toString(), QString("asked not to be called"));
    // And is not called again.
    HttpTalk again(m_port, "POST", "/dialout", R"({"to_number": "+14155550114"})", {{"Content-Type", "application/json"}});
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 403);
    QCOMPARE(again.code(), QString("do_not_call"));
    QVERIFY(again.json()["detail"].toString().contains("asked on the phone"));
}

void TestPracticeCalls::aCalleeWhoLetsItRing()
{
    const auto end = endOf("0115");
    QCOMPARE(end.status, QString("completed"));
    const auto states = m_log.only<records::CallStateChanged>(sid("0115"));
    QDateTime ringing;
    QDateTime answered;
    for (const auto &state : states) {
        if (state.state == "ringing")
            ringing = state.at;
        if (state.state == "in-progress")
            answered = state.at;
    }
    QVERIFY(ringing.msecsTo(answered) >= 7'000);
}

void TestPracticeCalls::aCallOfTheCloud()
{
    const auto end = endOf("0120");
    QCOMPARE(end.status, QString("completed"));
    QCOMPARE(end.reason, QString("ended_elsewhere"));
    QCOMPARE(m_log.only<records::CallStateChanged>(sid("0120")).front().env, QString("production"));
    QVERIFY(m_log.heard(sid("0120")).isEmpty());
    QVERIFY(m_log.incidents(sid("0120")).isEmpty());
}

void TestPracticeCalls::hangingUpByHttp()
{
    dial("0122");
    QTRY_VERIFY_WITH_TIMEOUT(m_calls.contains("0122") && m_log.states(sid("0122")).contains("in-progress"), 20'000);
    HttpTalk talk(m_port, "POST", "/api/calls/" + sid("0122").value().toLatin1() + "/hangup");
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 202);
    const auto end = endOf("0122");
    QCOMPARE(end.status, QString("completed"));
    QCOMPARE(end.reason, QString("operator"));
}

void TestPracticeCalls::everyTurnIsTimed()
{
    QCOMPARE(endOf("0100").status, QString("completed"));
    const auto turns = m_log.only<records::AgentTurn>(sid("0100"));
    for (const auto &turn : turns) {
        QVERIFY(turn.latency.totalMs);
        double sum = 0;
        for (const auto &[step, ms] : turn.latency.stepsMs) {
            QVERIFY(ms >= 0);
            sum += ms;
            if (step == "first_audio_sent")
                break;
        }
        QVERIFY2(std::abs(sum - *turn.latency.totalMs) < 1.0,
                 qPrintable(QString("%1 and %2").arg(sum).arg(*turn.latency.totalMs)));
        QVERIFY(*turn.latency.totalMs > 0 && *turn.latency.totalMs < 8000);
        QVERIFY(!turn.rule.isEmpty());
    }
}

void TestPracticeCalls::theHistoryHoldsEveryCall()
{
    QVERIFY(!endOf("0121").status.isEmpty());
    HttpTalk list(m_port, "GET", "/api/calls?limit=500");
    QVERIFY(list.wait());
    QCOMPARE(list.json()["calls"].toArray().size(), m_calls.size());
    HttpTalk one(m_port, "GET", "/api/calls/" + sid("0100").value().toLatin1());
    QVERIFY(one.wait());
    QCOMPARE(one.json()["disposition"].toString(), QString("conversation"));
    QCOMPARE(one.json()["practice"], QJsonValue(true));
    const auto transcript = one.json()["transcript"].toArray();
    QVERIFY(transcript.size() >= 10);
    QCOMPARE(transcript.first().toObject()["speaker"].toString(), QString("callee"));
    QCOMPARE(transcript.last().toObject()["speaker"].toString(), QString("agent"));
    HttpTalk metrics(m_port, "GET", "/metrics");
    QVERIFY(metrics.wait());
    QVERIFY(metrics.body().contains("dialdesk_calls_live 0\n"));
}

void TestPracticeCalls::callsAreRecordedAsTheyWereHeard_data()
{
    QTest::addColumn<QString>("digits");
    QTest::newRow("a conversation") << "0100";
    QTest::newRow("with interruptions") << "0101"; // what was cut off is not in it
    QTest::newRow("a dropped media socket") << "0109";
}

void TestPracticeCalls::callsAreRecordedAsTheyWereHeard()
{
    QFETCH(QString, digits);
    const auto end = endOf(digits);
    QVERIFY(!end.status.isEmpty());
    HttpTalk talk(m_port, "GET", "/api/calls/" + sid(digits).value().toLatin1() + "/recording");
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    const QByteArray file = talk.body();
    const auto wav = audio::parseWav(file);
    QVERIFY(wav);
    QCOMPARE(wav->format, (audio::WavFormat{audio::WavFormat::Encoding::Mulaw, 2, 8000}));
    const double seconds = static_cast<double>(wav->audio.size()) / 16000;
    QVERIFY2(seconds > end.durationS - 3 && seconds < end.durationS + 2,
             qPrintable(QString("%1 s recorded of %2 s").arg(seconds).arg(end.durationS)));

    qsizetype calleeSamples = 0;
    qsizetype agentSamples = 0;
    for (qsizetype i = 0; i < wav->audio.size(); i += 2) {
        calleeSamples += wav->audio[i] != '\xFF';
        agentSamples += wav->audio[i + 1] != '\xFF';
    }
    double heardMs = 0;
    for (const auto &turn : m_log.only<records::AgentTurn>(sid(digits)))
        heardMs += turn.audioHeardMs;
    QVERIFY(calleeSamples > 8000); // a second of them at least
    const double agentMs = static_cast<double>(agentSamples) / 8;
    // All that was proven heard, less the silence between words; a word that was said again after a false start counts twice.
    QVERIFY2(agentMs > 0.5 * heardMs && agentMs < heardMs + 1500,
             qPrintable(QString("%1 ms recorded, %2 ms heard").arg(agentMs).arg(heardMs)));
}

void TestPracticeCalls::everyLineBeginsInTheRecordingWhereItSounds()
{
    QVERIFY(!endOf("0100").status.isEmpty());
    const QByteArray path = "/api/calls/" + sid("0100").value().toLatin1();
    HttpTalk file(m_port, "GET", path + "/recording");
    QVERIFY(file.wait());
    const QByteArray bytes = file.body();
    const auto wav = audio::parseWav(bytes);
    QVERIFY(wav);
    const std::vector<std::int16_t> samples = audio::linearSamples(*wav);
    const auto loudest = [&samples](std::size_t side, double fromMs, double toMs) {
        int peak = 0;
        for (auto at = static_cast<std::size_t>(std::max(0.0, fromMs) * 8); at < static_cast<std::size_t>(toMs * 8); ++at)
            if (2 * at + side < samples.size())
                peak = std::max(peak, std::abs(int(samples[2 * at + side])));
        return peak;
    };
    HttpTalk record(m_port, "GET", path);
    QVERIFY(record.wait());
    const QJsonArray lines = record.json()["transcript"].toArray();
    QVERIFY(lines.size() >= 8);
    for (const auto &value : lines) {
        const QJsonObject line = value.toObject();
        const std::size_t side = line["speaker"].toString() == "agent" ? 1 : 0;
        const double begin = line["recording_ms"].toDouble(-1);
        const QString where = QString("%1 at %2 ms").arg(line["text"].toString()).arg(begin);
        QVERIFY2(begin >= 0, qPrintable(where));
        QVERIFY2(loudest(side, begin, begin + 400) > 1000, qPrintable(where));
        QVERIFY2(loudest(side, begin - 600, begin - 300) < 300, qPrintable(where)); // a first syllable may go unnoticed
    }
}

void TestPracticeCalls::eventsAreOnTheSocket()
{
    // The same objects, the same order.
    QTRY_COMPARE(m_heardOfEvents.size(), static_cast<qsizetype>(m_log.all().size()));
    for (qsizetype i = 0; i < m_heardOfEvents.size(); ++i)
        QCOMPARE(m_heardOfEvents[i], records::toJson(m_log.all()[static_cast<size_t>(i)]));
}

DIALDESK_TEST(TestPracticeCalls)
#include "tst_practice_calls.moc"
