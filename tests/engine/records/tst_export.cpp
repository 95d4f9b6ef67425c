#include "engine/records/export.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>

using namespace engine;
using namespace engine::records;

namespace {

const QDateTime kAt(QDate(2026, 3, 4), QTime(10, 0), QTimeZone::utc());

CallRecord record(const QString &sid)
{
    const CallSid call(sid);
    CallRecord record;
    record.customData = {{"customer_name", "=HYPERLINK(\"http://evil\")"}};
    record.apply(CallStateChanged{call, "queued", "+14155550100", "+14155550199", "local", true, kAt});
    record.apply(CalleeSaid{call, 1, "Hello, \"you\"", true, kAt});
    AgentTurn turn;
    turn.sid = call;
    turn.turn = 1;
    turn.heard = "Good";
    turn.cut = "morning";
    turn.promptTokens = 700;
    turn.at = kAt;
    record.apply(turn);
    record.apply(IncidentHappened{call, {Fault::Vendor, "model_slow", "The model was slow."}, kAt});
    record.apply(CallEnded{call, "completed", "callee_hung_up", 12.5, 41.0, 1, 1, kAt});
    return record;
}

/// A reader of RFC 4180, to read what was written.
QList<QStringList> parseCsv(const QString &csv)
{
    QList<QStringList> rows;
    QStringList row;
    QString cell;
    bool quoted = false;
    for (qsizetype i = 0; i < csv.size(); ++i) {
        const QChar c = csv[i];
        if (quoted && c == '"' && csv.mid(i + 1, 1) == "\"") {
            cell += c;
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            row.append(std::exchange(cell, {}));
        } else if (!quoted && c == '\r' && csv.mid(i + 1, 1) == "\n") {
            ++i;
            row.append(std::exchange(cell, {}));
            rows.append(std::exchange(row, {}));
        } else {
            cell += c;
        }
    }
    return rows;
}

QByteArray inPieces(ExportFormat format, const std::vector<std::vector<CallRecord>> &pieces)
{
    CallExport list(format);
    QByteArray bytes = list.head();
    for (const auto &piece : pieces)
        bytes += list.rows(piece);
    return bytes + list.tail();
}

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private slots:
    void formats();
    void cells_data();
    void cells();
    void csvHoldsEveryCallInOneRow();
    void jsonIsTheApisForm();
    void textCanBeRead();
    void aListWithoutCalls();
};

void TestExport::formats()
{
    QVERIFY(exportFormatFromWord("json") == ExportFormat::Json);
    QVERIFY(exportFormatFromWord("csv") == ExportFormat::Csv);
    QVERIFY(exportFormatFromWord("txt") == ExportFormat::Text);
    QVERIFY(!exportFormatFromWord("xls"));
    QVERIFY(!exportFormatFromWord(""));
}

void TestExport::cells_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("cell");
    QTest::newRow("plain") << "Robin"
                           << "Robin";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("comma") << "a,b"
                           << "\"a,b\"";
    QTest::newRow("quotes") << "say \"hi\""
                            << "\"say \"\"hi\"\"\"";
    QTest::newRow("lines") << "a\nb"
                           << "\"a\nb\"";
    QTest::newRow("formula") << "=1+1"
                             << "'=1+1";
    QTest::newRow("command") << "@SUM(A1)"
                             << "'@SUM(A1)";
    QTest::newRow("plus") << "+cmd|' /C calc'!A0"
                          << "'+cmd|' /C calc'!A0";
    QTest::newRow("minus") << "-2+3"
                           << "'-2+3";
    QTest::newRow("tab") << "\t=1"
                         << "'\t=1";
    QTest::newRow("formula with quotes") << "=\"a\""
                                         << "\"'=\"\"a\"\"\"";
    QTest::newRow("phone number") << "+14155550100"
                                  << "+14155550100";
    QTest::newRow("negative number") << "-2.5"
                                     << "-2.5";
}

void TestExport::cells()
{
    QFETCH(QString, text);
    QFETCH(QString, cell);
    QCOMPARE(csvCell(text), cell);
}

void TestExport::csvHoldsEveryCallInOneRow()
{
    const QByteArray csv = inPieces(ExportFormat::Csv, {{record("CA01")}, {record("CA02"), record("CA03")}});
    const auto rows = parseCsv(QString::fromUtf8(csv));
    QCOMPARE(rows.size(), 4);
    for (const QStringList &row : rows)
        QCOMPARE(row.size(), rows[0].size());
    const auto cell = [&rows](int row, const QString &column) { return rows[row][rows[0].indexOf(column)]; };
    QCOMPARE(cell(1, "call_sid"), QString("CA01"));
    QCOMPARE(cell(3, "call_sid"), QString("CA03"));
    QCOMPARE(cell(1, "placed_at"), QString("2026-03-04T10:00:00.000Z"));
    QCOMPARE(cell(1, "to_number"), QString("+14155550100"));
    QCOMPARE(cell(1, "disposition"), QString("conversation"));
    QCOMPARE(cell(1, "duration_s"), QString("12.5"));
    QCOMPARE(cell(1, "prompt_tokens"), QString("700"));
    QCOMPARE(cell(1, "transcript"), QString("callee: Hello, \"you\"\nagent: Good [not heard: morning]"));
    QCOMPARE(cell(1, "custom_data"), QString("customer_name: =HYPERLINK(\"http://evil\")"));
    QCOMPARE(cell(1, "incidents"), QString("The model was slow."));
    QCOMPARE(exportCall(ExportFormat::Csv, record("CA01")), inPieces(ExportFormat::Csv, {{record("CA01")}}));
}

void TestExport::jsonIsTheApisForm()
{
    const auto list =
        QJsonDocument::fromJson(inPieces(ExportFormat::Json, {{record("CA01")}, {}, {record("CA02")}})).object();
    QCOMPARE(list["calls"].toArray(), (QJsonArray{toJson(record("CA01"), true), toJson(record("CA02"), true)}));
    QCOMPARE(QJsonDocument::fromJson(exportCall(ExportFormat::Json, record("CA01"))).object(),
             toJson(record("CA01"), true));
}

void TestExport::textCanBeRead()
{
    QCOMPARE(QString::fromUtf8(exportCall(ExportFormat::Text, record("CA01"))),
             QString("Call CA01\n"
                     "  2026-03-04T10:00:00.000Z  to +14155550100 from +14155550199, local, practice\n"
                     "  completed (callee_hung_up), 13 s, outcome: conversation\n"
                     "  customer_name: =HYPERLINK(\"http://evil\")\n"
                     "\n"
                     "callee: Hello, \"you\"\n"
                     "agent: Good [not heard: morning]\n"
                     "incident (vendor): The model was slow.\n"));
}

void TestExport::aListWithoutCalls()
{
    QCOMPARE(inPieces(ExportFormat::Json, {{}}), QByteArray("{\"calls\":[]}"));
    QCOMPARE(parseCsv(QString::fromUtf8(inPieces(ExportFormat::Csv, {{}}))).size(), 1);
    QCOMPARE(inPieces(ExportFormat::Text, {{}}), QByteArray());
}

DIALDESK_TEST(TestExport)
#include "tst_export.moc"
