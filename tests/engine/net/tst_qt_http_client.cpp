#include "engine/net/qt_http_client.h"

#include "tests/engine/net/raw_server.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>

using namespace engine;
using namespace engine::net;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestQtHttpClient : public QObject
{
    Q_OBJECT

    RawServer *m_server = nullptr;
    QtHttpClient *m_client = nullptr;

    QUrl url(const QString &path) const { return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_server->port()).arg(path)); }

    /// Answers every whole request (they are small) with the same bytes.
    void answerAll(const QByteArray &answer)
    {
        m_server->onBytes = [answer](QTcpSocket *socket) { socket->write(answer); };
    }

    /// Threads of QNetworkAccessManagers in this program; Linux keeps 15 letters of a name.
    static int networkThreads()
    {
        int found = 0;
        for (const QString &thread : QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QFile name(u"/proc/self/task/%1/comm"_s.arg(thread));
            found += name.open(QIODevice::ReadOnly) && name.readAll().startsWith("QNetworkAccess") ? 1 : 0;
        }
        return found;
    }

    struct Outcome
    {
        std::optional<Result<HttpResponse>> result;
        int heads = 0;
        QByteArray streamed;
    };
    std::shared_ptr<Outcome> watch(HttpJob *job)
    {
        auto outcome = std::make_shared<Outcome>();
        connect(job, &HttpJob::finished, this,
                [outcome](const Result<HttpResponse> &result) { outcome->result = result; });
        connect(job, &HttpJob::headersReceived, this, [outcome](const HttpResponse &head) { outcome->heads = head.status; });
        connect(job, &HttpJob::data, this, [outcome](const QByteArray &bytes) { outcome->streamed += bytes; });
        return outcome;
    }

private slots:
    void init()
    {
        m_server = new RawServer;
        m_client = new QtHttpClient;
    }
    void cleanup()
    {
        delete m_client;
        delete m_server;
    }

    void postCarriesHeadersAndBodyAndAnyStatusIsAValue()
    {
        answerAll("HTTP/1.1 429 Too Many\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nslow");
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/calls?a=1"_s);
        request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer k"}};
        request.body = "{\"x\":1}";
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY(outcome->result->has_value());
        QCOMPARE((*outcome->result)->status, 429);
        QCOMPARE((*outcome->result)->body, QByteArray("slow"));
        QCOMPARE((*outcome->result)->header("retry-after"), QByteArray("2"));
        QVERIFY(m_server->received.startsWith("POST /calls?a=1 HTTP/1.1\r\n"));
        QVERIFY(m_server->received.toLower().contains("authorization: bearer k\r\n"));
        QVERIFY(m_server->received.toLower().contains("content-length: 7\r\n"));
        QVERIFY(m_server->received.endsWith("\r\n\r\n{\"x\":1}"));
    }

    void secondRequestReusesTheConnectionAndSaysSo()
    {
        answerAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        HttpRequest request;
        request.url = url(u"/"_s);
        const auto first = watch(m_client->send(request, this));
        QTRY_VERIFY(first->result);
        QVERIFY(!(*first->result)->connectionReused);
        const auto second = watch(m_client->send(request, this));
        QTRY_VERIFY(second->result);
        QVERIFY((*second->result)->connectionReused);
        QCOMPARE(m_server->connections, 1);
    }

    void preconnectedConnectionIsUsed()
    {
        answerAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        m_client->preconnect(url(u"/"_s));
        QTRY_COMPARE(m_server->connections, 1);
        HttpRequest request;
        request.url = url(u"/"_s);
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY((*outcome->result)->connectionReused);
        QCOMPARE(m_server->connections, 1);
    }

    void streamedBodyArrivesInPieces()
    {
        m_server->onBytes = [](QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        };
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/stream"_s);
        request.headers = {{"Content-Type", "application/json"}};
        request.body = "{}";
        request.streaming = true;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_COMPARE(outcome->streamed, QByteArray("one"));
        QCOMPARE(outcome->heads, 200);
        QVERIFY(!outcome->result);
        m_server->clients.first()->write("3\r\ntwo\r\n0\r\n\r\n");
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->streamed, QByteArray("onetwo"));
        QCOMPARE((*outcome->result)->body, QByteArray());
    }

    void longStreamArrivesWhole()
    {
        const QByteArray body(6 * 1024 * 1024, 's'); // more than a collected body may have
        m_server->onBytes = [body](QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        };
        HttpRequest request;
        request.url = url(u"/recording"_s);
        request.streaming = true;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY(outcome->result->has_value());
        QCOMPARE(outcome->streamed.size(), body.size());
    }

    void streamedRequestThatFailsKeepsItsBody()
    {
        answerAll("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater");
        HttpRequest request;
        request.url = url(u"/stream"_s);
        request.streaming = true;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->heads, 503);
        QCOMPARE(outcome->streamed, QByteArray());
        QCOMPARE((*outcome->result)->status, 503);
        QCOMPARE((*outcome->result)->body, QByteArray("later"));
    }

    void streamCutShortIsAnError()
    {
        m_server->onBytes = [](QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            socket->disconnectFromHost();
        };
        HttpRequest request;
        request.url = url(u"/"_s);
        request.streaming = true;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY(!outcome->result->has_value());
        QCOMPARE(outcome->result->error().code, u"unreachable"_s);
    }

    void silenceIsATimeout()
    {
        HttpRequest request;
        request.url = url(u"/"_s);
        request.timeout = 60ms;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->error().code, u"timeout"_s);
        QCOMPARE(outcome->result->error().fault, Fault::Vendor);
    }

    void nobodyListeningIsUnreachable()
    {
        HttpRequest request;
        request.url = url(u"/"_s);
        m_server->close();
        const auto outcome = watch(m_client->send(request, this));
        QVERIFY(!outcome->result); // never from within send()
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->error().code, u"unreachable"_s);
    }

    void aPostThatFoundNobodyWasNotSent()
    {
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/Calls.json"_s);
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "To=%2B14155550100";
        m_server->close();
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->error().code, u"not_sent"_s);
    }

    void endlessBodyIsTooLarge()
    {
        m_server->onBytes = [](QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
            socket->write(QByteArray(5 * 1024 * 1024, 'x'));
        };
        HttpRequest request;
        request.url = url(u"/"_s);
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->error().code, u"too_large"_s);
    }

    void postIsNotRedirected()
    {
        answerAll("HTTP/1.1 303 See Other\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/"_s);
        request.headers = {{"Content-Type", "text/plain"}};
        request.body = "x";
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY(outcome->result->has_value());
        QCOMPARE((*outcome->result)->status, 303);
        QVERIFY(!m_server->received.contains("elsewhere"));
    }

    void postIsNotSentAgainForARedirectThatAsksForIt()
    {
        answerAll("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/"_s);
        request.headers = {{"Content-Type", "text/plain"}};
        request.body = "x";
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(m_server->received.count("POST "), 1);
    }

    void postRefusedWithAChallengeIsAValue()
    {
        answerAll(
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"Twilio API\"\r\nContent-Length: 2\r\n\r\n{}");
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/Calls.json"_s);
        request.headers = {{"Content-Type", "text/plain"}, {"Authorization", "Basic Zm9vOmJhcg=="}};
        request.body = "x";
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QVERIFY(outcome->result->has_value());
        QCOMPARE((*outcome->result)->status, 401);
        QCOMPARE((*outcome->result)->body, QByteArray("{}"));
        QCOMPARE(m_server->received.count("POST "), 1);
    }

    void clientMayEndBeforeItsJobs()
    {
        HttpRequest request;
        request.url = url(u"/"_s);
        const std::unique_ptr<HttpJob> job(m_client->send(request, nullptr));
        QTRY_COMPARE(m_server->received.count("GET /"), 1);
        delete std::exchange(m_client, nullptr);
    }

    void getFollowsARedirectOfTheSameOrigin()
    {
        m_server->onBytes = [this](QTcpSocket *socket) {
            if (m_server->received.contains("GET /there"))
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere");
            else
                socket->write("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
        };
        HttpRequest request;
        request.url = url(u"/here"_s);
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE((*outcome->result)->body, QByteArray("there"));
    }

    // Qt sends a request again when the connection drops before the answer. For a POST that places a call this would
    // dial twice.
    void postIsNeverSentTwice_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("with a body") << QByteArray("To=%2B14155550100");
        QTest::newRow("without a body") << QByteArray();
    }
    void postIsNeverSentTwice()
    {
        QFETCH(QByteArray, body);
        m_server->onBytes = [](QTcpSocket *socket) { socket->disconnectFromHost(); };
        HttpRequest request;
        request.method = "POST";
        request.url = url(u"/Calls.json"_s);
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = body;
        const auto outcome = watch(m_client->send(request, this));
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->error().code, u"unreachable"_s);
        QCOMPARE(m_server->received.count("POST /Calls.json"), 1);
    }

    void manyRequestsToOneHostDoNotWaitForEachOther()
    {
        HttpRequest request;
        request.url = url(u"/slow"_s);
        for (int i = 0; i < 20; ++i)
            m_client->send(request, this);
        QTRY_COMPARE(m_server->received.count("GET /slow"), 20);
    }

    void whatManyRequestsNeededGoesWhenTheyAreOver()
    {
        QtHttpClient client(nullptr, 10ms);
        HttpRequest request;
        request.url = url(u"/slow"_s);
        QList<HttpJob *> jobs;
        for (int i = 0; i < 20; ++i)
            jobs.append(client.send(request, this));
        QTRY_COMPARE(m_server->received.count("GET /slow"), 20);
        const auto outcome = watch(jobs.takeLast()); // in the last lane, and goes on
        qDeleteAll(jobs);
        QTRY_COMPARE(networkThreads(), 2);
        for (const auto &socket : std::as_const(m_server->clients))
            if (socket && socket->state() == QAbstractSocket::ConnectedState)
                socket->write("HTTP/1.1 204 No Content\r\n\r\n");
        QTRY_VERIFY(outcome->result);
        QCOMPARE(outcome->result->value().status, 204);
        QTRY_COMPARE(networkThreads(), 1);
    }

    void deletingTheJobAbortsTheRequest()
    {
        HttpRequest request;
        request.url = url(u"/"_s);
        HttpJob *job = m_client->send(request, this);
        const auto outcome = watch(job);
        QTRY_COMPARE(m_server->received.count("GET /"), 1);
        delete job;
        QTRY_COMPARE(m_server->clients.first()->state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!outcome->result);
    }

    void jobDeletesItselfAfterFinished()
    {
        answerAll("HTTP/1.1 204 No Content\r\n\r\n");
        HttpRequest request;
        request.method = "DELETE";
        request.url = url(u"/"_s);
        const QPointer<HttpJob> job = m_client->send(request, this);
        const auto outcome = watch(job);
        QTRY_VERIFY(outcome->result);
        QCOMPARE((*outcome->result)->status, 204);
        QTRY_VERIFY(job.isNull());
    }

    void jobMayBeDeletedByItsOwnSignal()
    {
        answerAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        HttpRequest request;
        request.url = url(u"/"_s);
        request.streaming = true;
        QPointer<HttpJob> job = m_client->send(request, this);
        bool finished = false;
        connect(job, &HttpJob::finished, this, [&finished] { finished = true; });
        connect(job, &HttpJob::data, this, [job] { delete job; });
        QTRY_VERIFY(job.isNull());
        QCoreApplication::processEvents();
        QVERIFY(!finished);
    }
};

DIALDESK_TEST(TestQtHttpClient)
#include "tst_qt_http_client.moc"
