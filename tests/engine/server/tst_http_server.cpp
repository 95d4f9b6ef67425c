#include "engine/server/http_server.h"
#include "tests/engine/server/plain_client.h"
#include "tests/engine/server/raw_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTcpServer>

#include <sys/resource.h>

#include <optional>

using namespace engine;
using namespace engine::server;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_clock = std::make_unique<support::FakeClock>();
        m_server = std::make_unique<HttpServer>(Limits{}, *m_clock);
        m_requests.clear();
        m_responders.clear();
        m_server->route("GET", u"/hello"_s, [](const Request &, Responder responder) {
            responder.send({200, "text/plain", "hello", {{"X-Extra", "1"}, {"X-Extra", "2"}}});
        });
        m_server->route("POST", u"/echo"_s, [this](const Request &request, Responder responder) {
            m_requests.append(request);
            responder.send({200, "application/octet-stream", request.body, {}});
        });
        m_server->route("GET", u"/echo/*"_s, [this](const Request &request, Responder responder) {
            m_requests.append(request);
            responder.send({});
        });
        m_server->route("GET", u"/later"_s,
                        [this](const Request &, Responder responder) { m_responders.push_back(std::move(responder)); });
        m_server->route("POST", u"/status"_s, [](const Request &, Responder responder) {
            responder.send({204, {}, {}, {}});
        });
        m_server->route("GET", u"/forgotten"_s, [](const Request &, Responder) {});
        m_server->route("GET", u"/suicide"_s, [this](const Request &, Responder) { m_server.reset(); });
        const auto port = m_server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(port && *port != 0);
        m_port = *port;
    }
    void cleanup()
    {
        m_responders.clear();
        m_server.reset();
        m_clock.reset();
    }

    void answersARoute()
    {
        RawClient client(m_port);
        client.write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(client.received.endsWith("hello"));
        QVERIFY(client.received.startsWith("HTTP/1.1 200 OK\r\n"));
        QCOMPARE(client.headerLines("Content-Type: text/plain"), 1);
        QCOMPARE(client.headerLines("Content-Length: 5"), 1);
        QCOMPARE(client.headerLines("X-Extra: 1"), 1);
        QCOMPARE(client.headerLines("X-Extra: 2"), 1);
        QCOMPARE(client.body(), QByteArray("hello"));
        QVERIFY(!client.isClosed());
    }

    void unknownPathsAndMethodsAreRefusedInJson_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::newRow("unknown path") << QByteArray("GET /nothing") << 404 << u"not_found"_s;
        QTest::newRow("other method") << QByteArray("DELETE /hello") << 405 << u"method_not_allowed"_s;
        QTest::newRow("method nobody knows") << QByteArray("BREW /hello") << 405 << u"method_not_allowed"_s;
        QTest::newRow("target no URL parser likes") << QByteArray("GET //[::/%zz?%") << 404 << u"not_found"_s;
        QTest::newRow("asterisk") << QByteArray("OPTIONS *") << 404 << u"not_found"_s;
    }
    void unknownPathsAndMethodsAreRefusedInJson()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, code);
        RawClient client(m_port);
        client.write(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(client.received.endsWith('}'));
        QTEST(client.status(), "status");
        QCOMPARE(QJsonDocument::fromJson(client.body()).object()[u"code"].toString(), code);
        QCOMPARE(client.headerLines("Allow: GET, HEAD"), client.status() == 405 ? 1 : 0);
        client.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.answers(), 2); // such a refusal costs nobody the connection
    }

    void targetIsExactlyWhatWasSent_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("hex case") << QByteArray("/echo/x?a=%2b&b=%2B&c=%c3%A9");
        QTest::newRow("plus and empty values") << QByteArray("/echo/x?a=x+y&b=&c&=&&d==");
        QTest::newRow("needless escapes") << QByteArray("/echo/%78?%61=%7E~");
        QTest::newRow("stray percent signs") << QByteArray("/echo/x?a=%&b=%zz&c=%4");
        QTest::newRow("reserved characters") << QByteArray("/echo/x?a=[]{}|\\^`<>\"'();:@,/?");
        QTest::newRow("question mark alone") << QByteArray("/echo/x?");
        QTest::newRow("dots") << QByteArray("/echo/..?a=/../b");
        QTest::newRow("encoded slash") << QByteArray("/echo/a%2Fb%2f");
    }
    void targetIsExactlyWhatWasSent()
    {
        QFETCH(QByteArray, target);
        RawClient client(m_port);
        client.write("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(m_requests.size(), 1);
        QCOMPARE(m_requests.first().target, target);
    }

    void requestHoldsWhatTheClientSaid()
    {
        RawClient client(m_port);
        client.write(
            "POST /echo?name=%C3%A9+x&empty= HTTP/1.1\r\nhOsT: a\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc");
        QTRY_COMPARE(m_requests.size(), 1);
        const Request &request = m_requests.first();
        QCOMPARE(request.method, QByteArray("POST"));
        QCOMPARE(request.path, u"/echo"_s);
        QCOMPARE(request.headers, (HeaderList{{"hOsT", "a"}, {"X-A", "1"}, {"x-a", "2"}, {"Content-Length", "3"}}));
        QCOMPARE(request.header("x-A"), QByteArray("1"));
        QVERIFY(request.hasHeader("HOST") && !request.hasHeader("Accept"));
        QCOMPARE(request.queryValue(u"name"_s), u"é x"_s);
        QCOMPARE(request.queryValue(u"empty"_s), QString());
        QVERIFY(!request.queryValue(u"other"_s));
        QCOMPARE(request.body, QByteArray("abc"));
        QCOMPARE(request.peer, QHostAddress(QHostAddress::LocalHost));
        QTRY_COMPARE(client.body(), QByteArray("abc"));
    }

    void capturesReachTheRequest()
    {
        RawClient client(m_port);
        client.write("GET /echo/CA%2012 HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_requests.size(), 1);
        QCOMPARE(m_requests.first().captures, QStringList{u"CA 12"_s});
    }

    void headGetsTheHeadOfGet()
    {
        RawClient client(m_port);
        client.write("HEAD /hello HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.answers(), 2);
        QTRY_VERIFY(client.received.endsWith("hello"));
        QCOMPARE(client.received.count("hello"), 1);
        QCOMPARE(client.headerLines("Content-Length: 5"), 2);
    }

    void noContentHasNoBody()
    {
        RawClient client(m_port);
        client.write("POST /status HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b");
        QTRY_VERIFY(client.received.endsWith("\r\n\r\n"));
        QCOMPARE(client.status(), 204);
        QVERIFY(!client.received.toLower().contains("content-type"));
    }

    void chunkedBodyArrivesWhole()
    {
        RawClient client(m_port);
        client.write("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
        QTRY_COMPARE(client.body(), QByteArray("hello world"));
    }

    void largestBodyArrivesWhole()
    {
        QByteArray body(64 * 1024, 'x');
        for (qsizetype i = 0; i < body.size(); ++i)
            body[i] = static_cast<char>(i * 7 + i / 256);
        RawClient client(m_port);
        for (int round = 1; round <= 3; ++round) {
            client.received.clear();
            client.write("POST /echo HTTP/1.1\r\nContent-Length: 65536\r\n\r\n" + body);
            QTRY_COMPARE(client.body().size(), body.size());
            QCOMPARE(client.body(), body);
        }
    }

    void requestsInOnePacketAreAnsweredInOrder()
    {
        RawClient client(m_port);
        QByteArray expected;
        QByteArray wire;
        for (int i = 0; i < 2000; ++i) {
            const QByteArray body = QByteArray::number(10000 + i);
            wire += "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\n" + body;
            expected += body;
        }
        client.write(wire);
        QTRY_COMPARE(client.answers(), 2000);
        QTRY_COMPARE(client.received.right(5), QByteArray("11999"));
        QByteArray bodies;
        for (const Request &request : std::as_const(m_requests))
            bodies += request.body;
        QCOMPARE(bodies, expected);
    }

    void aRequestOneByteAtATimeIsAnswered()
    {
        RawClient client(m_port);
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        const QByteArray wire = "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
        for (const char c : wire) {
            client.putChar(c);
            client.flush();
            QCoreApplication::processEvents();
        }
        QTRY_COMPARE(client.body(), QByteArray("abc"));
    }

    void emptyLineBeforeARequestIsForgiven()
    {
        RawClient client(m_port);
        client.write("GET /hello HTTP/1.1\r\n\r\n\r\nGET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.answers(), 2);
    }

    void slowHandlerMayAnswerMuchLater()
    {
        RawClient client(m_port);
        client.write("GET /later HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 1u);
        m_clock->advance(1h);
        QCoreApplication::processEvents();
        QCOMPARE(client.received, QByteArray());
        m_responders.front().send({200, "text/plain", "late", {}});
        QTRY_COMPARE(client.answers(), 2);
        QVERIFY(client.received.indexOf("late") < client.received.indexOf("hello"));
    }

    void onlyTheFirstAnswerCounts()
    {
        RawClient client(m_port);
        client.write("GET /later HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 1u);
        m_responders.front().send({200, "text/plain", "one", {}});
        m_responders.front().send({200, "text/plain", "two", {}});
        m_responders.clear();
        client.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.answers(), 2);
        QVERIFY(!client.received.contains("two"));
    }

    void forgottenRequestGets500()
    {
        RawClient client(m_port);
        client.write("GET /forgotten HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.status(), 500);
        QTRY_COMPARE(QJsonDocument::fromJson(client.body()).object()[u"code"].toString(), u"internal_error"_s);
    }

    void overwrittenResponderGets500()
    {
        RawClient one(m_port);
        RawClient two(m_port);
        one.write("GET /later HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 1u);
        two.write("GET /later HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 2u);
        m_responders[0] = std::move(m_responders[1]);
        m_responders.pop_back();
        QTRY_COMPARE(one.status(), 500);
        m_responders[0].send({});
        QTRY_COMPARE(two.status(), 200);
    }

    void answeringAPeerThatHasGoneDoesNothing()
    {
        RawClient client(m_port);
        client.write("GET /later HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 1u);
        client.abort();
        QTRY_COMPARE(m_server->openConnections(), 0);
        m_responders.front().send({200, "text/plain", "late", {}});
        m_responders.clear();
        RawClient other(m_port);
        other.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(other.status(), 200);
    }

    void responderMayOutliveTheServer()
    {
        RawClient client(m_port);
        client.write("GET /later HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_responders.size(), 1u);
        m_server.reset();
        QTRY_VERIFY(client.isClosed());
        m_responders.front().send({});
    }

    void handlerMayDeleteTheServer()
    {
        RawClient client(m_port);
        client.write("GET /suicide HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!m_server);
    }

    void socketMayDieInTheMiddleOfALargeAnswer()
    {
        const QByteArray large(20 * 1024 * 1024, 'x');
        m_server->route("GET", u"/large"_s, [&large](const Request &, Responder responder) {
            responder.send({200, "audio/wav", large, {}});
        });
        {
            RawClient client(m_port);
            client.write("GET /large HTTP/1.1\r\n\r\n");
            QTRY_VERIFY(client.received.size() > 100'000);
            client.abort();
            QTRY_COMPARE(m_server->openConnections(), 0);
        }
        RawClient client(m_port);
        client.write("GET /large HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.body().size(), large.size());
    }

    void closesWhenTheClientAsksTo_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("Connection: close") << QByteArray("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
        QTest::newRow("HTTP/1.0") << QByteArray("GET /hello HTTP/1.0\r\n\r\n");
    }
    void closesWhenTheClientAsksTo()
    {
        QFETCH(QByteArray, request);
        RawClient client(m_port);
        client.write(request);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.received.endsWith("hello"));
        QCOMPARE(client.headerLines("Connection: close"), 1);
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void aClientThatEndsItsSideStillGetsItsAnswer()
    {
        PlainClient client;
        QVERIFY(client.connectTo(m_port));
        QVERIFY(client.say("GET /hello HTTP/1.1\r\n\r\n"));
        client.endMySide();
        QTRY_VERIFY(client.hasEnded());
        QVERIFY(client.received.endsWith("hello"));
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void usedPortIsSaidPlainly()
    {
        HttpServer second(Limits{}, *m_clock);
        const auto port = second.listen(QHostAddress(QHostAddress::LocalHost), m_port);
        QVERIFY(!port);
        QCOMPARE(port.error().code, u"port_in_use"_s);
        QCOMPARE(port.error().fault, Fault::Settings);
        QVERIFY(port.error().message.contains(QString::number(m_port)));
        QVERIFY(port.error().message.contains(u"--port 0"_s));
    }

    void foreignAddressIsSaidPlainly()
    {
        HttpServer second(Limits{}, *m_clock);
        const auto port = second.listen(QHostAddress(u"192.0.2.1"_s), 0); // TEST-NET-1, no computer has it
        QVERIFY(!port);
        QCOMPARE(port.error().code, u"address_unusable"_s);
        QVERIFY(port.error().message.contains(u"192.0.2.1"_s));
        QVERIFY(port.error().message.contains(u"--bind"_s));
    }

    void afterStoppingOpenConnectionsGoOn()
    {
        RawClient used(m_port);
        used.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(used.answers(), 1);
        RawClient fresh(m_port);
        QTRY_COMPARE(m_server->openConnections(), 2);
        m_server->stopListening();
        RawClient late(m_port);
        QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        used.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(used.answers(), 2);
        fresh.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(fresh.answers(), 1);
    }

    void acceptsAgainAfterRunningOutOfFiles()
    {
        RawClient first(m_port);
        QTRY_COMPARE(m_server->openConnections(), 1);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        const auto restore = qScopeGuard([&before] { ::setrlimit(RLIMIT_NOFILE, &before); });
        // The client's descriptor exists before the limit falls to just above it; the server's accept() then finds
        // none.
        PlainClient client;
        rlimit tight = before;
        tight.rlim_cur = static_cast<rlim_t>(client.descriptor()) + 1;
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &tight), 0);
        QVERIFY(client.connectTo(m_port));
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
        QCOMPARE(m_server->openConnections(), 1);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        m_clock->advance(1s);
        QTRY_COMPARE(m_server->openConnections(), 2);
    }

private:
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    QList<Request> m_requests;
    std::vector<Responder> m_responders;
};

DIALDESK_TEST(TestHttpServer)
#include "tst_http_server.moc"
