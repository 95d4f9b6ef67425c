#include "engine/dial_request.h"
#include "tests/support/test_program.h"


using namespace engine;

class TestDialRequest : public QObject
{
    Q_OBJECT

private slots:
    void wrongBodies_data();
    void wrongBodies();
    void goodBodies_data();
    void goodBodies();
    void customDataIsReadAsText_data();
    void customDataIsReadAsText();
    void everyTruncationIsRefused();
};

void TestDialRequest::wrongBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &body, const char *code) {
        QTest::newRow(name) << body << QString::fromLatin1(code);
    };
    row("nothing", "", "not_json");
    row("blank", "  \r\n", "not_json");
    row("a form", "to_number=%2B14155550142", "not_json");
    row("broken", "{\"to_number\": \"+14155550142\"", "not_json");
    row("trailing junk", "{\"to_number\": \"+14155550142\"} x", "not_json");
    row("not UTF-8", "{\"to_number\": \"\xff\xfe\"}", "not_json");
    row("an array", "[]", "not_json");
    row("an array of one", "[{\"to_number\": \"+14155550142\"}]", "not_json");
    row("a string", "\"+14155550142\"", "not_json");
    row("a number", "15551234567", "not_json");
    row("null", "null", "not_json");
    row("deeply nested", QByteArray(20'000, '['), "not_json");
    row("empty object", "{}", "number_missing");
    row("to_number null", "{\"to_number\": null}", "number_missing");
    row("to_number empty", "{\"to_number\": \"\"}", "number_missing");
    row("to_number blank", "{\"to_number\": \"  \"}", "number_missing");
    row("to_number a number", "{\"to_number\": 15551234567}", "number_impossible");
    row("to_number true", "{\"to_number\": true}", "number_impossible");
    row("to_number an object", "{\"to_number\": {}}", "number_impossible");
    row("to_number a list", "{\"to_number\": [\"+14155550142\"]}", "number_impossible");
    row("from_number a number", "{\"to_number\": \"+14155550142\", \"from_number\": 1}", "bad_from_number");
    row("from_number an object", "{\"to_number\": \"+14155550142\", \"from_number\": {}}", "bad_from_number");
    row("custom_data a list", "{\"to_number\": \"+14155550142\", \"custom_data\": []}", "bad_custom_data");
    row("custom_data a string", "{\"to_number\": \"+14155550142\", \"custom_data\": \"x\"}", "bad_custom_data");
    row("custom_data a number", "{\"to_number\": \"+14155550142\", \"custom_data\": 3}", "bad_custom_data");
    row("custom_data with an object", "{\"to_number\": \"+14155550142\", \"custom_data\": {\"a\": {}}}",
        "bad_custom_data");
    row("custom_data with a list", "{\"to_number\": \"+14155550142\", \"custom_data\": {\"a\": [1]}}",
        "bad_custom_data");
    row("custom_data with null", "{\"to_number\": \"+14155550142\", \"custom_data\": {\"a\": null}}",
        "bad_custom_data");
}

void TestDialRequest::wrongBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    const auto request = parseDialRequest(body);
    QVERIFY(!request);
    QCOMPARE(request.error().code, code);
    QCOMPARE(request.error().fault, Fault::Settings);
    QVERIFY2(request.error().message.size() > 20 && request.error().message.size() < 300,
             qPrintable(request.error().message));
}

void TestDialRequest::goodBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("from");
    QTest::newRow("number alone") << QByteArray(R"({"to_number": "+14155550142"})") << "+14155550142"
                                  << "";
    QTest::newRow("both") << QByteArray(R"({"to_number": "+14155550142", "from_number": " +14155550199 "})")
                          << "+14155550142"
                          << "+14155550199";
    QTest::newRow("nulls are absent") << QByteArray(R"({"to_number": "+1", "from_number": null, "custom_data": null})")
                                      << "+1"
                                      << "";
    QTest::newRow("unknown fields") << QByteArray(R"({"to_number": "(415) 555-0142", "more": [1, {"x": null}]})")
                                    << "(415) 555-0142"
                                    << "";
}

void TestDialRequest::goodBodies()
{
    QFETCH(QByteArray, body);
    const auto request = parseDialRequest(body);
    QVERIFY(request);
    QTEST(request->to, "to"); // whether it can be dialed is asked later, with the caller's country at hand
    QTEST(request->from, "from");
    QVERIFY(request->customData.isEmpty());
    QVERIFY(!request->environment);
}

void TestDialRequest::customDataIsReadAsText_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("text");
    QTest::newRow("text") << QByteArray("\"Robin\"") << "Robin";
    QTest::newRow("empty text") << QByteArray("\"\"") << "";
    QTest::newRow("true") << QByteArray("true") << "true";
    QTest::newRow("false") << QByteArray("false") << "false";
    QTest::newRow("zero") << QByteArray("0") << "0";
    QTest::newRow("one") << QByteArray("1") << "1";
    QTest::newRow("negative") << QByteArray("-3") << "-3";
    QTest::newRow("a fraction") << QByteArray("19.99") << "19.99";
    QTest::newRow("a whole fraction") << QByteArray("3.0") << "3";
    QTest::newRow("small") << QByteArray("0.1") << "0.1";
    QTest::newRow("an account number") << QByteArray("12345678901234567")
                                       << "12345678901234567"; // more digits than a double holds
    QTest::newRow("the largest") << QByteArray("9223372036854775807") << "9223372036854775807";
    QTest::newRow("a card number") << QByteArray("4111111111111111") << "4111111111111111";
    QTest::newRow("huge") << QByteArray("1e300") << "1e+300";
    QTest::newRow("hugely negative") << QByteArray("-1e300") << "-1e+300";
    QTest::newRow("unicode") << QByteArray("\"\xc3\x84nne \xe2\x82\xac\"") << QString::fromUtf8("Änne €");
}

void TestDialRequest::customDataIsReadAsText()
{
    QFETCH(QByteArray, json);
    const auto request =
        parseDialRequest("{\"to_number\": \"+14155550142\", \"custom_data\": {\"value\": " + json + "}}");
    QVERIFY(request);
    QTEST(request->customData.value("value"), "text");
}

void TestDialRequest::everyTruncationIsRefused()
{
    const QByteArray whole =
        R"({"to_number": "+14155550142", "from_number": "+14155550199", "custom_data": {"customer_name": "Robin", "visits": 3}})";
    QVERIFY(parseDialRequest(whole));
    for (qsizetype length = 0; length < whole.size(); ++length)
        QVERIFY(!parseDialRequest(whole.first(length)));
}

DIALDESK_TEST(TestDialRequest)
#include "tst_dial_request.moc"
