#include "engine/twilio/signature.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::twilio;

namespace {

const Secret kToken("0123456789abcdef0123456789abcdef");
const Secret kOtherToken("12345");

const QByteArray kBodyA =
    "AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01&CallSid=CA000000000000000000000000000000a1&"
    "CallStatus=in-progress&Called=%2B14155550142&Caller=%2B14155550100&Direction=outbound-api&From=%2B14155550100&To=%"
    "2B14155550142";
const QByteArray kBodyB =
    "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
const QByteArray kBodyV4 = "CallSid=CA000000000000000000000000000000a1&FromCity=&ToCity=S%C3%A3o+Paulo&"
                           "ToState=%E6%9D%B1%E4%BA%AC+%F0%9F%97%BC&CallStatus=ringing";

const QByteArray kV1 = "zGsn7XI6NFW5JLzDS6FxNI6RnEQ=";
const QByteArray kV8 = "S1KHV3E09+PyjQEYt6SFT4CMkiY=";
const QByteArray kV10 = "eEn1DQoPn4csOXQx0SzCUYZr0fk=";
const QByteArray kV11 = "0lcl7PwLDe8pB/PhLyJgo2ZV78I=";
const QByteArray kV13 = "sbXgVna6/2CJxOZs5KKypQDD79k=";

QUrl url(const char *text)
{
    return QUrl(QString::fromLatin1(text));
}

} // namespace

class TestSignature : public QObject
{
    Q_OBJECT

private slots:
    void signsAsTwilioDoes_data();
    void signsAsTwilioDoes();
    void acceptsTheFormsTwilioSigns_data();
    void acceptsTheFormsTwilioSigns();
    void refusesWhatTwilioDoesNotSign_data();
    void refusesWhatTwilioDoesNotSign();
    void refusesEveryChangedSignature();
    void refusesEverythingWithoutAToken();
    void triesUrlsInOrder();
};

void TestSignature::signsAsTwilioDoes_data()
{
    QTest::addColumn<Secret>("token");
    QTest::addColumn<QByteArray>("signedUrl");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("signature");
    const auto row = [](const char *name, const Secret &token, const char *signedUrl, const QByteArray &body,
                        const QByteArray &signature) {
        QTest::newRow(name) << token << QByteArray(signedUrl) << body << signature;
    };
    row("V1 form post", kToken, "https://dial.example.com/twiml", kBodyA, kV1);
    row("V2 query", kToken, "https://dial.example.com/twiml?job=42&lang=pt-BR", kBodyA, "jTeEUM73DkilEwJBjkH09f7w4lU=");
    row("V3 get", kToken,
        "https://dial.example.com/twiml?job=42&CallSid=CA000000000000000000000000000000a1&From=%2B14155550100", "",
        "1mRE9/sv+wnwyUTEUeZHirPLsFA=");
    row("V4 unicode", kToken, "https://dial.example.com/status", kBodyV4, "2LFGl41wlNVUfqH0czc4POt7WJM=");
    row("V5 empty body", kToken, "https://dial.example.com/status", "", "6jrDUoHBX7M5cJG5qwIJvNAgWzQ=");
    row("V6 repeated name", kToken, "https://dial.example.com/multi", "Tag=beta&Tag=alpha&Tag=beta&Zed=1",
        "ln6w0fzzVnrSx5JtK7ZcNVNQCxw=");
    row("V7 https port kept", kToken, "https://dial.example.com:8443/twiml", kBodyA, "0MrxIUnnK/qLYaitxvSt9HXCMs8=");
    row("V8 http port kept", kToken, "http://dial.example.com:8080/twiml", kBodyA, kV8);
    row("V9 json", kToken,
        "https://dial.example.com/json?bodySHA256=9239c422a41b555493841e492401a13c6081045f49bd7223f575c7e1f7d86f7f", "",
        "3VJou36UdpZfDrKhXM322auzARs=");
    row("V10 upgrade", kToken, "wss://dial.example.com/ws", "", kV10);
    row("V11 upgrade, empty path", kToken, "wss://dial.example.com/", "", kV11);
    row("V12 case-sensitive order", kToken, "https://dial.example.com/status", "a=1&B=2&A=3&b=+x+",
        "RH3Ry0DI6fleo997BWpTatVunyY=");
    row("V13 upgrade as https", kToken, "https://dial.example.com/ws", "", kV13);
    row("P1", kOtherToken, "https://mycompany.com/myapp.php?foo=1&bar=2", kBodyB, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    row("P2", kOtherToken, "https://mycompany.com/myapp.php?foo=1&bar=2",
        "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
    row("P3", kOtherToken, "https://mycompany.com:443/myapp.php?foo=1&bar=2", kBodyB, "kvajT1Ptam85bY51eRf/AJRuM3w=");
    row("P4", kOtherToken, "http://mycompany.com:80/myapp.php?foo=1&bar=2", kBodyB, "0ZXoZLH/DfblKGATFgpif+LLRf4=");
}

void TestSignature::signsAsTwilioDoes()
{
    QFETCH(Secret, token);
    QFETCH(QByteArray, signedUrl);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, signature);
    QCOMPARE(twilioSignature(token, signedUrl, parseForm(body)), signature);
}

void TestSignature::acceptsTheFormsTwilioSigns_data()
{
    QTest::addColumn<Secret>("token");
    QTest::addColumn<QUrl>("publicBase");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<SignedRequest>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("signature");
    const auto row = [](const char *name, const Secret &token, const char *base, const char *target, SignedRequest kind,
                        const QByteArray &body, const QByteArray &signature) {
        QTest::newRow(name) << token << url(base) << QByteArray(target) << kind << body << signature;
    };
    const auto webhook = SignedRequest::Webhook;
    const auto stream = SignedRequest::MediaStream;
    row("V1", kToken, "https://dial.example.com", "/twiml", webhook, kBodyA, kV1);
    row("V1, base with a slash", kToken, "https://dial.example.com/", "/twiml", webhook, kBodyA, kV1);
    row("V1 on a port", kToken, "https://dial.example.com:8443", "/twiml", webhook, kBodyA, kV1);
    row("V1, upper-case host", kToken, "https://Dial.Example.com", "/twiml", webhook, kBodyA, kV1);
    row("V2", kToken, "https://dial.example.com", "/twiml?job=42&lang=pt-BR", webhook, kBodyA,
        "jTeEUM73DkilEwJBjkH09f7w4lU=");
    row("V3", kToken, "https://dial.example.com",
        "/twiml?job=42&CallSid=CA000000000000000000000000000000a1&From=%2B14155550100", webhook, "",
        "1mRE9/sv+wnwyUTEUeZHirPLsFA=");
    row("V4", kToken, "https://dial.example.com", "/status", webhook, kBodyV4, "2LFGl41wlNVUfqH0czc4POt7WJM=");
    row("V7 on a port", kToken, "https://dial.example.com:8443", "/twiml", webhook, kBodyA,
        "0MrxIUnnK/qLYaitxvSt9HXCMs8=");
    row("V8", kToken, "http://dial.example.com:8080", "/twiml", webhook, kBodyA, kV8);
    row("V10", kToken, "https://dial.example.com", "/ws", stream, "", kV10);
    row("V10 on a port", kToken, "https://dial.example.com:8443", "/ws", stream, "", kV10);
    row("V11", kToken, "https://dial.example.com", "/", stream, "", kV11);
    row("P1", kOtherToken, "https://mycompany.com", "/myapp.php?foo=1&bar=2", webhook, kBodyB,
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    row("P3", kOtherToken, "https://mycompany.com", "/myapp.php?foo=1&bar=2", webhook, kBodyB,
        "kvajT1Ptam85bY51eRf/AJRuM3w=");
    row("P4", kOtherToken, "http://mycompany.com", "/myapp.php?foo=1&bar=2", webhook, kBodyB,
        "0ZXoZLH/DfblKGATFgpif+LLRf4=");
    const auto signedBy = [](const char *signedUrl) { return twilioSignature(kToken, signedUrl, {}); };
    row("stream without TLS keeps its port", kToken, "http://127.0.0.1:7860", "/ws", stream, "",
        signedBy("ws://127.0.0.1:7860/ws"));
    row("IPv6", kToken, "http://[::1]:7860", "/ws", stream, "", signedBy("ws://[::1]:7860/ws"));
    row("proxy that strips the path", kToken, "https://example.com/dial", "/twiml", webhook, "",
        signedBy("https://example.com/dial/twiml"));
    row("proxy that keeps the path", kToken, "https://example.com/dial/", "/dial/twiml", webhook, "",
        signedBy("https://example.com/dial/twiml"));
    row("normalised path", kToken, "https://example.com", "/a/../twiml", webhook, "",
        signedBy("https://example.com/twiml"));
}

void TestSignature::acceptsTheFormsTwilioSigns()
{
    QFETCH(Secret, token);
    QFETCH(QUrl, publicBase);
    QFETCH(QByteArray, target);
    QFETCH(SignedRequest, kind);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, signature);
    QVERIFY(isSignatureValid(token, signature, publicBase, target, kind, parseForm(body)));
}

void TestSignature::refusesWhatTwilioDoesNotSign_data()
{
    QTest::addColumn<QUrl>("publicBase");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<SignedRequest>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("signature");
    const auto row = [](const char *name, const char *base, const char *target, SignedRequest kind,
                        const QByteArray &body, const QByteArray &signature) {
        QTest::newRow(name) << url(base) << QByteArray(target) << kind << body << signature;
    };
    const auto webhook = SignedRequest::Webhook;
    const auto stream = SignedRequest::MediaStream;
    const QByteArray portless = twilioSignature(kToken, "http://dial.example.com/twiml", parseForm(kBodyA));
    row("http on a port, signed without it", "http://dial.example.com:8080", "/twiml", webhook, kBodyA, portless);
    row("V13: upgrade signed as https", "https://dial.example.com", "/ws", stream, "", kV13);
    row("V10: webhook signed as wss", "https://dial.example.com", "/ws", webhook, "", kV10);
    row("other port", "https://dial.example.com:9443", "/twiml", webhook, kBodyA, "0MrxIUnnK/qLYaitxvSt9HXCMs8=");
    row("other host", "https://dial.example.org", "/twiml", webhook, kBodyA, kV1);
    row("other path", "https://dial.example.com", "/status", webhook, kBodyA, kV1);
    row("slash added to a path", "https://dial.example.com", "/ws/", stream, "", kV10);
    row("parameter added", "https://dial.example.com", "/twiml", webhook, kBodyA + "&x=y", kV1);
    row("empty parameter added", "https://dial.example.com", "/twiml", webhook, kBodyA + "&x=", kV1);
    row("parameter changed", "https://dial.example.com", "/twiml", webhook, QByteArray(kBodyA).replace("142", "143"),
        kV1);
    row("query changed", "https://dial.example.com", "/twiml?job=43&lang=pt-BR", webhook, kBodyA,
        "jTeEUM73DkilEwJBjkH09f7w4lU=");
    row("no signature", "https://dial.example.com", "/twiml", webhook, kBodyA, "");
    row("no public base", "", "/twiml", webhook, kBodyA, kV1);
    row("base with another scheme", "ftp://dial.example.com", "/twiml", webhook, kBodyA, kV1);
    row("target of another form", "https://dial.example.com", "https://dial.example.com/twiml", webhook, kBodyA, kV1);
}

void TestSignature::refusesWhatTwilioDoesNotSign()
{
    QFETCH(QUrl, publicBase);
    QFETCH(QByteArray, target);
    QFETCH(SignedRequest, kind);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, signature);
    QVERIFY(!isSignatureValid(kToken, signature, publicBase, target, kind, parseForm(body)));
}

void TestSignature::refusesEveryChangedSignature()
{
    const auto valid = [](const QByteArray &signature) {
        return isSignatureValid(kToken, signature, url("https://dial.example.com"), "/twiml", SignedRequest::Webhook,
                                parseForm(kBodyA));
    };
    QVERIFY(valid(kV1));
    for (qsizetype i = 0; i < kV1.size(); ++i) {
        QByteArray changed = kV1;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        QVERIFY2(!valid(changed), changed.constData());
        QVERIFY2(!valid(kV1.first(i)), "shortened");
    }
    QVERIFY(!valid(kV1 + '='));
    QVERIFY(!valid(kV1.toLower()));
}

void TestSignature::refusesEverythingWithoutAToken()
{
    const QByteArray forged = twilioSignature(Secret(), "https://dial.example.com/twiml", {});
    QVERIFY(!isSignatureValid(Secret(), forged, url("https://dial.example.com"), "/twiml", SignedRequest::Webhook, {}));
}

void TestSignature::triesUrlsInOrder()
{
    using Urls = QList<QByteArray>;
    QCOMPARE(signedUrls(url("https://dial.example.com:8443"), "/twiml?a=%2B1", SignedRequest::Webhook),
             (Urls{"https://dial.example.com/twiml?a=%2B1", "https://dial.example.com:8443/twiml?a=%2B1"}));
    QCOMPARE(signedUrls(url("https://dial.example.com"), "/ws", SignedRequest::MediaStream),
             (Urls{"wss://dial.example.com/ws", "wss://dial.example.com:443/ws"}));
    QCOMPARE(signedUrls(url("http://dial.example.com:8080"), "/twiml", SignedRequest::Webhook),
             (Urls{"http://dial.example.com:8080/twiml"}));
    QCOMPARE(signedUrls(url("http://user:pass@dial.example.com#f"), "/twiml", SignedRequest::Webhook),
             (Urls{"http://dial.example.com/twiml", "http://dial.example.com:80/twiml"}));
}

DIALDESK_TEST(TestSignature)
#include "tst_signature.moc"
