#include "engine/server/http_server.h"
#include "tests/engine/server/raw_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::server;
using namespace Qt::StringLiterals;

/// Bodies that are sent piece by piece.
class TestHttpServerStream : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_clock = std::make_unique<support::FakeClock>();
        m_server = std::make_unique<HttpServer>(Limits{}, *m_clock);
        m_server->route("GET", u"/stream"_s, [this](const Request &, Responder responder) {
            m_stream = responder.stream({200, "text/event-stream", "not used", {{"X-Extra", "1"}}});
        });
        m_server->route("GET", u"/whole"_s, [](const Request &, Responder responder) {
            responder.send({200, "text/plain", "whole", {}});
        });
        const auto port = m_server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(port.has_value());
        m_port = *port;
    }
    void cleanup()
    {
        m_stream.reset();
        m_server.reset();
        m_clock.reset();
    }

    void piecesArriveAsChunksWhenTheyAreWritten()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        const QByteArray head(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nX-Extra: 1\r\n\r\n");
        QTRY_COMPARE(client.received, head);
        QVERIFY(m_stream);
        m_stream->write("one");
        QTRY_COMPARE(client.received, head + "3\r\none\r\n");
        m_stream->write({});
        m_stream->write("twelve bytes");
        m_stream->finish();
        m_stream->write("too late");
        QTRY_COMPARE(client.received, head + "3\r\none\r\nc\r\ntwelve bytes\r\n0\r\n\r\n");
    }

    void connectionServesTheNextRequest()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /whole HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(m_stream);
        m_stream->write("x");
        m_stream->finish();
        QTRY_VERIFY(client.received.endsWith("whole"));
        QCOMPARE(client.answers(), 2);
    }

    void olderProtocolGetsTheBodyUntilTheEnd()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        QTRY_VERIFY(m_stream);
        m_stream->write("abc");
        m_stream->finish();
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.received.contains("chunked"));
        QCOMPARE(client.body(), QByteArray("abc"));
    }

    void unfinishedBodyBreaksTheConnection()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(m_stream);
        m_stream->write("abc");
        m_stream.reset();
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.received.endsWith("0\r\n\r\n"));
    }

    void clientThatLeavesIsNoticed()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(m_stream);
        QVERIFY(!m_stream->isGone());
        client.abort();
        QTRY_VERIFY(m_stream->isGone());
        m_stream->write("nobody hears this");
        m_stream->finish();
    }

    void streamMayOutliveTheServer()
    {
        RawClient client(m_port);
        client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(m_stream);
        m_server.reset();
        QVERIFY(m_stream->isGone());
        m_stream->write("x");
        m_stream->finish();
    }

private:
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<BodyStream> m_stream;
    quint16 m_port = 0;
};

DIALDESK_TEST(TestHttpServerStream)
#include "tst_http_server_stream.moc"
