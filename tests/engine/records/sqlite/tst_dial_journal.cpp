#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sql.h"
#include "engine/records/sqlite/sqlite_dial_journal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::records;
using namespace engine::records::sqlite;
using namespace std::chrono_literals;

namespace {

template <typename T>
QString codeOf(const Result<T> &result)
{
    return result ? QString("ok") : result.error().code;
}

} // namespace

/// The journal of dials on a disk.
class TestDialJournal : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void anEntryIsReadBackWhole();
    void anEntryIsOnTheDiskBeforeItIsReported();
    void aFolderThatCannotBeWrittenIsAnError();
    void aProbeWritesNothingThatIsKnown();
    void whatIsOverIsNotOpen();
    void aRefusedRequestFreesItsKey();
    void aKeyHasOneEntry();
    void aKeyIsForgottenAfterADay();
    void aCallBelongsToOneEntry();
    void theFirstOutcomeStays();
    void absentEntriesAreWatchedForAWhile();
    void entriesOfEarlierRunsAreOurs();
    void entriesOfARunningProgramAreNot();
    void entriesOfOtherAccountsStayOutOfSight();
    void callsOfThePracticeLineEndWithIt();
    void deletingACallForgetsThePerson();

private:
    /// Waits for the answer to one question.
    template <typename T>
    static Result<T> wait(const std::function<void(QObject *, DialJournal::Then<T>)> &ask)
    {
        QObject context;
        std::optional<Result<T>> answer;
        ask(&context, [&answer](const Result<T> &result) { answer = result; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
            return failure(Fault::Program, "no_answer", {});
        return *answer;
    }
    DialWish wish(const QByteArray &key = {}) const
    {
        return {"+14155550100",
                "+14155550199",
                "local",
                false,
                {{"name", "Robin"}},
                key,
                key.isEmpty() ? QByteArray() : "hash",
                m_clock.wallTime()};
    }
    static Result<qint64> write(DialJournal &journal, const DialWish &wish)
    {
        return wait<qint64>([&](QObject *context, auto then) { journal.write(wish, context, std::move(then)); });
    }
    static Result<Done> probe(DialJournal &journal)
    {
        return wait<Done>([&](QObject *context, auto then) { journal.probe(context, std::move(then)); });
    }
    static Result<Done> settle(DialJournal &journal, qint64 id, const DialAnswer &answer)
    {
        return wait<Done>([&](QObject *context, auto then) { journal.settle(id, answer, context, std::move(then)); });
    }
    static std::vector<DialEntry> open(DialJournal &journal)
    {
        return wait<std::vector<DialEntry>>(
                   [&](QObject *context, auto then) { journal.open(context, std::move(then)); })
            .value_or(std::vector<DialEntry>{});
    }
    static std::vector<DialEntry> find(DialJournal &journal, const QString &sid)
    {
        return wait<std::vector<DialEntry>>(
                   [&](QObject *context, auto then) { journal.find({CallSid(sid)}, context, std::move(then)); })
            .value_or(std::vector<DialEntry>{});
    }
    static std::optional<DialEntry> findRequest(DialJournal &journal, const QByteArray &key)
    {
        return wait<std::optional<DialEntry>>(
                   [&](QObject *context, auto then) { journal.findRequest(key, context, std::move(then)); })
            .value_or(std::nullopt);
    }
    std::unique_ptr<SqliteDialJournal> journalOf(Database &database, const QString &run, const QString &account = "AC1")
    {
        return std::make_unique<SqliteDialJournal>(database, m_clock, account, run);
    }
    static DialAnswer placed(const QString &sid) { return {DialOutcome::Placed, CallSid(sid), std::nullopt}; }

    support::FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<SqliteDialJournal> m_journal;
};

void TestDialJournal::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_database = std::make_unique<Database>(m_folder->path());
    m_journal = journalOf(*m_database, "run1");
}

void TestDialJournal::cleanup()
{
    m_journal.reset();
    m_database.reset();
}

void TestDialJournal::anEntryIsReadBackWhole()
{
    const auto id = write(*m_journal, wish("key"));
    QVERIFY(id);
    const DialEntry asked{*id, wish("key"), {}, std::nullopt, false};
    QCOMPARE(open(*m_journal), std::vector{asked});
    const Error error{Fault::Carrier, "carrier_unreachable", "Nobody answered."};
    QVERIFY(settle(*m_journal, *id, {DialOutcome::Absent, {}, error}));
    QCOMPARE(findRequest(*m_journal, "key")->answer, (DialAnswer{DialOutcome::Absent, {}, error}));
    QVERIFY(settle(*m_journal, *id, placed("CA1"))); // it appeared after all
    const DialEnd end{"completed", 12.5, m_clock.wallTime()};
    m_journal->end(CallSid("CA1"), end);
    QCOMPARE(find(*m_journal, "CA1"), (std::vector{DialEntry{*id, wish("key"), placed("CA1"), end, false}}));
    QVERIFY(find(*m_journal, "CA2").empty());
}

void TestDialJournal::anEntryIsOnTheDiskBeforeItIsReported()
{
    QVERIFY(write(*m_journal, wish()));
    // What a crash at this moment would leave: the files as they are now.
    QTemporaryDir copy;
    for (const char *name : {"dialdesk.sqlite", "dialdesk.sqlite-wal"})
        QVERIFY(QFile::copy(m_folder->filePath(name), copy.filePath(name)));
    Database database(copy.path());
    QCOMPARE(open(*journalOf(database, "run2")).size(), 1u);
}

void TestDialJournal::aFolderThatCannotBeWrittenIsAnError()
{
    QFile file(m_folder->filePath("a-file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Database database(file.fileName() + "/data");
    const auto journal = journalOf(database, "run1");
    QCOMPARE(codeOf(probe(*journal)), QString("data_dir_unwritable"));
    QCOMPARE(codeOf(write(*journal, wish())), QString("data_dir_unwritable"));
}

void TestDialJournal::aProbeWritesNothingThatIsKnown()
{
    QVERIFY(write(*m_journal, wish()));
    const auto before = open(*m_journal);
    QCOMPARE(codeOf(probe(*m_journal)), QString("ok"));
    QVERIFY(open(*m_journal) == before);
}

void TestDialJournal::whatIsOverIsNotOpen()
{
    const auto first = write(*m_journal, wish());
    const auto second = write(*m_journal, wish());
    QCOMPARE(open(*m_journal).size(), 2u);
    QVERIFY(settle(*m_journal, *first, {DialOutcome::Refused, {}, Error{Fault::Carrier, "carrier_refused", "No."}}));
    QVERIFY(settle(*m_journal, *second, placed("CA1")));
    QCOMPARE(open(*m_journal).size(), 1u);
    m_journal->end(CallSid("CA1"), {"busy", 0, m_clock.wallTime()});
    QVERIFY(open(*m_journal).empty());
}

void TestDialJournal::aRefusedRequestFreesItsKey()
{
    const auto first = write(*m_journal, wish("key"));
    QVERIFY(settle(*m_journal, *first, {DialOutcome::Refused, {}, Error{Fault::Carrier, "carrier_busy", "Later."}}));
    QVERIFY(!findRequest(*m_journal, "key"));
    QVERIFY(write(*m_journal, wish("key")));
}

void TestDialJournal::aKeyHasOneEntry()
{
    QVERIFY(write(*m_journal, wish("key")));
    QCOMPARE(codeOf(write(*m_journal, wish("key"))), QString("request_repeated"));
    QVERIFY(write(*m_journal, wish("other")));
    QVERIFY(write(*m_journal, wish()));
    QVERIFY(write(*m_journal, wish())); // without a key nothing is a repetition
}

void TestDialJournal::aKeyIsForgottenAfterADay()
{
    QVERIFY(write(*m_journal, wish("key")));
    m_clock.advance(23h);
    QVERIFY(findRequest(*m_journal, "key"));
    QCOMPARE(codeOf(write(*m_journal, wish("key"))), QString("request_repeated"));
    m_clock.advance(2h);
    QVERIFY(!findRequest(*m_journal, "key"));
    QVERIFY(write(*m_journal, wish("key")));
}

void TestDialJournal::aCallBelongsToOneEntry()
{
    const auto first = write(*m_journal, wish());
    const auto second = write(*m_journal, wish());
    QVERIFY(settle(*m_journal, *first, placed("CA1")));
    QCOMPARE(codeOf(settle(*m_journal, *second, placed("CA1"))), QString("call_taken"));
    QCOMPARE(open(*m_journal)[1].answer.outcome, DialOutcome::Unknown);
}

void TestDialJournal::theFirstOutcomeStays()
{
    const auto id = write(*m_journal, wish());
    QVERIFY(settle(*m_journal, *id, placed("CA1")));
    QVERIFY(settle(*m_journal, *id, {DialOutcome::Absent, {}, Error{Fault::Carrier, "carrier_unreachable", "Late."}}));
    QCOMPARE(open(*m_journal)[0].answer, placed("CA1"));
}

void TestDialJournal::absentEntriesAreWatchedForAWhile()
{
    const auto id = write(*m_journal, wish());
    QVERIFY(settle(*m_journal, *id, {DialOutcome::Absent, {}, Error{Fault::Carrier, "carrier_unreachable", "Lost."}}));
    m_clock.advance(10min);
    QCOMPARE(open(*m_journal).size(), 1u);
    m_clock.advance(10min);
    QVERIFY(open(*m_journal).empty());
}

void TestDialJournal::entriesOfEarlierRunsAreOurs()
{
    QVERIFY(write(*m_journal, wish("key")));
    open(*m_journal); // takes the lock, as the sentinel does
    cleanup();        // the program is gone, however
    m_database = std::make_unique<Database>(m_folder->path());
    m_journal = journalOf(*m_database, "run2");
    const auto entries = open(*m_journal);
    QCOMPARE(entries.size(), 1u);
    QVERIFY(!entries[0].ownedElsewhere);
    QVERIFY(findRequest(*m_journal, "key"));
}

void TestDialJournal::entriesOfARunningProgramAreNot()
{
    const auto id = write(*m_journal, wish());
    QVERIFY(settle(*m_journal, *id, placed("CA1")));
    open(*m_journal);
    Database database(m_folder->path());
    const auto other = journalOf(database, "run2");
    QVERIFY(open(*other).empty());
    QVERIFY(find(*other, "CA1")
                .at(0)
                .ownedElsewhere); // known as ours, so that it is taken for no other wish, and left alone
    const auto own = write(*other, wish());
    QVERIFY(own);
    QCOMPARE(open(*other).size(), 1u);
}

void TestDialJournal::entriesOfOtherAccountsStayOutOfSight()
{
    QVERIFY(write(*m_journal, wish("key")));
    const auto other = journalOf(*m_database, "run1", "AC2");
    QVERIFY(open(*other).empty());
    QVERIFY(!findRequest(*other, "key"));
    QCOMPARE(open(*m_journal).size(), 1u);
}

void TestDialJournal::callsOfThePracticeLineEndWithIt()
{
    DialWish practiced = wish();
    practiced.practice = true;
    const auto id = write(*m_journal, practiced);
    QVERIFY(settle(*m_journal, *id, placed("CA1")));
    QCOMPARE(open(*m_journal).size(), 1u);
    cleanup();
    m_database = std::make_unique<Database>(m_folder->path());
    m_journal = journalOf(*m_database, "run2", "AC2"); // the next practice line is another account
    open(*m_journal);
    m_journal = journalOf(*m_database, "run2", "AC1");
    QCOMPARE(find(*m_journal, "CA1").at(0).end->status, QString("failed"));
}

void TestDialJournal::deletingACallForgetsThePerson()
{
    const auto id = write(*m_journal, wish("key"));
    QVERIFY(settle(*m_journal, *id, placed("CA1")));
    const auto done = wait<Done>([this](QObject *context, auto then) {
        m_database->run<Done>(
            Durability::Ordinary,
            [](QSqlDatabase &sql) -> Result<Done> {
                for (const char *statement :
                     {"INSERT INTO calls (sid, placed_at, custom_data, facts) VALUES ('CA1', '', '{}', '')",
                      "DELETE FROM calls WHERE sid = 'CA1'"})
                    if (const auto query = execute(sql, QString::fromLatin1(statement)); !query)
                        return tl::unexpected(query.error());
                return Done{};
            },
            context, std::move(then));
    });
    QVERIFY2(done, done ? "" : qPrintable(done.error().message));
    const auto entry = findRequest(*m_journal, "key");
    QVERIFY(entry); // or the same request would call the person again
    QCOMPARE(entry->wish.to, QString());
    QVERIFY(entry->wish.customData.isEmpty());
}

DIALDESK_TEST(TestDialJournal)
#include "tst_dial_journal.moc"
