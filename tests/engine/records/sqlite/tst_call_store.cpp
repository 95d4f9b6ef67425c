#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sql.h"
#include "engine/records/sqlite/sqlite_call_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::records;
using namespace engine::records::sqlite;
using namespace std::chrono_literals;

namespace {

CallSid sid(int number)
{
    return CallSid(QString("CA%1").arg(number, 32, 16, QChar('0')));
}

/// The events of a whole conversation.
std::vector<Event> conversation(const CallSid &call, const QDateTime &at, const QString &calleeWords = "Hello?",
                                const QString &to = "+14155550100")
{
    std::vector<Event> events;
    for (const char *word : {"queued", "initiated", "ringing", "in-progress"})
        events.push_back(CallStateChanged{call, word, to, "+14155550199", "local", true, at});
    events.push_back(CalleeSaid{call, 1, "hel", false, at});
    events.push_back(CalleeSaid{call, 1, calleeWords, true, at});
    events.push_back(AgentSpeaking{call, 1, "Good morning to you.", at});
    AgentTurn turn;
    turn.sid = call;
    turn.turn = 1;
    turn.heard = "Good morning, about your appointment";
    turn.cut = "on Tuesday";
    turn.interrupted = true;
    turn.latency = {900.25, {{"speech_end", 0.0}, {"turn_end", 300.0 / 7.0}}, 204.5};
    turn.audioHeardMs = 1800;
    turn.promptTokens = 700;
    turn.outputTokens = 31;
    turn.spokenCharacters = 57;
    turn.at = at;
    events.push_back(turn);
    events.push_back(ToolCalled{call, 1, "end_call", {{"reason", "done"}}, {{"output", "ok"}}, at});
    events.push_back(IncidentHappened{call, {Fault::Vendor, "model_slow", "Slow."}, at});
    events.push_back(CallStateChanged{call, "completed", to, "+14155550199", "local", true, at});
    events.push_back(CallEnded{call, "completed", "callee_hung_up", 12.5, 41.0625, 1, 1, at});
    return events;
}

} // namespace

/// The call history in SQLite.
class TestCallStore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aRecordReadBackIsTheRecordThatWas();
    void recordsSurviveARestart();
    void eventsAreWrittenWithin100Milliseconds();
    void aSummaryIsTheRecordWithoutItsWords();
    void listsNewestFirstAndPages();
    void filters_data();
    void filters();
    void theOutcomeIsKeptWhenAnotherEndIsReported();
    void callsWithoutAnEndAreTold();
    void callsOfAnotherProgramAreNotTold();
    void removingLeavesNothingOfACall();
    void retentionRemovesEndedCallsOnly();
    void eventsOfUnknownCallsAreIgnored();
    void nothingIsLostWhileTheDiskIsFull();
    void aKilledProgramLosesAtMost200Milliseconds();

private:
    void begin();
    void write(const CallSid &call, const std::vector<Event> &events, const QMap<QString, QString> &data = {})
    {
        m_store->open(call, data);
        for (const Event &event : events)
            m_store->append(event);
    }
    template <typename T>
    Result<T> wait(const std::function<void(CallStore::Then<T>)> &question)
    {
        std::optional<Result<T>> answer;
        question([&answer](const Result<T> &result) { answer = result; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
            return failure(Fault::Program, "no_answer", {});
        return *answer;
    }
    std::optional<CallRecord> find(const CallSid &call)
    {
        return wait<std::optional<CallRecord>>([&](auto then) { m_store->find(call, this, then); }).value();
    }
    Result<std::vector<CallSummary>> list(const CallFilter &filter)
    {
        return wait<std::vector<CallSummary>>([&](auto then) { m_store->list(filter, this, then); });
    }
    QStringList sids(const CallFilter &filter)
    {
        const auto calls = list(filter);
        QStringList found;
        for (const CallSummary &call : *calls)
            found.append(call.sid.value().right(2));
        return found;
    }
    int count(const QString &sql)
    {
        return wait<int>([&](auto then) {
                   m_database->run<int>(
                       Durability::Ordinary,
                       [sql](QSqlDatabase &database) -> Result<int> {
                           auto query = execute(database, sql);
                           return query && query->next() ? query->value(0).toInt() : -1;
                       },
                       this, then);
               })
            .value();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<SqliteCallStore> m_store;
};

void TestCallStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_clock = std::make_unique<support::FakeClock>();
    begin();
}

void TestCallStore::cleanup()
{
    m_store.reset();
    m_database.reset();
}

void TestCallStore::begin()
{
    cleanup();
    m_database = std::make_unique<Database>(m_folder->path());
    m_store = std::make_unique<SqliteCallStore>(*m_database, *m_clock);
}

void TestCallStore::aRecordReadBackIsTheRecordThatWas()
{
    CallRecord was;
    was.sid = sid(1);
    was.customData = {{"customer_name", "Robin \"R\" Müller"}, {"empty", ""}};
    const auto events = conversation(sid(1), m_clock->wallTime());
    for (const Event &event : events)
        was.apply(event);
    write(sid(1), events, was.customData);

    const auto read = find(sid(1));
    QVERIFY(read.has_value());
    QVERIFY(*read == was);
    QVERIFY(!find(sid(2)));
}

void TestCallStore::recordsSurviveARestart()
{
    write(sid(1), conversation(sid(1), m_clock->wallTime()));
    begin();
    const auto read = find(sid(1));
    QVERIFY(read.has_value());
    QCOMPARE(read->disposition, QString("conversation"));
    QCOMPARE(read->transcript.size(), 2u);
}

void TestCallStore::eventsAreWrittenWithin100Milliseconds()
{
    write(sid(1), conversation(sid(1), m_clock->wallTime()));
    m_clock->advance(99ms);
    QCOMPARE(count("SELECT count(*) FROM calls"), 0);
    m_clock->advance(1ms);
    QCOMPARE(count("SELECT count(*) FROM calls"), 1);
    QCOMPARE(count("SELECT count(*) FROM events"), 10); // less the interim and the sentence that was only queued
}

void TestCallStore::aSummaryIsTheRecordWithoutItsWords()
{
    write(sid(1), conversation(sid(1), m_clock->wallTime()), {{"a", "b"}});
    CallRecord expected = *find(sid(1));
    expected.transcript.clear();
    expected.tools.clear();
    expected.incidents.clear();
    const auto calls = list({});
    QVERIFY(calls);
    QCOMPARE(calls->size(), 1u);
    QVERIFY(calls->front() == expected);
    QCOMPARE(calls->front().cost.promptTokens, 700);
    QCOMPARE(calls->front().cost.agentAudioSeconds, 1.8);

    const auto whole = wait<std::vector<CallRecord>>([&](auto then) { m_store->listWhole({}, this, then); });
    QVERIFY(whole && whole->size() == 1 && whole->front() == *find(sid(1)));
}

void TestCallStore::listsNewestFirstAndPages()
{
    for (int i = 1; i <= 5; ++i)
        write(sid(i), {});
    QCOMPARE(sids({}), QStringList({"05", "04", "03", "02", "01"}));
    CallFilter page;
    page.limit = 2;
    QCOMPARE(sids(page), QStringList({"05", "04"}));
    page.before = sid(4);
    QCOMPARE(sids(page), QStringList({"03", "02"}));
    page.before = sid(1);
    QCOMPARE(sids(page), QStringList());
    page.before = sid(9);
    const auto unknown = list(page);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, QString("call_unknown"));
}

void TestCallStore::filters_data()
{
    QTest::addColumn<CallFilter>("filter");
    QTest::addColumn<QStringList>("expected");
    const auto text = [](const QString &words) {
        CallFilter filter;
        filter.text = words;
        return filter;
    };
    QTest::newRow("a word of the callee") << text("invoice") << QStringList({"02"});
    QTest::newRow("any letter case, begun words, accents") << text("INVOI cafe") << QStringList({"02"});
    QTest::newRow("a word the agent was not let say") << text("tuesday") << QStringList({"03", "02", "01"});
    QTest::newRow("words of both sides must all match") << text("hello appointment") << QStringList({"01"});
    QTest::newRow("words nobody said") << text("hello elephant") << QStringList();
    QTest::newRow("custom data") << text("robin") << QStringList({"03"});
    QTest::newRow("the end of a number") << text("0102") << QStringList({"02"});
    QTest::newRow("a number as people write it") << text("+1 (415) 555-0103") << QStringList({"03"});
    QTest::newRow("a number that was said") << text("4711") << QStringList({"03"});
    QTest::newRow("an id") << text("CA00000000000000000000000000000001") << QStringList({"01"});
    QTest::newRow("marks only") << text("\"'*") << QStringList();
    QTest::newRow("no pattern") << text("%") << QStringList();
    CallFilter outcome;
    outcome.outcome = "no_answer";
    QTest::newRow("outcome") << outcome << QStringList({"04"});
    CallFilter dates;
    dates.from = support::FakeClock().wallTime().addSecs(60);
    QTest::newRow("from") << dates << QStringList({"04", "03", "02"});
    dates.to = dates.from.addSecs(60);
    QTest::newRow("from and to") << dates << QStringList({"02"});
    dates.text = "invoice";
    dates.outcome = "busy";
    QTest::newRow("everything at once") << dates << QStringList();
}

void TestCallStore::filters()
{
    const auto at = m_clock->wallTime();
    write(sid(1), conversation(sid(1), at, "Hello?", "+14155550101"));
    m_clock->advance(60s);
    write(sid(2), conversation(sid(2), at, "It is about the invoice from the café.", "+14155550102"));
    m_clock->advance(60s);
    write(sid(3), conversation(sid(3), at, "My number is 4711.", "+14155550103"), {{"name", "Robin"}});
    m_clock->advance(60s);
    write(sid(4), {CallStateChanged{sid(4), "no-answer", "+442071838750", "+14155550199", "local", true, at},
                   CallEnded{sid(4), "no-answer", "no_answer", 0, {}, 0, 0, at}});
    QFETCH(CallFilter, filter);
    QFETCH(QStringList, expected);
    QCOMPARE(sids(filter), expected);
}

void TestCallStore::theOutcomeIsKeptWhenAnotherEndIsReported()
{
    const auto at = m_clock->wallTime();
    write(sid(1), conversation(sid(1), at));
    m_store->append(CallEnded{sid(1), "failed", "carrier_failed", 0, {}, 0, 0, at});
    QCOMPARE(find(sid(1))->disposition, QString("conversation"));
    QCOMPARE(list({})->front().disposition, QString("conversation"));
    QCOMPARE(list({})->front().state, QString("failed"));
}

void TestCallStore::callsWithoutAnEndAreTold()
{
    const auto at = m_clock->wallTime();
    write(sid(1), conversation(sid(1), at));
    auto cutOff = conversation(sid(2), at);
    cutOff.resize(cutOff.size() - 2);
    write(sid(2), cutOff);
    begin();
    const auto unfinished = [this] {
        return wait<std::vector<CallRecord>>([&](auto then) { m_store->unfinished(this, then); });
    };
    const auto left = unfinished();
    QVERIFY(left);
    QCOMPARE(left->size(), 1u);
    QCOMPARE(left->front().sid, sid(2));
    QCOMPARE(left->front().transcript.size(), 2u);

    m_store->append(endOfInterrupted(left->front(), at.addSecs(60)));
    QVERIFY(unfinished()->empty());
    QCOMPARE(find(sid(2))->ended->reason, QString("program_stopped"));
}

void TestCallStore::callsOfAnotherProgramAreNotTold()
{
    const auto unfinished = [this](CallStore &store) {
        return wait<std::vector<CallRecord>>([&](auto then) { store.unfinished(this, then); }).value().size();
    };
    QCOMPARE(unfinished(*m_store), 0u);
    m_store->open(sid(1), {});
    QCOMPARE(unfinished(*m_store), 1u);
    Database otherDatabase(m_folder->path());
    SqliteCallStore other(otherDatabase, *m_clock);
    QCOMPARE(unfinished(other), 0u);
    cleanup();
    QCOMPARE(unfinished(other), 1u);
}

void TestCallStore::removingLeavesNothingOfACall()
{
    write(sid(1), conversation(sid(1), m_clock->wallTime()));
    write(sid(2), conversation(sid(2), m_clock->wallTime()));
    QVERIFY(wait<Done>([&](auto then) { m_store->remove(sid(1), this, then); }));
    QVERIFY(!find(sid(1)));
    QVERIFY(find(sid(2)));
    QCOMPARE(count("SELECT count(*) FROM calls"), 1);
    QCOMPARE(count("SELECT count(*) FROM events"), 10);
    QCOMPARE(count("SELECT count(*) FROM words"), 2);
}

void TestCallStore::retentionRemovesEndedCallsOnly()
{
    const auto at = m_clock->wallTime();
    write(sid(1), conversation(sid(1), at));
    write(sid(2), {CallStateChanged{sid(2), "queued", "+14155550100", "+14155550199", "local", true, at}});
    write(sid(3), conversation(sid(3), at.addDays(1)));
    const auto removed =
        wait<std::vector<CallSid>>([&](auto then) { m_store->removeEndedBefore(at.addSecs(1), this, then); });
    QVERIFY(removed);
    QVERIFY(*removed == std::vector<CallSid>{sid(1)});
    QCOMPARE(sids({}), QStringList({"03", "02"}));
}

void TestCallStore::eventsOfUnknownCallsAreIgnored()
{
    m_store->append(IncidentHappened{{}, {Fault::Program, "x", "y"}, m_clock->wallTime()});
    for (const Event &event : conversation(sid(7), m_clock->wallTime()))
        m_store->append(event);
    QVERIFY(sids({}).isEmpty());
    QCOMPARE(count("SELECT count(*) FROM words"), 0);
}

void TestCallStore::nothingIsLostWhileTheDiskIsFull()
{
    QSignalSpy troubled(m_database.get(), &Database::troubled);
    QVERIFY(count("PRAGMA max_page_count = 1") > 0); // SQLite takes what is there already for the least
    const auto at = m_clock->wallTime();
    const auto events = conversation(sid(1), at, QString("many words ").repeated(5000));
    write(sid(1), events);
    m_clock->advance(100ms);
    QTRY_COMPARE(troubled.count(), 1);
    QCOMPARE(troubled.at(0).at(0).value<Error>().code, QString("disk_full"));

    QVERIFY(count("PRAGMA max_page_count = 1000000") > 0);
    m_clock->advance(1s); // the next try
    CallRecord was;
    was.sid = sid(1);
    for (const Event &event : events)
        was.apply(event);
    QVERIFY(*find(sid(1)) == was);
}

void TestCallStore::aKilledProgramLosesAtMost200Milliseconds()
{
    cleanup();
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {"history_writer", m_folder->path()});
    QVERIFY(child.waitForStarted());
    QList<qint64> times; // of each event, as the child told
    const auto seen = [&] {
        while (child.canReadLine())
            times.append(child.readLine().split(' ').at(1).trimmed().toLongLong());
        return times.size();
    };
    QTRY_VERIFY_WITH_TIMEOUT(seen() > 500, 30'000);
    child.kill();
    QVERIFY(child.waitForFinished());
    seen();

    begin();
    const auto left = find(sid(1));
    QVERIFY(left.has_value());
    const auto kept = static_cast<qsizetype>(left->transcript.size());
    QVERIFY2(kept > 0, "nothing was written at all");
    QVERIFY(kept <= times.size() + 1); // the last line may not have been told
    const qint64 lost = kept >= times.size() ? 0 : times.last() - times.at(kept - 1);
    QVERIFY2(lost <= 200, qPrintable(QString("lost %1 ms").arg(lost)));
    QCOMPARE(count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

DIALDESK_TEST(TestCallStore)
#include "tst_call_store.moc"
