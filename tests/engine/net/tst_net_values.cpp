#include "engine/net/backoff.h"
#include "engine/net/http_client.h"
#include "engine/net/qt_web_socket.h"
#include "engine/net/urls.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::net;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestNetValues : public QObject
{
    Q_OBJECT
private slots:
    void webSocketAddressFollowsTheBaseAddress_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("expected");
        QTest::newRow("https") << u"https://api.deepgram.com"_s << u"wss://api.deepgram.com/v1/listen"_s;
        QTest::newRow("http with port") << u"http://127.0.0.1:7861"_s << u"ws://127.0.0.1:7861/v1/listen"_s;
        QTest::newRow("trailing slash") << u"https://api.deepgram.com/"_s << u"wss://api.deepgram.com/v1/listen"_s;
        QTest::newRow("path prefix") << u"https://proxy.example/dg/"_s << u"wss://proxy.example/dg/v1/listen"_s;
        QTest::newRow("already ws") << u"ws://localhost:1"_s << u"ws://localhost:1/v1/listen"_s;
    }
    void webSocketAddressFollowsTheBaseAddress()
    {
        QFETCH(QString, base);
        QFETCH(QString, expected);
        QCOMPARE(webSocketUrl(QUrl(base), u"/v1/listen"_s).toString(), expected);
    }

    void backoffGrowsToItsBound()
    {
        SeededRandom random(1);
        const Backoff backoff{250ms, 1s, 2.0, 0.0};
        QCOMPARE(backoff.delay(0, random), 0ms);
        QCOMPARE(backoff.delay(1, random), 250ms);
        QCOMPARE(backoff.delay(2, random), 500ms);
        QCOMPARE(backoff.delay(3, random), 1s);
        QCOMPARE(backoff.delay(4, random), 1s);
        QCOMPARE(backoff.delay(400, random), 1s);
    }

    void backoffIsSpreadByItsJitter()
    {
        SeededRandom random(7);
        const Backoff backoff{1s, 8s, 2.0, 0.2};
        auto shortest = 10s + 0ms;
        auto longest = 0ms;
        for (int i = 0; i < 500; ++i) {
            const auto delay = backoff.delay(1, random);
            shortest = std::min(shortest, delay);
            longest = std::max(longest, delay);
        }
        QVERIFY(shortest >= 800ms && shortest < 850ms);
        QVERIFY(longest <= 1200ms && longest > 1150ms);
    }

    void responseHeadersAreFoundInAnyLetterCase()
    {
        const HttpResponse response{200, {{"Retry-After", "3"}, {"retry-after", "9"}}, {}};
        QCOMPARE(response.header("retry-after"), QByteArray("3"));
        QCOMPARE(response.header("x-none"), QByteArray());
    }

    void refusedHandshakeStatusIsReadFromQtsWords_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("status");
        QTest::newRow("any status")
            << u"QWebSocketPrivate::processHandshake: Unhandled http status code: 429 (Too Many Requests)."_s << 429;
        QTest::newRow("no reason phrase")
            << u"QWebSocketPrivate::processHandshake: Unhandled http status code: 503 ()."_s << 503;
        QTest::newRow("6.4: 401")
            << u"QWebSocketPrivate::processHandshake: Unhandled http status code: 401 (Unauthorized)."_s << 401;
        QTest::newRow("6.8: 401")
            << u"QWebSocketPrivate::processHandshake: Unsupported WWW-Authenticate challenge(s) encountered."_s << 401;
        QTest::newRow("6.8: 401 with a known scheme")
            << u"QWebSocket::processHandshake: Host requires authentication"_s << 401;
        QTest::newRow("400")
            << u"QWebSocketPrivate::processHandshake: Unknown error condition encountered. Aborting connection."_s
            << 400;
        QTest::newRow("version") << u"Handshake: Server requests a version that we don't support: 8."_s << 400;
        QTest::newRow("no http at all") << u"Connection refused"_s << 0;
        QTest::newRow("empty") << QString() << 0;
    }
    void refusedHandshakeStatusIsReadFromQtsWords()
    {
        QFETCH(QString, words);
        QFETCH(int, status);
        QCOMPARE(refusedHandshakeStatus(words), status);
    }
};

DIALDESK_TEST(TestNetValues)
#include "tst_net_values.moc"
