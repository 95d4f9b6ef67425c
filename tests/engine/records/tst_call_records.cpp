#include "engine/records/record_book.h"
#include "tests/support/test_program.h"

#include <QTimeZone>
#include <QJsonArray>

using namespace engine;
using namespace engine::records;

namespace {

const CallSid kSid("CA01");
const QDateTime kAt(QDate(2026, 3, 4), QTime(10, 0), QTimeZone::utc());

CallStateChanged state(const QString &word, const CallSid &sid = kSid)
{
    return {sid, word, "+14155550100", "+14155550199", "local", true, kAt};
}

CallEnded ended(const QString &status, const CallSid &sid = kSid)
{
    return {sid, status, "callee_hung_up", 12.5, 41.0, 1, 2, kAt.addSecs(20)};
}

AgentTurn agentTurn(int turn, const QString &heard)
{
    AgentTurn value;
    value.sid = kSid;
    value.turn = turn;
    value.heard = heard;
    value.latency = {900.0, {{"speech_end", 0.0}, {"turn_end", 300.0}}};
    value.at = kAt.addSecs(5);
    return value;
}

QStringList sids(const std::vector<const CallRecord *> &records)
{
    QStringList list;
    for (const CallRecord *record : records)
        list.append(record->sid.value());
    return list;
}

} // namespace

class TestCallRecords : public QObject
{
    Q_OBJECT

private slots:
    void aRecordIsTheSumOfItsEvents();
    void dispositions_data();
    void dispositions();
    void theShortFormHasNoTranscript();
    void theWholeFormHasEverything();
    void theBookListsNewestFirstAndPages();
    void theBookForgetsTheOldestEndedCallsAndNeverALiveOne();
    void eventsOfUnknownCallsAreIgnored();
    void openingTwiceKeepsTheFirst();
};

void TestCallRecords::aRecordIsTheSumOfItsEvents()
{
    CallRecord record;
    for (const char *word : {"queued", "ringing", "in-progress"})
        record.apply(state(word));
    record.apply(CalleeSaid{kSid, 1, "hel", false, kAt});
    record.apply(CalleeSaid{kSid, 1, "Hello?", true, kAt.addSecs(4), kAt.addSecs(2)});
    record.apply(AgentSpeaking{kSid, 1, "Good morning to you.", kAt});
    record.apply(AgentProgress{kSid, 1, "Good", kAt});
    record.apply(agentTurn(1, "Good morning"));
    record.apply(CallNoted{kSid, "stream_started", {}, kAt});
    record.apply(ToolCalled{kSid, 1, "end_call", {}, {}, kAt});
    record.apply(IncidentHappened{kSid, {Fault::Vendor, "model_slow", "Slow."}, kAt});
    record.apply(ended("completed"));

    QCOMPARE(record.sid, kSid);
    QCOMPARE(record.to, QString("+14155550100"));
    QCOMPARE(record.from, QString("+14155550199"));
    QCOMPARE(record.env, QString("local"));
    QVERIFY(record.practice);
    QCOMPARE(record.states.size(), 3u);
    QCOMPARE(record.states[1].first, QString("ringing"));
    QCOMPARE(record.transcript.size(), 2u); // finals and what was heard; no interim, nothing merely queued
    QCOMPARE(record.transcript[0].text, QString("Hello?"));
    QVERIFY(!record.transcript[0].agent);
    QCOMPARE(record.transcript[0].at, kAt.addSecs(2)); // when it began, not when it was over
    QCOMPARE(record.transcript[1].text, QString("Good morning"));
    QVERIFY(record.transcript[1].agent);
    QCOMPARE(record.transcript[1].latency.totalMs, std::optional<double>(900.0));
    QCOMPARE(record.tools.size(), 1u);
    QCOMPARE(record.incidents.size(), 1u);
    QCOMPARE(record.notes.size(), 1u);
    QCOMPARE(record.state, QString("completed"));
    QVERIFY(record.ended);
}

void TestCallRecords::dispositions_data()
{
    QTest::addColumn<QString>("status");
    QTest::addColumn<bool>("calleeSpoke");
    QTest::addColumn<QString>("disposition");
    QTest::newRow("running") << "" << true << "";
    QTest::newRow("talked") << "completed" << true << "conversation";
    QTest::newRow("said nothing") << "completed" << false << "no_words";
    QTest::newRow("busy") << "busy" << false << "busy";
    QTest::newRow("no answer") << "no-answer" << false << "no_answer";
    QTest::newRow("failed") << "failed" << false << "failed";
    QTest::newRow("canceled") << "canceled" << false << "canceled";
}

void TestCallRecords::dispositions()
{
    QFETCH(QString, status);
    QFETCH(bool, calleeSpoke);
    QFETCH(QString, disposition);
    CallRecord record;
    record.apply(state("queued"));
    record.apply(agentTurn(1, "Hello"));
    if (calleeSpoke)
        record.apply(CalleeSaid{kSid, 1, "Hello?", true, kAt});
    CallEnded end = ended(status);
    end.calleeTurns = calleeSpoke ? 1 : 0;
    if (!status.isEmpty())
        record.apply(end);
    QCOMPARE(record.disposition, disposition);
}

void TestCallRecords::theShortFormHasNoTranscript()
{
    CallRecord record;
    record.customData = {{"name", "Robin"}};
    record.apply(state("queued"));
    const QJsonObject live = toJson(record, false);
    QCOMPARE(live["call_sid"].toString(), QString("CA01"));
    QCOMPARE(live["status"].toString(), QString("queued"));
    QCOMPARE(live["disposition"].toString(), QString(""));
    QCOMPARE(live["to_number"].toString(), QString("+14155550100"));
    QCOMPARE(live["from_number"].toString(), QString("+14155550199"));
    QCOMPARE(live["env"].toString(), QString("local"));
    QCOMPARE(live["practice"], QJsonValue(true));
    QCOMPARE(live["live"], QJsonValue(true));
    QCOMPARE(live["states"].toArray(),
             (QJsonArray{QJsonObject{{"state", "queued"}, {"at", "2026-03-04T10:00:00.000Z"}}}));
    for (const char *key : {"transcript", "tools", "incidents", "custom_data", "reason"})
        QVERIFY2(!live.contains(QLatin1String(key)), key);

    record.apply(ended("completed"));
    const QJsonObject over = toJson(record, false);
    QCOMPARE(over["live"], QJsonValue(false));
    QCOMPARE(over["reason"].toString(), QString("callee_hung_up"));
    QCOMPARE(over["duration_s"], QJsonValue(12.5));
    QCOMPARE(over["answer_to_first_audio_ms"], QJsonValue(41));
    QCOMPARE(over["turns"].toObject(), (QJsonObject{{"callee", 1}, {"agent", 2}}));
}

void TestCallRecords::theWholeFormHasEverything()
{
    CallRecord record;
    record.customData = {{"name", "Robin"}, {"visits", "3"}};
    record.apply(state("in-progress"));
    record.apply(CalleeSaid{kSid, 1, "Hello?", true, kAt});
    AgentTurn turn = agentTurn(1, "Good");
    turn.cut = "morning";
    turn.interrupted = true;
    turn.recordingMs = 2'500;
    record.apply(turn);
    record.apply(ToolCalled{kSid, 1, "end_call", {{"reason", "x"}}, {}, kAt});
    record.apply(IncidentHappened{kSid, {Fault::Vendor, "model_slow", "Slow."}, kAt});
    const QJsonObject whole = toJson(record, true);
    QCOMPARE(whole["custom_data"].toObject(), (QJsonObject{{"name", "Robin"}, {"visits", "3"}}));
    const QJsonArray transcript = whole["transcript"].toArray();
    QCOMPARE(transcript.size(), 2);
    QCOMPARE(transcript[0].toObject(),
             (QJsonObject{{"turn", 1}, {"speaker", "callee"}, {"text", "Hello?"}, {"at", "2026-03-04T10:00:00.000Z"}}));
    QCOMPARE(transcript[1].toObject(),
             (QJsonObject{{"turn", 1},
                          {"speaker", "agent"},
                          {"text", "Good"},
                          {"cut", "morning"},
                          {"interrupted", true},
                          {"latency_ms", QJsonObject{{"total", 900}, {"speech_end", 0}, {"turn_end", 300}}},
                          {"at", "2026-03-04T10:00:05.000Z"},
                          {"recording_ms", 2500}}));
    QCOMPARE(whole["tools"].toArray().size(), 1);
    QCOMPARE(whole["tools"].toArray().at(0).toObject()["name"].toString(), QString("end_call"));
    QCOMPARE(whole["incidents"].toArray().at(0).toObject()["code"].toString(), QString("model_slow"));
}

void TestCallRecords::theBookListsNewestFirstAndPages()
{
    RecordBook book;
    for (int i = 1; i <= 5; ++i)
        book.open(CallSid(QString("CA%1").arg(i)), {});
    QCOMPARE(sids(book.list(10, {})), QStringList({"CA5", "CA4", "CA3", "CA2", "CA1"}));
    QCOMPARE(sids(book.list(2, {})), QStringList({"CA5", "CA4"}));
    QCOMPARE(sids(book.list(2, CallSid("CA4"))), QStringList({"CA3", "CA2"}));
    QCOMPARE(sids(book.list(2, CallSid("CA1"))), QStringList());
    QCOMPARE(sids(book.list(2, CallSid("CA9"))), QStringList());
}

void TestCallRecords::theBookForgetsTheOldestEndedCallsAndNeverALiveOne()
{
    RecordBook book(2);
    for (int i = 1; i <= 5; ++i)
        book.open(CallSid(QString("CA%1").arg(i)), {});
    for (int i = 2; i <= 5; ++i) // the first goes on
        book.apply(ended("completed", CallSid(QString("CA%1").arg(i))));
    QCOMPARE(sids(book.list(10, {})), QStringList({"CA5", "CA4", "CA1"}));
    QVERIFY(!book.find(CallSid("CA2")));
    QVERIFY(book.find(CallSid("CA1")));
}

void TestCallRecords::eventsOfUnknownCallsAreIgnored()
{
    RecordBook book;
    book.apply(state("queued"));
    book.apply(IncidentHappened{{}, {Fault::Program, "x", "y"}, kAt});
    QVERIFY(book.list(10, {}).empty());
}

void TestCallRecords::openingTwiceKeepsTheFirst()
{
    RecordBook book;
    book.open(kSid, {{"a", "1"}});
    book.apply(state("queued"));
    book.open(kSid, {});
    QCOMPARE(book.list(10, {}).size(), 1u);
    QCOMPARE(book.find(kSid)->customData.value("a"), QString("1"));
    QCOMPARE(book.find(kSid)->state, QString("queued"));
}

DIALDESK_TEST(TestCallRecords)
#include "tst_call_records.moc"
