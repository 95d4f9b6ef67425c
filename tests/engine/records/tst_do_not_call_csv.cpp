#include "engine/records/do_not_call_csv.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::records;

namespace {

DoNotCallEntry entry(const QString &number, const QDate &date = {}, const QString &reason = {})
{
    return {*E164Number::parse(number), date, reason};
}

} // namespace

class TestDoNotCallCsv : public QObject
{
    Q_OBJECT

private slots:
    void ourOwnFormComesBack()
    {
        const QList<DoNotCallEntry> entries = {entry("+14155550114", QDate(2026, 11, 23), "asked on the phone"),
                                               entry("+442079460018", {}, "wrote to us, \"twice\"\nand called"),
                                               entry("+14155550101", QDate(2026, 1, 2), "=HYPERLINK(\"x\")"),
                                               entry("+14155550102", QDate(2026, 1, 2), "a; b\tc")};
        QByteArray text = doNotCallHeader();
        for (const DoNotCallEntry &one : entries)
            text += toCsv(one);
        QCOMPARE(parseDoNotCall(text).entries, entries);
        QCOMPARE(parseDoNotCall(text).rejected.size(), 0);
        QVERIFY(text.startsWith("number,date,reason\n+14155550114,2026-11-23,asked on the phone\n"));
    }

    void aFormulaIsNoneInASpreadsheet() { QVERIFY(toCsv(entry("+14155550114", {}, "=1+1")).contains(",'=1+1")); }

    void readsWhatPeopleHave_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("numbers");
        QTest::addColumn<QList<int>>("rejected");
        const auto row = [](const char *name, const QByteArray &text, const QStringList &numbers,
                            const QList<int> &rejected = {}) { QTest::newRow(name) << text << numbers << rejected; };
        row("nothing", "", {});
        row("a head alone", "number,date,reason\n", {});
        row("one number a line", "+14155550101\n+14155550102", {"+14155550101", "+14155550102"});
        row("as people write them", "(415) 555-0101\n\"+1 (415) 555-0102\"\n0044 20 7946 0018\n",
            {"+14155550101", "+14155550102", "+442079460018"});
        row("semicolons", "Telefon;Datum;Grund\r\n+4930123456;2026-01-02;Brief, zweimal\r\n", {"+4930123456"});
        row("tabs and a byte-order mark", "\xEF\xBB\xBFnumber\tdate\n+14155550101\t2026-01-02\n", {"+14155550101"});
        row("a spreadsheet took the plus", "442079460018,,\n", {"+442079460018"});
        row("comments and empty lines", "# ours\n\n+14155550101\n  \n# end\n", {"+14155550101"});
        row("no number in a line", "+14155550101\nMr. Robin\n12\n+14155550102,,x\n", {"+14155550101", "+14155550102"},
            {2, 3});
        row("a second head", "number\n+14155550101\nnumber\n", {"+14155550101"}, {3});
        row("a quote that never ends", "+14155550101,2026-01-02,\"open\n+14155550102\n", {"+14155550101"});
        row("line numbers go on after a long field", "+14155550101,,\"a\nb\"\nrubbish\n", {"+14155550101"}, {3});
        row("bytes of any kind", QByteArray("\0\xFF\n,,,\n\"\"\"\n", 10), {}, {3}); // the first line passes for a head
    }
    void readsWhatPeopleHave()
    {
        QFETCH(QByteArray, text);
        const DoNotCallText read = parseDoNotCall(text, "US");
        QStringList numbers;
        for (const DoNotCallEntry &one : read.entries)
            numbers.append(one.number.value());
        QTEST(numbers, "numbers");
        QList<int> lines;
        for (const auto &rejected : read.rejected)
            lines.append(rejected.line);
        QTEST(lines, "rejected");
    }

    void theSecondAndThirdColumnAreDateAndReason()
    {
        const auto read = parseDoNotCall("+14155550101;2026-01-02;Brief, zweimal\n+14155550102,tomorrow,\n");
        QCOMPARE(read.entries, (QList<DoNotCallEntry>{entry("+14155550101", QDate(2026, 1, 2), "Brief, zweimal"),
                                                      entry("+14155550102")}));
    }

    void anyBeginningOfATextIsReadWithoutHarm()
    {
        const QByteArray text =
            "number,date,reason\n\"+14155550101\",2026-01-02,\"a \"\"b\"\"\r\nc\"\r\n+14155550102\n";
        for (qsizetype size = 0; size <= text.size(); ++size)
            QVERIFY(parseDoNotCall(text.left(size)).entries.size() <= 2);
    }

    void takingANumberOutLeavesTheRest()
    {
        const QByteArray text = "\xEF\xBB\xBF# mine\r\nnumber;why\r\n+1 415 555 "
                                "0101;\"a\nb\"\r\n+14155550102;x\r\n14155550101;again\n+14155550103";
        QCOMPARE(withoutNumber(text, *E164Number::parse("+14155550101")),
                 QByteArray("\xEF\xBB\xBF# mine\r\nnumber;why\r\n+14155550102;x\r\n+14155550103"));
        QCOMPARE(withoutNumber(text, *E164Number::parse("+14155550199")), text);
    }
};

DIALDESK_TEST(TestDoNotCallCsv)
#include "tst_do_not_call_csv.moc"
