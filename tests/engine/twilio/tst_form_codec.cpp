#include "engine/twilio/form_codec.h"
#include "tests/support/test_program.h"


using namespace engine::twilio;

class TestFormCodec : public QObject
{
    Q_OBJECT

private slots:
    void readsPairs_data();
    void readsPairs();
    void sendsThePlusOfANumberEncoded();
    void readsBackWhatItBuilds();
    void repeatsANameInOrder();
    void findsTheFirstValueOfAName();
    void survivesJunk();
};

void TestFormCodec::readsPairs_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<FormPairs>("pairs");
    QTest::newRow("empty") << QByteArray("") << FormPairs{};
    QTest::newRow("plus is a space") << QByteArray("b=+x+") << FormPairs{{"b", " x "}};
    QTest::newRow("%2B is a plus") << QByteArray("To=%2B14155550142") << FormPairs{{"To", "+14155550142"}};
    QTest::newRow("empty value") << QByteArray("FromCity=&ToCity=X") << FormPairs{{"FromCity", ""}, {"ToCity", "X"}};
    QTest::newRow("no equals sign") << QByteArray("flag&a=1") << FormPairs{{"flag", ""}, {"a", "1"}};
    QTest::newRow("equals sign in a value") << QByteArray("a=b=c") << FormPairs{{"a", "b=c"}};
    QTest::newRow("empty pieces") << QByteArray("&&a=1&&b=2&") << FormPairs{{"a", "1"}, {"b", "2"}};
    QTest::newRow("utf-8") << QByteArray("ToCity=S%C3%A3o+Paulo") << FormPairs{{"ToCity", "S\xC3\xA3o Paulo"}};
}

void TestFormCodec::readsPairs()
{
    QFETCH(QByteArray, body);
    QFETCH(FormPairs, pairs);
    QCOMPARE(parseForm(body), pairs);
}

void TestFormCodec::sendsThePlusOfANumberEncoded()
{
    QCOMPARE(buildForm({{"To", "+14155550142"}, {"Url", "https://dial.example.com/twiml?job=42"}}),
             QByteArray("To=%2B14155550142&Url=https%3A%2F%2Fdial.example.com%2Ftwiml%3Fjob%3D42"));
}

void TestFormCodec::readsBackWhatItBuilds()
{
    QByteArray everyByte;
    for (int byte = 0; byte < 256; ++byte)
        everyByte += static_cast<char>(byte);
    const FormPairs pairs{{"plain", "1"}, {everyByte, everyByte}, {"spaces &=", " + & = "}, {"empty", ""}};
    QCOMPARE(parseForm(buildForm(pairs)), pairs);
}

void TestFormCodec::repeatsANameInOrder()
{
    QCOMPARE(buildForm({{"StatusCallbackEvent", "initiated"}, {"StatusCallbackEvent", "ringing"}}),
             QByteArray("StatusCallbackEvent=initiated&StatusCallbackEvent=ringing"));
}

void TestFormCodec::findsTheFirstValueOfAName()
{
    const FormPairs pairs{{"a", "1"}, {"A", "2"}, {"a", "3"}, {"e", ""}};
    QCOMPARE(fieldValue(pairs, "a"), std::optional<QByteArray>("1"));
    QCOMPARE(fieldValue(pairs, "A"), std::optional<QByteArray>("2"));
    QCOMPARE(fieldValue(pairs, "e"), std::optional<QByteArray>(""));
    QVERIFY(!fieldValue(pairs, "b"));
}

void TestFormCodec::survivesJunk()
{
    for (const QByteArray body : {"%", "%2", "%zz=%", "=", "==&==", "%00=%00", "a=%E6%9D"}) {
        const FormPairs pairs = parseForm(body);
        QVERIFY(pairs.size() <= 2);
    }
    QCOMPARE(parseForm("="), (FormPairs{{"", ""}}));
}

DIALDESK_TEST(TestFormCodec)
#include "tst_form_codec.moc"
