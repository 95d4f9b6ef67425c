#include "engine/public_address.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;

namespace {

const QUrl kNgrok("http://127.0.0.1:4040/api/tunnels");

QByteArray tunnel(const char *url, const char *address)
{
    return QByteArray(R"({"name":"x","public_url":")") + url + R"(","proto":"https","config":{"addr":")" + address +
           R"(","inspect":true}})";
}

QByteArray tunnels(const QByteArrayList &entries)
{
    return "{\"tunnels\":[" + entries.join(',') + "],\"uri\":\"/api/tunnels\"}";
}

struct Asked
{
    explicit Asked(PublicAddress &address)
    {
        auto *job = address.find(&owner);
        QObject::connect(job, &PublicAddressJob::finished, &owner, [this](const Result<QUrl> &base) {
            ++count;
            text = base ? base->toString() : base.error().code;
            if (!base)
                message = base.error().message;
        });
    }
    QObject owner;
    QString text;
    QString message;
    int count = 0;
};

} // namespace

class TestPublicAddress : public QObject
{
    Q_OBJECT

private slots:
    void picksTheTunnelToOurPort_data();
    void picksTheTunnelToOurPort();
    void everyTruncationOfTheAnswerGivesNone();
    void theConfiguredAddressIsNotAskedFor();
    void theTunnelIsAskedForEachTime();
    void withoutATunnelItSaysWhatToDo_data();
    void withoutATunnelItSaysWhatToDo();
    void aKnownAddressSurvivesAQuestionThatFailed();
    void anAskerWhoLeavesIsNotAnswered();
};

void TestPublicAddress::picksTheTunnelToOurPort_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("url");
    const auto row = [](const char *name, const QByteArray &json, const char *url) {
        QTest::newRow(name) << json << QString::fromLatin1(url);
    };
    row("one", tunnels({tunnel("https://desk.ngrok.app", "http://localhost:7860")}), "https://desk.ngrok.app");
    row("address without scheme", tunnels({tunnel("https://desk.ngrok.app", "localhost:7860")}),
        "https://desk.ngrok.app");
    row("port alone", tunnels({tunnel("https://desk.ngrok.app", "7860")}), "https://desk.ngrok.app");
    row("the second",
        tunnels({tunnel("https://other.ngrok.app", "http://localhost:3000"),
                 tunnel("https://desk.ngrok.app", "http://127.0.0.1:7860")}),
        "https://desk.ngrok.app");
    row("http and https",
        tunnels({tunnel("http://desk.ngrok.app", "http://localhost:7860"),
                 tunnel("https://desk.ngrok.app", "http://localhost:7860")}),
        "https://desk.ngrok.app");
    row("http only", tunnels({tunnel("http://desk.ngrok.app", "http://localhost:7860")}), "");
    row("tcp", tunnels({tunnel("tcp://1.tcp.ngrok.io:12345", "localhost:7860")}), "");
    row("another port", tunnels({tunnel("https://desk.ngrok.app", "http://localhost:78600")}), "");
    row("a port that ends alike", tunnels({tunnel("https://desk.ngrok.app", "http://localhost:17860")}), "");
    row("none", tunnels({}), "");
    row("not an object", "[]", "");
    row("not JSON", "<html>", "");
    row("nothing", "", "");
    row("odd types", R"({"tunnels":[1,null,"x",{"public_url":5,"config":7},{"config":{"addr":7860}}]})", "");
    row("tunnels no list", R"({"tunnels":{}})", "");
}

void TestPublicAddress::picksTheTunnelToOurPort()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, url);
    QCOMPARE(tunnelTo(7860, json).toString(), url);
    QVERIFY(
        tunnelTo(0, tunnels({tunnel("https://desk.ngrok.app", "http://localhost")})).isEmpty()); // not listening yet
}

void TestPublicAddress::everyTruncationOfTheAnswerGivesNone()
{
    const QByteArray whole = tunnels({tunnel("https://desk.ngrok.app", "http://localhost:7860")});
    for (qsizetype length = 0; length < whole.size(); ++length)
        QVERIFY(tunnelTo(7860, whole.first(length)).isEmpty());
}

void TestPublicAddress::theConfiguredAddressIsNotAskedFor()
{
    support::FakeHttpClient http;
    PublicAddress address(QUrl("https://desk.example"), http, kNgrok);
    address.setPort(7860);
    QCOMPARE(address.current(), QUrl("https://desk.example"));
    Asked asked(address);
    QCOMPARE(asked.count, 0); // later, never from within the call
    QTRY_COMPARE(asked.text, QString("https://desk.example"));
    QVERIFY(http.requests.isEmpty());
    QSignalSpy changed(&address, &PublicAddress::changed);
    address.setConfigured(QUrl("http://127.0.0.1:7860"));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(address.current(), QUrl("http://127.0.0.1:7860"));
}

void TestPublicAddress::theTunnelIsAskedForEachTime()
{
    support::FakeHttpClient http;
    PublicAddress address({}, http, kNgrok);
    address.setPort(7860);
    QSignalSpy changed(&address, &PublicAddress::changed);
    http.answer("GET", "/api/tunnels", 200, tunnels({tunnel("https://one.ngrok.app", "http://localhost:7860")}));
    Asked first(address);
    QTRY_COMPARE(first.text, QString("https://one.ngrok.app"));
    QCOMPARE(http.requests[0].url, kNgrok);
    http.answer("GET", "/api/tunnels", 200, tunnels({tunnel("https://two.ngrok.app", "http://localhost:7860")}));
    Asked second(address);
    QTRY_COMPARE(second.text, QString("https://two.ngrok.app"));
    QCOMPARE(address.current(), QUrl("https://two.ngrok.app"));
    QCOMPARE(changed.count(), 2);
    QVERIFY(http.isExhausted());
}

void TestPublicAddress::withoutATunnelItSaysWhatToDo_data()
{
    QTest::addColumn<int>("status"); // 0: no answer
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no agent") << 0 << QByteArray();
    QTest::newRow("no tunnels") << 200 << QByteArray("{\"tunnels\":[]}");
    QTest::newRow("something else listens there") << 404 << QByteArray("nothing here");
    QTest::newRow("the right words with the wrong status")
        << 500 << tunnels({tunnel("https://desk.ngrok.app", "http://localhost:7860")});
}

void TestPublicAddress::withoutATunnelItSaysWhatToDo()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    support::FakeHttpClient http;
    PublicAddress address({}, http, kNgrok);
    address.setPort(7860);
    if (status == 0)
        http.fail("GET", "/api/tunnels", {Fault::Vendor, "unreachable", "Connection refused."});
    else
        http.answer("GET", "/api/tunnels", status, body);
    Asked asked(address);
    QTRY_COMPARE(asked.text, QString("public_url_missing"));
    QVERIFY2(asked.message.contains("ngrok http 7860") && asked.message.contains("LOCAL_SERVER_URL"),
             qPrintable(asked.message));
}

void TestPublicAddress::aKnownAddressSurvivesAQuestionThatFailed()
{
    // Live calls were given it: their callbacks and streams are signed for it.
    support::FakeHttpClient http;
    PublicAddress address({}, http, kNgrok);
    address.setPort(7860);
    http.answer("GET", "/api/tunnels", 200, tunnels({tunnel("https://desk.ngrok.app", "http://localhost:7860")}));
    Asked first(address);
    QTRY_COMPARE(first.count, 1);
    http.fail("GET", "/api/tunnels", {Fault::Vendor, "timeout", "No answer."});
    Asked second(address);
    QTRY_COMPARE(second.text, QString("public_url_missing"));
    QCOMPARE(address.current(), QUrl("https://desk.ngrok.app"));
}

void TestPublicAddress::anAskerWhoLeavesIsNotAnswered()
{
    support::FakeHttpClient http;
    PublicAddress address({}, http, kNgrok);
    address.setPort(7860);
    http.hold("GET", "/api/tunnels");
    auto asked = std::make_unique<Asked>(address);
    QCOMPARE(http.held.size(), 1);
    asked.reset();
    QVERIFY(!http.held[0]); // its request is gone with it
}

DIALDESK_TEST(TestPublicAddress)
#include "tst_public_address.moc"
