#include "tests/support/fake_http_client.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::net;
using namespace Qt::StringLiterals;
using support::FakeHttpClient;

/// The fake other tests rely on: it has to behave as the real client does.
class TestFakeHttpClient : public QObject
{
    Q_OBJECT

    QStringList m_log;

    void send(FakeHttpClient &client, const QString &path, bool streaming = false)
    {
        HttpRequest request;
        request.url = QUrl(u"https://api.example"_s + path);
        request.streaming = streaming;
        HttpJob *job = client.send(request, this);
        connect(job, &HttpJob::headersReceived, this, [this](const HttpResponse &head) { m_log.append(u"head %1"_s.arg(head.status)); });
        connect(job, &HttpJob::data, this, [this](const QByteArray &bytes) { m_log.append(QString::fromUtf8(bytes)); });
        connect(job, &HttpJob::finished, this, [this](const Result<HttpResponse> &response) {
            m_log.append(response ? u"%1 %2"_s.arg(response->status).arg(QString::fromUtf8(response->body))
                                  : response.error().code);
        });
    }

private slots:
    void init() { m_log.clear(); }

    void answersInOrderAndLater()
    {
        FakeHttpClient client;
        client.answer("GET", u"/a"_s, 200, "one");
        client.fail("GET", u"/a"_s, {Fault::Vendor, u"timeout"_s, {}});
        send(client, u"/a?x=1"_s);
        send(client, u"/a"_s);
        QVERIFY(m_log.isEmpty());
        QCoreApplication::processEvents();
        QCOMPARE(m_log, (QStringList{u"200 one"_s, u"timeout"_s}));
        QCOMPARE(client.requests[0].url.query(), u"x=1"_s);
        QVERIFY(client.isExhausted());
    }

    void streamsInPieces()
    {
        FakeHttpClient client;
        client.stream("GET", u"/s"_s, {"a", "b"});
        client.answer("GET", u"/s"_s, 503, "busy");
        send(client, u"/s"_s, true);
        send(client, u"/s"_s, true);
        QCoreApplication::processEvents();
        QCOMPARE(m_log, (QStringList{u"head 200"_s, u"a"_s, u"b"_s, u"200 "_s, u"head 503"_s, u"503 busy"_s}));
    }

    void heldRequestIsAnsweredByHand()
    {
        FakeHttpClient client;
        client.hold("GET", u"/h"_s);
        send(client, u"/h"_s, true);
        QCoreApplication::processEvents();
        QVERIFY(m_log.isEmpty());
        client.held[0]->giveHeaders({.status = 200});
        client.held[0]->giveData("x");
        client.held[0]->finish(HttpResponse{200});
        QCOMPARE(m_log, (QStringList{u"head 200"_s, u"x"_s, u"200 "_s}));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!client.held[0]);
    }
};

DIALDESK_TEST(TestFakeHttpClient)
#include "tst_fake_http_client.moc"
