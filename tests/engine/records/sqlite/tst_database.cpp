#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sql.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::records::sqlite;
using namespace Qt::StringLiterals;

namespace {

/// A query that gives one number.
std::function<Result<int>(QSqlDatabase &)> number(const QString &sql)
{
    return [sql](QSqlDatabase &database) -> Result<int> {
        auto query = execute(database, sql);
        if (!query)
            return tl::unexpected(query.error());
        return query->next() ? query->value(0).toInt() : -1;
    };
}

std::function<Result<int>(QSqlDatabase &)> statements(const QStringList &list)
{
    return [list](QSqlDatabase &database) -> Result<int> {
        for (const QString &sql : list)
            if (const auto done = execute(database, sql); !done)
                return tl::unexpected(done.error());
        return 0;
    };
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void workRunsOnItsOwnThreadAndAnswersOnOurs();
    void answersComeInTheOrderOfTheWork();
    void failedWorkLeavesNothing();
    void aContextThatIsGoneGetsNoAnswer();
    void whatIsQueuedIsDoneBeforeTheEnd();
    void whatWasWrittenIsThereAgain();
    void withoutAFolderNothingIsWritten();
    void theLogIsSyncedForWorkThatAsksForIt();
    void onlyTheOwnerCanReadTheFile();
    void aFolderThatCannotBeWrittenIsToldOnce();
    void aFileThatIsNoDatabaseIsSetAside();
    void aDatabaseDamagedInTheMiddleIsSetAside();
    void aFullDiskIsToldOnceAndOverWhenThereIsSpaceAgain();
    void moreWorkThanAnyDiskExplainsIsRefused();

private:
    /// Runs work and waits for its answer.
    Result<int> ask(Database &database, std::function<Result<int>(QSqlDatabase &)> work,
                    Durability durability = Durability::Ordinary)
    {
        std::optional<Result<int>> answer;
        database.run<int>(durability, std::move(work), this, [&answer](const Result<int> &result) { answer = result; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
            return failure(Fault::Program, u"no_answer"_s, {});
        return *answer;
    }
    QString file() const { return m_folder->filePath("data/dialdesk.sqlite"); }
    QString folder() const { return m_folder->filePath("data"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDatabase::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestDatabase::workRunsOnItsOwnThreadAndAnswersOnOurs()
{
    Database database(folder());
    QThread *worker = nullptr;
    QThread *answerer = nullptr;
    database.run<int>(
        Durability::Ordinary,
        [&worker](QSqlDatabase &) -> Result<int> {
            worker = QThread::currentThread();
            return 1;
        },
        this, [&answerer](const Result<int> &) { answerer = QThread::currentThread(); });
    QVERIFY(!answerer);
    QTRY_COMPARE(answerer, QThread::currentThread());
    QVERIFY(worker && worker != answerer);
}

void TestDatabase::answersComeInTheOrderOfTheWork()
{
    Database database(folder());
    QList<int> answers;
    for (int i = 0; i < 20; ++i)
        database.run<int>(Durability::Ordinary, number(u"SELECT %1"_s.arg(i)), this,
                          [&answers](const Result<int> &result) { answers.append(*result); });
    QTRY_COMPARE(answers.size(), 20);
    QVERIFY(std::is_sorted(answers.begin(), answers.end()));
}

void TestDatabase::failedWorkLeavesNothing()
{
    Database database(folder());
    QSignalSpy troubled(&database, &Database::troubled);
    QVERIFY(ask(database, statements({"CREATE TABLE t (x)"})));
    const auto failed = ask(database, statements({"INSERT INTO t VALUES (1)", "INSERT INTO no_such_table VALUES (1)"}));
    QVERIFY(!failed);
    QCOMPARE(failed.error().code, QString("database_failed"));
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 0);
    QCOMPARE(troubled.count(), 0); // the work's own mistake is no trouble of the file
}

void TestDatabase::aContextThatIsGoneGetsNoAnswer()
{
    Database database(folder());
    bool answered = false;
    auto context = std::make_unique<QObject>();
    database.run<int>(Durability::Ordinary, statements({"CREATE TABLE t (x)"}), context.get(),
                      [&](const Result<int> &) { answered = true; });
    context.reset();
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 0); // done all the same
    QVERIFY(!answered);
}

void TestDatabase::whatIsQueuedIsDoneBeforeTheEnd()
{
    {
        Database database(folder());
        QVERIFY(ask(database, statements({"CREATE TABLE t (x)"})));
        for (int i = 0; i < 100; ++i)
            database.run<int>(Durability::Ordinary, statements({"INSERT INTO t VALUES (1)"}), this,
                              [](const Result<int> &) { QFAIL("answered after the end"); });
    }
    Database database(folder());
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 100);
}

void TestDatabase::whatWasWrittenIsThereAgain()
{
    for (int run = 1; run <= 2; ++run) {
        Database database(folder());
        QVERIFY(ask(database, statements({"CREATE TABLE IF NOT EXISTS t (x)", "INSERT INTO t VALUES (1)"})));
        QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), run);
    }
}

void TestDatabase::withoutAFolderNothingIsWritten()
{
    const QStringList before = QDir().entryList();
    Database database({});
    QVERIFY(ask(database, statements({"CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"})));
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 1);
    QCOMPARE(QDir().entryList(), before);
}

void TestDatabase::theLogIsSyncedForWorkThatAsksForIt()
{
    Database database(folder());
    const auto synchronous = number("PRAGMA synchronous"); // 1: NORMAL, 2: FULL
    QCOMPARE(*ask(database, synchronous, Durability::Ordinary), 1);
    QCOMPARE(*ask(database, synchronous, Durability::Synced), 2);
    QCOMPARE(*ask(database, synchronous, Durability::Ordinary), 1);
}

void TestDatabase::onlyTheOwnerCanReadTheFile()
{
    Database database(folder());
    QVERIFY(ask(database, statements({"CREATE TABLE t (x)"})));
    for (const QString &each : {file(), file() + "-wal"}) {
        QVERIFY(QFile::exists(each));
        QVERIFY(!(QFileInfo(each).permissions() &
                  (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther)));
    }
}

void TestDatabase::aFolderThatCannotBeWrittenIsToldOnce()
{
    // A file stands where the folder should be: not even root can write there.
    QFile inTheWay(folder());
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    inTheWay.close();

    Database database(folder());
    QSignalSpy troubled(&database, &Database::troubled);
    for (int i = 0; i < 3; ++i) {
        const auto answer = ask(database, number("SELECT 1"));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, QString("data_dir_unwritable"));
        QVERIFY2(answer.error().message.contains("--data-dir"), qPrintable(answer.error().message));
    }
    QCOMPARE(troubled.count(), 1);

    QVERIFY(inTheWay.remove());
    QCOMPARE(*ask(database, number("SELECT 1")), 1);
}

void TestDatabase::aFileThatIsNoDatabaseIsSetAside()
{
    QVERIFY(QDir().mkpath(folder()));
    QFile junk(file());
    QVERIFY(junk.open(QIODevice::WriteOnly));
    junk.write(QByteArray(8192, 'x'));
    junk.close();

    Database database(folder());
    QSignalSpy troubled(&database, &Database::troubled);
    QCOMPARE(*ask(database, number("SELECT count(*) FROM calls")), 0);
    QCOMPARE(troubled.count(), 1);
    const auto error = troubled.at(0).at(0).value<Error>();
    QCOMPARE(error.code, QString("database_damaged"));
    QVERIFY2(error.message.contains(file() + ".damaged-1"), qPrintable(error.message));
    QCOMPARE(QFileInfo(file() + ".damaged-1").size(), 8192);
}

void TestDatabase::aDatabaseDamagedInTheMiddleIsSetAside()
{
    {
        Database database(folder());
        QStringList rows = {"CREATE TABLE t (x)"};
        for (int i = 0; i < 200; ++i)
            rows.append("INSERT INTO t VALUES (randomblob(1000))");
        QVERIFY(ask(database, statements(rows)));
    }
    QFile damaged(file());
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    const qint64 size = damaged.size();
    damaged.seek(size - 100'000);
    damaged.write(QByteArray(100'000, '\xFF'));
    damaged.close();

    Database database(folder());
    QSignalSpy troubled(&database, &Database::troubled);
    const auto answer = ask(database, number("SELECT count(x) FROM t"));
    QVERIFY(!answer); // the new one has no such table
    QCOMPARE(troubled.count(), 1);
    QCOMPARE(troubled.at(0).at(0).value<Error>().code, QString("database_damaged"));
    QCOMPARE(QFileInfo(file() + ".damaged-1").size(), size);
    QCOMPARE(*ask(database, number("SELECT count(*) FROM calls")), 0);
}

void TestDatabase::aFullDiskIsToldOnceAndOverWhenThereIsSpaceAgain()
{
    Database database(folder());
    QSignalSpy troubled(&database, &Database::troubled);
    QVERIFY(ask(database, statements({"CREATE TABLE t (x)"})));
    const auto limitPages = [&](const QString &pages) {
        return ask(database, number(u"PRAGMA max_page_count = %1"_s.arg(pages)));
    };
    QVERIFY(limitPages("1")); // SQLite takes what is there already for the least
    const auto write = statements({"INSERT INTO t VALUES (randomblob(100000))"});
    for (int i = 0; i < 3; ++i) {
        const auto answer = ask(database, write);
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, QString("disk_full"));
    }
    QCOMPARE(troubled.count(), 1);
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 0);

    QVERIFY(limitPages("1000000"));
    QVERIFY(ask(database, write));
    QCOMPARE(*ask(database, number("SELECT count(*) FROM t")), 1);
}

void TestDatabase::moreWorkThanAnyDiskExplainsIsRefused()
{
    Database database({});
    int done = 0;
    QStringList refused;
    for (int i = 0; i < 10'001; ++i)
        database.run<int>(
            Durability::Ordinary, [](QSqlDatabase &) -> Result<int> { return 1; }, this,
            [&](const Result<int> &result) {
                if (result)
                    ++done;
                else
                    refused.append(result.error().code);
            });
    QTRY_COMPARE_WITH_TIMEOUT(done, 10'000, 30'000);
    QCOMPARE(refused, QStringList({"database_overloaded"}));
}

DIALDESK_TEST(TestDatabase)
#include "tst_database.moc"
