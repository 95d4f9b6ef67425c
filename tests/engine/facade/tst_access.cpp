#include "engine/access.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;

namespace {

using Headers = QList<std::pair<QByteArray, QByteArray>>;

server::Request request(const QString &peer, const Headers &headers, const QByteArray &host = "127.0.0.1:7860")
{
    server::Request request;
    request.method = "POST";
    request.target = "/dialout";
    request.path = "/dialout";
    request.peer = QHostAddress(peer);
    if (!host.isEmpty())
        request.headers.append({"Host", host});
    request.headers += headers;
    return request;
}

QString codeOf(const server::Response &response)
{
    return QJsonDocument::fromJson(response.body)["code"].toString();
}

} // namespace

class TestAccess : public QObject
{
    Q_OBJECT

private slots:
    void withAKey_data();
    void withAKey();
    void withoutAKey_data();
    void withoutAKey();
    void aRefusalSaysWhatToDo();
};

void TestAccess::withAKey_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const Headers &headers, bool allowed) {
        QTest::newRow(name) << headers << allowed;
    };
    row("the key", {{"Authorization", "Bearer s3cret-key"}}, true);
    row("any letter case of the scheme", {{"authorization", "bearer s3cret-key"}}, true);
    row("spaces around it", {{"Authorization", "Bearer  s3cret-key "}}, true);
    row("the key from elsewhere",
        {{"Authorization", "Bearer s3cret-key"},
         {"X-Forwarded-For", "203.0.113.9"},
         {"Origin", "https://other.example"}},
        true);
    row("no header", {}, false);
    row("empty", {{"Authorization", ""}}, false);
    row("scheme alone", {{"Authorization", "Bearer"}}, false);
    row("no key", {{"Authorization", "Bearer "}}, false);
    row("another key", {{"Authorization", "Bearer s3cret-kez"}}, false);
    row("a longer key", {{"Authorization", "Bearer s3cret-key2"}}, false);
    row("a shorter key", {{"Authorization", "Bearer s3cret-ke"}}, false);
    row("other letter case", {{"Authorization", "Bearer S3cret-key"}}, false);
    row("the key alone", {{"Authorization", "s3cret-key"}}, false);
    row("another scheme", {{"Authorization", "Basic s3cret-key"}}, false);
    row("the scheme as a prefix", {{"Authorization", "Bearerx s3cret-key"}}, false);
    row("in another header", {{"X-Api-Key", "s3cret-key"}}, false);
}

void TestAccess::withAKey()
{
    QFETCH(Headers, headers);
    QFETCH(bool, allowed);
    for (const char *peer : {"127.0.0.1", "203.0.113.9"}) {
        const auto refusal = refuseStranger(request(peer, headers), Secret("s3cret-key"));
        QCOMPARE(!refusal.has_value(), allowed);
        if (refusal) {
            QCOMPARE(refusal->status, 401);
            QCOMPARE(codeOf(*refusal), QString("unauthorized"));
            QVERIFY(!refusal->body.contains("s3cret"));
            QCOMPARE(server::headerValue(refusal->headers, "WWW-Authenticate"), std::optional<QByteArray>("Bearer"));
        }
    }
}

void TestAccess::withoutAKey_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const char *peer, const char *host, const Headers &headers, bool allowed) {
        QTest::newRow(name) << QString::fromLatin1(peer) << QByteArray(host) << headers << allowed;
    };
    const char *own = "127.0.0.1:7860";
    row("this machine", "127.0.0.1", own, {}, true);
    row("another loopback address", "127.8.9.10", own, {}, true);
    row("loopback v6", "::1", "[::1]:7860", {}, true);
    row("v4 written as v6", "::ffff:127.0.0.1", own, {}, true);
    row("by name", "127.0.0.1", "localhost:7860", {}, true);
    row("by name in capitals", "127.0.0.1", "LocalHost:7860", {}, true);
    row("no port", "127.0.0.1", "localhost", {}, true);
    row("a bearer token nobody asked for", "127.0.0.1", own, {{"Authorization", "Bearer x"}}, true);

    row("the network", "192.168.1.20", "192.168.1.5:7860", {}, false);
    row("the network, claiming to be local", "192.168.1.20", own, {}, false);
    row("v6 from outside", "2001:db8::1", "[::1]:7860", {}, false);
    row("no peer", "", own, {}, false);

    row("a tunnel", "127.0.0.1", "desk.ngrok.app",
        {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Host", "desk.ngrok.app"}}, false);
    row("forwarded for", "127.0.0.1", own, {{"X-Forwarded-For", "203.0.113.9"}}, false);
    row("forwarded for this machine", "127.0.0.1", own, {{"X-Forwarded-For", "127.0.0.1"}}, false);
    row("forwarded, empty", "127.0.0.1", own, {{"x-forwarded-for", ""}}, false);
    row("forwarded host", "127.0.0.1", own, {{"X-Forwarded-Host", "127.0.0.1:7860"}}, false);
    row("RFC 7239", "127.0.0.1", own, {{"Forwarded", "for=203.0.113.9"}}, false);
    row("real ip", "127.0.0.1", own, {{"X-Real-IP", "203.0.113.9"}}, false);
    row("via", "127.0.0.1", own, {{"Via", "1.1 proxy"}}, false);

    row("another host (DNS rebinding)", "127.0.0.1", "evil.example:7860", {}, false);
    row("a host that begins like ours", "127.0.0.1", "localhost.evil.example:7860", {}, false);
    row("a host that begins with our address", "127.0.0.1", "127.0.0.1.evil.example", {}, false);
    row("our address as a user", "127.0.0.1", "127.0.0.1@evil.example", {}, false);
    row("no host", "127.0.0.1", "", {}, false);

    row("our own page", "127.0.0.1", own, {{"Origin", "http://127.0.0.1:7860"}}, true);
    row("our own page by name", "127.0.0.1", "localhost:7860", {{"Origin", "http://localhost:7860"}}, true);
    row("another site", "127.0.0.1", own, {{"Origin", "https://evil.example"}}, false);
    row("another port of this machine", "127.0.0.1", own, {{"Origin", "http://127.0.0.1:8080"}}, false);
    row("another scheme", "127.0.0.1", own, {{"Origin", "https://127.0.0.1:7860"}}, false);
    row("another name of this machine", "127.0.0.1", own, {{"Origin", "http://localhost:7860"}}, false);
    row("a sandboxed page", "127.0.0.1", own, {{"Origin", "null"}}, false);
    row("an empty origin", "127.0.0.1", own, {{"Origin", ""}}, false);

    row("cross-site", "127.0.0.1", own, {{"Sec-Fetch-Site", "cross-site"}}, false);
    row("same-site", "127.0.0.1", own, {{"Sec-Fetch-Site", "same-site"}}, false);
    row("same-origin", "127.0.0.1", own, {{"Sec-Fetch-Site", "same-origin"}}, true);
    row("typed by the user", "127.0.0.1", own, {{"Sec-Fetch-Site", "none"}}, true);
}

void TestAccess::withoutAKey()
{
    QFETCH(QString, peer);
    QFETCH(QByteArray, host);
    QFETCH(Headers, headers);
    QFETCH(bool, allowed);
    const auto refusal = refuseStranger(request(peer, headers, host), Secret());
    QCOMPARE(!refusal.has_value(), allowed);
    if (refusal) {
        QCOMPARE(refusal->status, 403);
        QCOMPARE(codeOf(*refusal), QString("local_only"));
    }
}

void TestAccess::aRefusalSaysWhatToDo()
{
    const auto refusal = refuseStranger(request("203.0.113.9", {}), Secret());
    QVERIFY(refusal);
    QVERIFY(QJsonDocument::fromJson(refusal->body)["detail"].toString().contains("DIALDESK_API_KEY"));
}

DIALDESK_TEST(TestAccess)
#include "tst_access.moc"
