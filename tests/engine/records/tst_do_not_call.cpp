#include "engine/records/do_not_call.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::records;

namespace {

E164Number number(const QString &text)
{
    return *E164Number::parse(text);
}

} // namespace

class TestDoNotCall : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void anEmptyListForbidsNothing();
    void anEntryForbidsItsNumber();
    void aChangeOutlivesTheRun();
    void whatIsForThisRunDoesNot();
    void anEntryIsTakenOff();
    void handsMayEditTheFileMeanwhile();
    void aNumberThereKeepsItsEntry();
    void theFolderIsMadeAndTheFileIsPrivate();
    void anUnreadableListForbidsEverything_data();
    void anUnreadableListForbidsEverything();
    void onceCorrectedItIsReadAgain();
    void aChangeThatCannotBeWrittenSaysSoAndHolds();
    void changesAreWrittenBeforeTheListGoes();

private:
    QString path() const { return m_dir->filePath("data/do_not_call.csv"); }
    QByteArray content() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray &text)
    {
        QVERIFY(QDir().mkpath(m_dir->filePath("data")));
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    /// Waits for the end of a change. @return its outcome
    static Result<Done> outcome(DoNotCallJob *job)
    {
        std::optional<Result<Done>> done;
        connect(job, &DoNotCallJob::finished, job, [&done](const Result<Done> &result) { done = result; });
        if (!QTest::qWaitFor([&done] { return done.has_value(); }))
            return failure(Fault::Program, "test", "no answer");
        return *done;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    const DoNotCallEntry m_entry{number("+14155550114"), QDate(2026, 11, 23), "asked on the phone"};
};

void TestDoNotCall::anEmptyListForbidsNothing()
{
    DoNotCallList list(path());
    QVERIFY(list.load());
    QVERIFY(list.check(number("+14155550114")));
    QVERIFY(!QFile::exists(path())); // looking leaves no trace
}

void TestDoNotCall::anEntryForbidsItsNumber()
{
    DoNotCallList list(path());
    QVERIFY(list.load());
    QSignalSpy added(&list, &DoNotCallList::added);
    auto *job = list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list);
    const auto refused = list.check(m_entry.number); // at once, before it is written
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, QString("do_not_call"));
    QVERIFY(refused.error().message.contains("since 2026-11-23 (asked on the phone)"));
    QCOMPARE(added.size(), 1);
    QCOMPARE(added[0][0].value<E164Number>(), m_entry.number);
    QVERIFY(list.check(number("+14155550100")));
    QVERIFY(outcome(job));
    QCOMPARE(content(), QByteArray("number,date,reason\n+14155550114,2026-11-23,asked on the phone\n"));
}

void TestDoNotCall::aChangeOutlivesTheRun()
{
    {
        DoNotCallList list(path());
        QVERIFY(outcome(list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list)));
    }
    DoNotCallList list(path());
    QVERIFY(list.load());
    QCOMPARE(list.entries(), QList<DoNotCallEntry>{m_entry});
    QVERIFY(!list.check(m_entry.number));
}

void TestDoNotCall::whatIsForThisRunDoesNot()
{
    DoNotCallList list(path());
    QVERIFY(outcome(list.add({m_entry}, DoNotCallList::Keep::ThisRun, &list)));
    QVERIFY(!list.check(m_entry.number));
    QVERIFY(!QFile::exists(path()));
}

void TestDoNotCall::anEntryIsTakenOff()
{
    write("number,date,reason\n+14155550101,,\n+14155550114,2026-11-23,asked\n");
    DoNotCallList list(path());
    QVERIFY(list.load());
    QVERIFY(outcome(list.remove(m_entry.number, &list)));
    QVERIFY(list.check(m_entry.number));
    QVERIFY(!list.check(number("+14155550101")));
    QCOMPARE(content(), QByteArray("number,date,reason\n+14155550101,,\n"));
}

void TestDoNotCall::handsMayEditTheFileMeanwhile()
{
    DoNotCallList list(path());
    QVERIFY(list.load());
    write("# by hand\n+14155550101"); // without a line end
    QVERIFY(outcome(list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list)));
    QCOMPARE(content(), QByteArray("# by hand\n+14155550101\n+14155550114,2026-11-23,asked on the phone\n"));
    QVERIFY(outcome(list.remove(m_entry.number, &list)));
    QCOMPARE(content(), QByteArray("# by hand\n+14155550101\n"));
}

void TestDoNotCall::aNumberThereKeepsItsEntry()
{
    DoNotCallList list(path());
    QVERIFY(outcome(list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list)));
    QVERIFY(outcome(list.add({{m_entry.number, QDate(2030, 1, 1), "later"}}, DoNotCallList::Keep::OnDisk, &list)));
    QCOMPARE(list.entries(), QList<DoNotCallEntry>{m_entry});
    QCOMPARE(content().count('\n'), 2);
}

void TestDoNotCall::theFolderIsMadeAndTheFileIsPrivate()
{
    DoNotCallList list(path());
    QVERIFY(outcome(list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list)));
    const auto others =
        QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup | QFileDevice::WriteOther;
    QVERIFY(!(QFile(path()).permissions() & others));
}

void TestDoNotCall::anUnreadableListForbidsEverything_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("a line without a number") << QByteArray("+14155550101\nMr. Robin\n") << "line 2";
    QTest::newRow("a number a spreadsheet has ruined")
        << QByteArray("number,date\n1.41556E+10,2026-01-02\n") << "line 2";
    QTest::newRow("a folder in its place") << QByteArray() << "cannot be read";
}

void TestDoNotCall::anUnreadableListForbidsEverything()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    if (text.isEmpty())
        QVERIFY(QDir().mkpath(path()));
    else
        write(text);
    DoNotCallList list(path());
    QVERIFY(!list.load());
    const auto refused = list.check(number("+14155550100"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, QString("do_not_call_unreadable"));
    QVERIFY2(refused.error().message.contains(says), qPrintable(refused.error().message));
}

void TestDoNotCall::onceCorrectedItIsReadAgain()
{
    write("Mr. Robin\n+14155550114\n+1415555010\nrubbish\n");
    DoNotCallList list(path());
    QVERIFY(!list.load());
    write("+14155550114\n");
    QVERIFY(!list.check(number("+14155550100"))); // this question has it read again
    QTRY_VERIFY(list.check(number("+14155550100")).has_value());
    QCOMPARE(list.check(m_entry.number).error().code, QString("do_not_call"));
}

void TestDoNotCall::aChangeThatCannotBeWrittenSaysSoAndHolds()
{
    QFile blocker(m_dir->filePath("data")); // a file where the folder should be: stops root as well
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    DoNotCallList list(path());
    const auto done = outcome(list.add({m_entry}, DoNotCallList::Keep::OnDisk, &list));
    QVERIFY(!done);
    QCOMPARE(done.error().code, QString("do_not_call_unsaved"));
    QVERIFY(!list.check(m_entry.number));
}

void TestDoNotCall::changesAreWrittenBeforeTheListGoes()
{
    {
        DoNotCallList list(path());
        for (int i = 0; i < 20; ++i)
            QVERIFY(list.add({{number(QString("+141555501%1").arg(i, 2, 10, QChar('0'))), {}, {}}},
                             DoNotCallList::Keep::OnDisk, &list));
    }
    QCOMPARE(content().count('\n'), 21);
}

DIALDESK_TEST(TestDoNotCall)
#include "tst_do_not_call.moc"
