#include "engine/records/sqlite/schema.h"
#include "engine/records/sqlite/sql.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::records::sqlite;

/// The steps from one form of the database to the next.
class TestSchema : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aFileIsSplitAtLineEnds();
    void ourStepsAreNumberedFromOneWithoutGaps();
    void aNewDatabaseTakesEveryStep();
    void aStepIsTakenOnce();
    void laterStepsJoinOlderDatabases();
    void aFailingStepLeavesNothingOfItself();
    void aDatabaseOfANewerProgramIsLeftAlone();

private:
    int version()
    {
        auto query = execute(m_database, "PRAGMA user_version");
        return query && query->next() ? query->value(0).toInt() : -1;
    }
    QSqlDatabase m_database;
};

void TestSchema::init()
{
    m_database = QSqlDatabase::addDatabase("QSQLITE", "schema");
    m_database.setDatabaseName(":memory:");
    QVERIFY(m_database.open());
}

void TestSchema::cleanup()
{
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase("schema");
}

void TestSchema::aFileIsSplitAtLineEnds()
{
    QCOMPARE(statementsOf("-- why\nCREATE TABLE a (\n  x -- a column; of a\n);\n\nDROP TABLE a;\n"),
             QStringList({"CREATE TABLE a (\nx -- a column; of a\n)", "DROP TABLE a"}));
    QCOMPARE(statementsOf(""), QStringList());
}

void TestSchema::ourStepsAreNumberedFromOneWithoutGaps()
{
    const auto steps = schemaSteps();
    QVERIFY(!steps.isEmpty());
    for (int i = 0; i < steps.size(); ++i)
        QCOMPARE(steps[i].number, i + 1);
}

void TestSchema::aNewDatabaseTakesEveryStep()
{
    QVERIFY(migrate(m_database, schemaSteps()));
    QCOMPARE(version(), static_cast<int>(schemaSteps().size()));
    QVERIFY(execute(m_database, "SELECT text FROM words WHERE words MATCH 'x'"));
}

void TestSchema::aStepIsTakenOnce()
{
    const QList<SchemaStep> steps = {{1, {"CREATE TABLE a (x)"}}};
    QVERIFY(migrate(m_database, steps));
    QVERIFY(migrate(m_database, steps)); // a second CREATE would fail
    QCOMPARE(version(), 1);
}

void TestSchema::laterStepsJoinOlderDatabases()
{
    QVERIFY(migrate(m_database, {{1, {"CREATE TABLE a (x)"}}}));
    QVERIFY(execute(m_database, "INSERT INTO a VALUES (7)"));
    QVERIFY(migrate(m_database, {{1, {"CREATE TABLE a (x)"}}, {2, {"ALTER TABLE a ADD COLUMN y DEFAULT 8"}}}));
    auto row = execute(m_database, "SELECT x, y FROM a");
    QVERIFY(row && row->next());
    QCOMPARE(row->value(0).toInt(), 7);
    QCOMPARE(row->value(1).toInt(), 8);
    QCOMPARE(version(), 2);
}

void TestSchema::aFailingStepLeavesNothingOfItself()
{
    const auto done = migrate(m_database, {{1, {"CREATE TABLE a (x)"}}, {2, {"CREATE TABLE b (x)", "no SQL at all"}}});
    QVERIFY(!done);
    QCOMPARE(done.error().code, QString("database_failed"));
    QCOMPARE(version(), 1);
    QVERIFY(execute(m_database, "SELECT x FROM a"));
    QVERIFY(!execute(m_database, "SELECT x FROM b"));
}

void TestSchema::aDatabaseOfANewerProgramIsLeftAlone()
{
    QVERIFY(execute(m_database, "PRAGMA user_version = 999"));
    const auto done = migrate(m_database, schemaSteps());
    QVERIFY(!done);
    QCOMPARE(done.error().code, QString("database_newer"));
    QCOMPARE(version(), 999);
    QVERIFY(!execute(m_database, "SELECT sid FROM calls"));
}

DIALDESK_TEST(TestSchema)
#include "tst_schema.moc"
