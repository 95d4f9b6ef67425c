#include "engine/server/request_head.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace engine::server;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kHead =
    "POST /twiml?a=%2b&b=%2B&c=x+y&d= HTTP/1.1\r\nHost: calls.example.com\r\nx-Odd-Case:  two  words \r\n"
    "X-Empty:\r\nx-odd-case: again\r\nContent-Length: 11\r\n\r\n";

QByteArray request(const QByteArray &line, const QByteArray &headers = {})
{
    return line + "\r\nHost: a\r\n" + headers + "\r\n";
}

} // namespace

class TestRequestHead : public QObject
{
    Q_OBJECT

private slots:
    void keepsEverythingAsSent()
    {
        const auto head = parseRequestHead(kHead, {});
        QVERIFY(head);
        QCOMPARE(head->method, QByteArray("POST"));
        QCOMPARE(head->target, QByteArray("/twiml?a=%2b&b=%2B&c=x+y&d="));
        QCOMPARE(head->headers, (HeaderList{{"Host", "calls.example.com"},
                                            {"x-Odd-Case", "two  words"},
                                            {"X-Empty", ""},
                                            {"x-odd-case", "again"},
                                            {"Content-Length", "11"}}));
        QCOMPARE(head->contentLength, 11);
        QVERIFY(head->hasBody() && !head->chunked && head->keepAlive && head->http11 && !head->expectsContinue);
    }

    void headEndsAtTheFirstEmptyLine()
    {
        const HeadScan scan = scanHead(kHead + "hello world");
        QCOMPARE(scan.found, HeadScan::Found::Head);
        QCOMPARE(scan.size, kHead.size());
    }

    void everyTruncationWaitsForMore()
    {
        for (qsizetype size = 0; size < kHead.size(); ++size) {
            QCOMPARE(scanHead(kHead.first(size)).found, HeadScan::Found::Nothing);
            QVERIFY(!parseRequestHead(kHead.first(size), {}));
        }
    }

    void garbageIsNoticedBeforeItEnds_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("TLS greeting") << QByteArray("\x16\x03\x01\x02", 4);
        QTest::newRow("no method") << QByteArray(" / HTTP/1.1\r\n").prepend('\0');
        QTest::newRow("endless word") << QByteArray(100, 'A');
        QTest::newRow("lines without CR") << QByteArray("GET / HTTP/1.1\nHost: a\n\n");
        QTest::newRow("one line without CR") << QByteArray("GET / HTTP/1.1\r\nHost: a\nX: y\r\n");
    }
    void garbageIsNoticedBeforeItEnds()
    {
        QFETCH(QByteArray, bytes);
        QCOMPARE(scanHead(bytes).found, HeadScan::Found::Garbage);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        const QByteArray get = "GET / HTTP/1.1";
        const QByteArray post = "POST / HTTP/1.1";
        const QString bad = u"bad_request"_s;

        QTest::newRow("two words") << request("GET /") << 400 << bad;
        QTest::newRow("no version") << request("GET / FOO") << 400 << bad;
        QTest::newRow("space in the target") << request("GET /a b HTTP/1.1") << 400 << bad;
        QTest::newRow("raw UTF-8 in the target") << request("GET /\xc3\xa9 HTTP/1.1") << 400 << bad;
        QTest::newRow("relative target") << request("GET a HTTP/1.1") << 400 << bad;
        QTest::newRow("empty target") << request("GET  HTTP/1.1") << 400 << bad;
        QTest::newRow("CONNECT") << request("CONNECT a:443 HTTP/1.1") << 400 << bad;
        QTest::newRow("HTTP/2") << request("PRI * HTTP/2.0") << 505 << u"version_not_supported"_s;
        QTest::newRow("folded header") << request(get, "X: a\r\n b\r\n") << 400 << bad;
        QTest::newRow("space before the colon") << request(get, "X : a\r\n") << 400 << bad;
        QTest::newRow("no colon") << request(get, "nonsense\r\n") << 400 << bad;
        QTest::newRow("empty name") << request(get, ": a\r\n") << 400 << bad;
        QTest::newRow("NUL in a value") << request(get, QByteArray("X: a\0b\r\n", 8)) << 400 << bad;
        QTest::newRow("CR in a value") << request(get, "X: a\rb\r\n") << 400 << bad;
        QTest::newRow("two Hosts") << request(get, "Host: b\r\n") << 400 << bad;
        QTest::newRow("length not a number") << request(post, "Content-Length: ten\r\n") << 400 << bad;
        QTest::newRow("length empty") << request(post, "Content-Length:\r\n") << 400 << bad;
        QTest::newRow("length negative") << request(post, "Content-Length: -1\r\n") << 400 << bad;
        QTest::newRow("length with a plus") << request(post, "Content-Length: +1\r\n") << 400 << bad;
        QTest::newRow("length in hex") << request(post, "Content-Length: 0x10\r\n") << 400 << bad;
        QTest::newRow("length list") << request(post, "Content-Length: 5, 5\r\n") << 400 << bad;
        QTest::newRow("length twice, equal")
            << request(post, "Content-Length: 5\r\ncontent-length: 5\r\n") << 400 << bad;
        QTest::newRow("length overflows") << request(post, "Content-Length: 99999999999999999999999\r\n") << 400 << bad;
        QTest::newRow("length 9,000,000,000")
            << request(post, "Content-Length: 9000000000\r\n") << 413 << u"body_too_large"_s;
        QTest::newRow("length one over") << request(post, "Content-Length: 65537\r\n") << 413 << u"body_too_large"_s;
        QTest::newRow("length and chunked")
            << request(post, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") << 400 << bad;
        QTest::newRow("chunked twice") << request(post, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")
                                       << 400 << bad;
        QTest::newRow("chunked in HTTP/1.0")
            << request("POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n") << 400 << bad;
        QTest::newRow("gzip, chunked") << request(post, "Transfer-Encoding: gzip, chunked\r\n") << 501
                                       << u"transfer_encoding_not_supported"_s;
        QTest::newRow("unknown Expect") << request(post, "Expect: the-unexpected\r\n") << 417
                                        << u"expectation_failed"_s;
    }
    void refuses()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        QFETCH(QString, code);
        const auto result = parseRequestHead(head, {});
        QVERIFY(!result);
        QCOMPARE(result.error().status, status);
        const QJsonObject body = QJsonDocument::fromJson(result.error().body).object();
        QCOMPARE(body[u"code"].toString(), code);
        QVERIFY(body[u"detail"].toString().endsWith(u'.'));
    }

    void takes_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<bool>("keepAlive");
        QTest::newRow("plain") << request("GET / HTTP/1.1") << QByteArray("/") << true;
        QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray("/") << true;
        QTest::newRow("close") << request("GET / HTTP/1.1", "Connection: x, Close\r\n") << QByteArray("/") << false;
        QTest::newRow("HTTP/1.0") << request("GET / HTTP/1.0") << QByteArray("/") << false;
        QTest::newRow("HTTP/1.0 kept") << request("GET / HTTP/1.0", "Connection: Keep-Alive\r\n") << QByteArray("/")
                                       << true;
        QTest::newRow("absolute form") << request("GET http://a:1/b?c HTTP/1.1") << QByteArray("/b?c") << true;
        QTest::newRow("absolute form, no path") << request("GET http://a HTTP/1.1") << QByteArray("/") << true;
        QTest::newRow("absolute form, query only") << request("GET http://a?c HTTP/1.1") << QByteArray("/?c") << true;
        QTest::newRow("address inside the query")
            << request("GET /?u=http://a/ HTTP/1.1") << QByteArray("/?u=http://a/") << true;
        QTest::newRow("odd escapes") << request("GET /%zz%2f%2F//..?%=+&&a== HTTP/1.1")
                                     << QByteArray("/%zz%2f%2F//..?%=+&&a==") << true;
        QTest::newRow("asterisk") << request("OPTIONS * HTTP/1.1") << QByteArray("*") << true;
        QTest::newRow("unknown method") << request("PROPFIND / HTTP/1.1") << QByteArray("/") << true;
        QTest::newRow("length of exactly the limit")
            << request("PUT / HTTP/1.1", "Content-Length: 65536\r\n") << QByteArray("/") << true;
    }
    void takes()
    {
        QFETCH(QByteArray, head);
        const auto result = parseRequestHead(head, {});
        QVERIFY(result);
        QTEST(result->target, "target");
        QTEST(result->keepAlive, "keepAlive");
    }

    void chunkedAndExpectAreSeen()
    {
        const auto head =
            parseRequestHead(request("POST / HTTP/1.1", "transfer-encoding: Chunked\r\nexpect: 100-Continue\r\n"), {});
        QVERIFY(head);
        QVERIFY(head->chunked && head->hasBody() && head->expectsContinue);
    }
};

DIALDESK_TEST(TestRequestHead)
#include "tst_request_head.moc"
