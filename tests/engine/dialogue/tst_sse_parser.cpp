#include "engine/dialogue/sse_parser.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

namespace {

using Events = std::vector<SseEvent>;

Events parse(const QByteArray &body)
{
    SseParser parser;
    return parser.push(body);
}

Events parseIn(const QByteArray &body, qsizetype pieceSize)
{
    SseParser parser;
    Events events;
    for (qsizetype at = 0; at < body.size(); at += pieceSize)
        for (SseEvent &event : parser.push(QByteArrayView(body).sliced(at, std::min(pieceSize, body.size() - at))))
            events.push_back(std::move(event));
    return events;
}

QByteArray withEnds(QByteArray body, const QByteArray &lineEnd)
{
    return body.replace("\n", lineEnd);
}

} // namespace

class TestSseParser : public QObject
{
    Q_OBJECT
private slots:
    void eachLineEndSeparates_data();
    void eachLineEndSeparates();
    void anySplitGivesTheSameEvents_data();
    void anySplitGivesTheSameEvents();
    void everyTruncationGivesWholeEventsOnly();
    void fieldsAreReadAsTheStandardSays_data();
    void fieldsAreReadAsTheStandardSays();
    void byteOrderMarkIsSkipped();
    void unfinishedEventIsKept();
    void bareJsonIsStray();
    void strayIsBounded();
    void anEventTooLargeOverflows();
    void manyEventsMayBeLargerTogether();
};

namespace {
const QByteArray kBody = ": hello\n"
                         "data: {\"text\":\"Grüße 😀\"}\n"
                         "\n"
                         "event: note\n"
                         "id: 7\n"
                         "retry: 100\n"
                         "data: one\n"
                         "data:two\n"
                         "data:  three\n"
                         "\n"
                         "data\n"
                         "\n"
                         "\n"
                         "event: without data\n"
                         "\n"
                         "data: last\n"
                         "\n";
const Events kEvents = {{"", "{\"text\":\"Grüße 😀\"}"}, {"note", "one\ntwo\n three"}, {"", ""}, {"", "last"}};
} // namespace

void TestSseParser::eachLineEndSeparates_data()
{
    QTest::addColumn<QByteArray>("lineEnd");
    QTest::newRow("LF") << QByteArray("\n");
    QTest::newRow("CRLF") << QByteArray("\r\n");
    QTest::newRow("CR") << QByteArray("\r");
}

void TestSseParser::eachLineEndSeparates()
{
    QFETCH(QByteArray, lineEnd);
    QVERIFY(parse(withEnds(kBody, lineEnd)) == kEvents);
}

void TestSseParser::anySplitGivesTheSameEvents_data()
{
    eachLineEndSeparates_data();
}

void TestSseParser::anySplitGivesTheSameEvents()
{
    QFETCH(QByteArray, lineEnd);
    const QByteArray body = withEnds(kBody, lineEnd);
    for (qsizetype size = 1; size <= body.size(); ++size)
        QVERIFY2(parseIn(body, size) == kEvents, qPrintable(u"pieces of %1"_s.arg(size)));
    for (qsizetype at = 0; at <= body.size(); ++at) {
        SseParser parser;
        Events events = parser.push(body.first(at));
        for (SseEvent &event : parser.push(body.sliced(at)))
            events.push_back(std::move(event));
        QVERIFY2(events == kEvents, qPrintable(u"split at %1"_s.arg(at)));
    }
}

void TestSseParser::everyTruncationGivesWholeEventsOnly()
{
    for (qsizetype length = 0; length < kBody.size(); ++length) {
        const Events events = parse(kBody.first(length));
        QVERIFY(events.size() <= kEvents.size());
        QVERIFY(std::equal(events.begin(), events.end(), kEvents.begin()));
    }
    QCOMPARE(parse(kBody.chopped(1)).size(), kEvents.size() - 1);
}

void TestSseParser::fieldsAreReadAsTheStandardSays_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("data");
    QTest::newRow("no blank") << QByteArray("data:x\n\n") << QByteArrayList{"x"};
    QTest::newRow("one blank") << QByteArray("data: x\n\n") << QByteArrayList{"x"};
    QTest::newRow("colon inside") << QByteArray("data: a:b\n\n") << QByteArrayList{"a:b"};
    QTest::newRow("unknown field") << QByteArray("datas: x\n\n") << QByteArrayList{};
    QTest::newRow("blank before name") << QByteArray(" data: x\n\n") << QByteArrayList{};
    QTest::newRow("comment between") << QByteArray("data: a\n: c\ndata: b\n\n") << QByteArrayList{"a\nb"};
    QTest::newRow("no end") << QByteArray("data: a\n") << QByteArrayList{};
    QTest::newRow("empty") << QByteArray() << QByteArrayList{};
    QTest::newRow("zero byte") << QByteArray("data: a\0b\n\n", 11) << QByteArrayList{QByteArray("a\0b", 3)};
}

void TestSseParser::fieldsAreReadAsTheStandardSays()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArrayList, data);
    QByteArrayList found;
    for (const SseEvent &event : parse(body))
        found.append(event.data);
    QCOMPARE(found, data);
}

void TestSseParser::byteOrderMarkIsSkipped()
{
    const QByteArray body = "\xEF\xBB\xBF"
                            "data: x\n\n";
    for (qsizetype size = 1; size <= body.size(); ++size)
        QVERIFY(parseIn(body, size) == (Events{{"", "x"}}));
}

void TestSseParser::unfinishedEventIsKept()
{
    SseParser parser;
    QVERIFY(parser.push("data: a\ndata: {\"b").empty());
    QCOMPARE(parser.unfinishedData(), QByteArray("a\n{\"b"));
    QCOMPARE(parser.stray(), QByteArray());
    QCOMPARE(parser.push("\":1}\n\n").size(), size_t(1));
    QCOMPARE(parser.unfinishedData(), QByteArray());
}

void TestSseParser::bareJsonIsStray()
{
    const QByteArray json = "{\n  \"error\": {\n    \"code\": 503,\n    \"status\": \"UNAVAILABLE\"\n  }\n}";
    for (qsizetype at = 0; at <= json.size(); ++at) {
        SseParser parser;
        QCOMPARE(parser.push("data: x\n\n").size(), size_t(1));
        QVERIFY(parser.push(json.first(at)).empty());
        QVERIFY(parser.push(json.sliced(at)).empty());
        QCOMPARE(parser.stray(), json);
        QCOMPARE(parser.unfinishedData(), QByteArray());
    }
}

void TestSseParser::strayIsBounded()
{
    SseParser parser;
    for (int i = 0; i < 1000; ++i)
        QVERIFY(parser.push(QByteArray(1000, '{') + '\n').empty());
    QVERIFY(parser.stray().size() <= SseParser::kMaxStrayBytes);
}

void TestSseParser::anEventTooLargeOverflows()
{
    SseParser parser;
    const QByteArray line = "data: " + QByteArray(1000, 'x') + '\n';
    for (int i = 0; i < 1047; ++i)
        QVERIFY(parser.push(line).empty());
    QVERIFY(!parser.overflowed());
    QVERIFY(parser.push(line).empty());
    QVERIFY(parser.overflowed());
    QVERIFY(parser.push("\n\ndata: y\n\n").empty());

    SseParser oneLine;
    QVERIFY(oneLine.push(QByteArray(2 * 1024 * 1024, 'x')).empty());
    QVERIFY(oneLine.overflowed());
}

void TestSseParser::manyEventsMayBeLargerTogether()
{
    SseParser parser;
    const QByteArray event = "data: " + QByteArray(500'000, 'x') + "\n\n";
    size_t events = 0;
    for (int i = 0; i < 6; ++i)
        events += parser.push(event).size();
    QCOMPARE(events, size_t(6));
    QVERIFY(!parser.overflowed());
}

DIALDESK_TEST(TestSseParser)
#include "tst_sse_parser.moc"
