#include "engine/twilio/twiml.h"
#include "tests/support/test_program.h"

#include <QXmlStreamReader>

using namespace engine;
using namespace engine::twilio;
using namespace Qt::StringLiterals;

namespace {

const QUrl kBase(u"https://dial.example.com"_s);
const Secret kOneTime("5f0c");

/// A document read back: element paths in order, the Stream's url, the Parameters.
struct Document
{
    QStringList elements;
    QString streamUrl;
    CustomData parameters;
    bool isWellFormed = false;
};

Document readBack(const QByteArray &xml)
{
    Document document;
    QXmlStreamReader reader(xml);
    QStringList path;
    while (!reader.atEnd()) {
        const auto token = reader.readNext();
        if (token == QXmlStreamReader::StartElement) {
            path += reader.name().toString();
            document.elements += path.join(u'/');
            if (path.last() == "Stream"_L1)
                document.streamUrl = reader.attributes().value("url"_L1).toString();
            if (path.last() == "Parameter"_L1)
                document.parameters.emplaceBack(reader.attributes().value("name"_L1).toString(),
                                                reader.attributes().value("value"_L1).toString());
        } else if (token == QXmlStreamReader::EndElement) {
            path.removeLast();
        }
    }
    document.isWellFormed = !reader.hasError();
    return document;
}

StreamContent content(const CustomData &data = {})
{
    return {u"+14155550142"_s, u"+14155550100"_s, data};
}

} // namespace

class TestTwiml : public QObject
{
    Q_OBJECT

private slots:
    void bringsTheCallToOurStream();
    void endsWithTheStream();
    void derivesTheStreamAddress_data();
    void derivesTheStreamAddress();
    void refusesAPublicAddressThatIsNone_data();
    void refusesAPublicAddressThatIsNone();
    void sendsTheCallToTheCloud_data();
    void sendsTheCallToTheCloud();
    void refusesAnIncompleteAgent_data();
    void refusesAnIncompleteAgent();
    void carriesAwkwardText();
    void acceptsCustomDataUpToTheLimits();
    void refusesCustomData_data();
    void refusesCustomData();
    void staysBelowTwiliosLimit();
    void hangsUp();
    void transfers();
};

void TestTwiml::bringsTheCallToOurStream()
{
    const auto twiml = localStreamTwiml(kBase, content({{u"job"_s, u"42"_s}}), kOneTime);
    QVERIFY(twiml);
    QVERIFY(twiml->startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    const Document document = readBack(*twiml);
    QVERIFY(document.isWellFormed);
    QCOMPARE(document.streamUrl, u"wss://dial.example.com/ws"_s);
    QCOMPARE(document.parameters, (CustomData{{u"to_number"_s, u"+14155550142"_s},
                                              {u"from_number"_s, u"+14155550100"_s},
                                              {u"job"_s, u"42"_s},
                                              {u"dialdesk_token"_s, u"5f0c"_s}}));
}

void TestTwiml::endsWithTheStream()
{
    const auto twiml = localStreamTwiml(kBase, content(), kOneTime);
    QVERIFY(twiml);
    QCOMPARE(readBack(*twiml).elements,
             (QStringList{u"Response"_s, u"Response/Connect"_s, u"Response/Connect/Stream"_s,
                          u"Response/Connect/Stream/Parameter"_s, u"Response/Connect/Stream/Parameter"_s,
                          u"Response/Connect/Stream/Parameter"_s}));
}

void TestTwiml::derivesTheStreamAddress_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("url");
    QTest::newRow("https") << u"https://dial.example.com"_s << u"wss://dial.example.com/ws"_s;
    QTest::newRow("trailing slash") << u"https://dial.example.com/"_s << u"wss://dial.example.com/ws"_s;
    QTest::newRow("port") << u"https://dial.example.com:8443"_s << u"wss://dial.example.com:8443/ws"_s;
    QTest::newRow("http") << u"http://127.0.0.1:7860"_s << u"ws://127.0.0.1:7860/ws"_s;
    QTest::newRow("path") << u"https://example.com/dial/"_s << u"wss://example.com/dial/ws"_s;
    QTest::newRow("query and user dropped") << u"https://u:p@example.com/?x=1#y"_s << u"wss://example.com/ws"_s;
}

void TestTwiml::derivesTheStreamAddress()
{
    QFETCH(QString, base);
    QFETCH(QString, url);
    const auto derived = mediaStreamUrl(QUrl(base));
    QVERIFY(derived);
    QCOMPARE(QString::fromLatin1(derived->toEncoded()), url);
}

void TestTwiml::refusesAPublicAddressThatIsNone_data()
{
    QTest::addColumn<QString>("base");
    QTest::newRow("empty") << QString();
    QTest::newRow("no scheme") << u"dial.example.com"_s;
    QTest::newRow("other scheme") << u"ftp://dial.example.com"_s;
    QTest::newRow("no host") << u"https:///x"_s;
}

void TestTwiml::refusesAPublicAddressThatIsNone()
{
    QFETCH(QString, base);
    const auto twiml = localStreamTwiml(QUrl(base), content(), kOneTime);
    QVERIFY(!twiml);
    QCOMPARE(twiml.error().code, u"public_url_unusable"_s);
    QVERIFY(twiml.error().message.contains(u"LOCAL_SERVER_URL"_s));
}

void TestTwiml::sendsTheCallToTheCloud_data()
{
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("url");
    QTest::newRow("us-west") << u"us-west"_s << u"wss://api.pipecat.daily.co/ws/twilio"_s;
    QTest::newRow("us-east") << u"us-east"_s << u"wss://us-east.api.pipecat.daily.co/ws/twilio"_s;
    QTest::newRow("eu-central") << u"eu-central"_s << u"wss://eu-central.api.pipecat.daily.co/ws/twilio"_s;
    QTest::newRow("ap-south") << u"ap-south"_s << u"wss://ap-south.api.pipecat.daily.co/ws/twilio"_s;
}

void TestTwiml::sendsTheCallToTheCloud()
{
    QFETCH(QString, region);
    QFETCH(QString, url);
    const auto twiml = cloudStreamTwiml({u"bot"_s, u"acme"_s, region}, content({{u"job"_s, u"42"_s}}));
    QVERIFY(twiml);
    const Document document = readBack(*twiml);
    QVERIFY(document.isWellFormed);
    QCOMPARE(document.streamUrl, url);
    QCOMPARE(document.parameters, (CustomData{{u"to_number"_s, u"+14155550142"_s},
                                              {u"from_number"_s, u"+14155550100"_s},
                                              {u"job"_s, u"42"_s},
                                              {u"_pipecatCloudServiceHost"_s, u"bot.acme"_s}}));
    QCOMPARE(document.elements.at(1), u"Response/Connect"_s);
    QVERIFY(document.elements.last().startsWith(u"Response/Connect/Stream/"_s));
}

void TestTwiml::refusesAnIncompleteAgent_data()
{
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("organization");
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("setting");
    QTest::newRow("agent") << QString() << u"acme"_s << u"us-west"_s << u"AGENT_NAME"_s;
    QTest::newRow("organization") << u"bot"_s << QString() << u"us-west"_s << u"ORGANIZATION_NAME"_s;
    QTest::newRow("region") << u"bot"_s << u"acme"_s << u"mars"_s << u"PIPECAT_CLOUD_REGION"_s;
}

void TestTwiml::refusesAnIncompleteAgent()
{
    QFETCH(QString, agent);
    QFETCH(QString, organization);
    QFETCH(QString, region);
    QFETCH(QString, setting);
    const auto twiml = cloudStreamTwiml({agent, organization, region}, content());
    QVERIFY(!twiml);
    QCOMPARE(twiml.error().code, u"agent_incomplete"_s);
    QCOMPARE(twiml.error().fault, Fault::Settings);
    QVERIFY(twiml.error().message.contains(setting));
}

void TestTwiml::carriesAwkwardText()
{
    const CustomData data{{u"a <b> & \"c\" 'd'"_s, u"</Stream>\"/><Hangup/>"_s},
                          {u"lines"_s, u"one\ntwo\tthree"_s},
                          {u"größe 東京"_s, u"🗼 %1 %2"_s},
                          {u"empty"_s, QString()}};
    QVERIFY(checkCustomData(data));
    const auto twiml = localStreamTwiml(kBase, content(data), kOneTime);
    QVERIFY(twiml);
    const Document document = readBack(*twiml);
    QVERIFY(document.isWellFormed);
    QCOMPARE(document.parameters.mid(2, data.size()), data);
    QCOMPARE(document.elements.size(), 3 + 2 + data.size() + 1);
}

void TestTwiml::acceptsCustomDataUpToTheLimits()
{
    QVERIFY(checkCustomData({}));
    QVERIFY(checkCustomData({{u"note"_s, QString(495, u'x')}})); // 499 characters together
    CustomData many;
    for (int i = 0; i < 90; ++i)
        many.emplaceBack(u"name%1"_s.arg(i), u"value"_s);
    QVERIFY(checkCustomData(many));
}

void TestTwiml::refusesCustomData_data()
{
    QTest::addColumn<CustomData>("data");
    QTest::addColumn<QString>("named");
    QTest::newRow("500 characters") << CustomData{{u"note"_s, QString(496, u'x')}} << u"note"_s;
    QTest::newRow("long name") << CustomData{{QString(500, u'n'), QString()}} << QString(40, u'n');
    QTest::newRow("no name") << CustomData{{QString(), u"x"_s}} << u"without a name"_s;
    QTest::newRow("blank name") << CustomData{{u" \t"_s, u"x"_s}} << u"without a name"_s;
    for (const auto &name :
         {u"to_number"_s, u"from_number"_s, u"dialdesk_token"_s, u"_pipecatCloudServiceHost"_s, u"_PipecatX"_s})
        QTest::newRow(qPrintable(name)) << CustomData{{name, u"x"_s}} << name;
    QTest::newRow("twice") << CustomData{{u"job"_s, u"1"_s}, {u"job"_s, u"2"_s}} << u"job"_s;
    QTest::newRow("control character") << CustomData{{u"job"_s, QString(QChar(u'\x01'))}} << u"job"_s;
    QTest::newRow("zero") << CustomData{{u"job"_s, QString(QChar(u'\0'))}} << u"job"_s;
    QTest::newRow("half a surrogate pair") << CustomData{{u"job"_s, QString(QChar(0xD83D))}} << u"job"_s;
    QTest::newRow("name with a control character") << CustomData{{u"jo\x02"_s, u"x"_s}} << u"control"_s;
    QTest::newRow("placeholder in the name") << CustomData{{u"a%2b%3"_s, QString(500, u'x')}} << u"a%2b%3"_s;
    CustomData many;
    for (int i = 0; i < 91; ++i)
        many.emplaceBack(u"name%1"_s.arg(i), u"value"_s);
    QTest::newRow("91 entries") << many << u"91"_s;
    CustomData large;
    for (int i = 0; i < 40; ++i)
        large.emplaceBack(u"name%1"_s.arg(i), QString(480, u'"')); // six bytes each, escaped
    QTest::newRow("too large once escaped") << large << u"too large"_s;
}

void TestTwiml::refusesCustomData()
{
    QFETCH(CustomData, data);
    QFETCH(QString, named);
    const auto checked = checkCustomData(data);
    QVERIFY(!checked);
    QCOMPARE(checked.error().code, u"custom_data_invalid"_s);
    QCOMPARE(checked.error().fault, Fault::Settings);
    QVERIFY2(checked.error().message.contains(named), qPrintable(checked.error().message));
    QVERIFY(checked.error().message.endsWith(u'.'));
    QVERIFY(!localStreamTwiml(kBase, content(data), kOneTime));
    QVERIFY(!cloudStreamTwiml({u"bot"_s, u"acme"_s, u"us-west"_s}, content(data)));
}

void TestTwiml::staysBelowTwiliosLimit()
{
    // As many entries of the worst kind as are accepted.
    CustomData data;
    while (true) {
        CustomData more = data;
        more.emplaceBack(u"n%1"_s.arg(data.size()), QString(490, u'"'));
        if (!checkCustomData(more))
            break;
        data = more;
    }
    QVERIFY(data.size() > 10);
    const auto twiml = localStreamTwiml(kBase, content(data), Secret(QByteArray(64, 'f')));
    QVERIFY(twiml);
    QVERIFY(twiml->size() < 64'000);
}

void TestTwiml::hangsUp()
{
    QCOMPARE(readBack(hangUpTwiml()).elements, (QStringList{u"Response"_s, u"Response/Hangup"_s}));
}

void TestTwiml::transfers()
{
    const auto to = E164Number::parse(u"+14155550199"_s);
    const auto callerId = E164Number::parse(u"+14155550100"_s);
    QVERIFY(to && callerId);
    const QByteArray twiml = transferTwiml(*to, *callerId);
    QVERIFY(
        twiml.contains("<Response><Dial callerId=\"+14155550100\"><Number>+14155550199</Number></Dial></Response>"));
    QVERIFY(twiml.size() < 4000);
    QVERIFY(!transferTwiml(*to, {}).contains("callerId"));
}

DIALDESK_TEST(TestTwiml)
#include "tst_twiml.moc"
