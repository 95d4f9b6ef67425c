#include "engine/speech/cartesia/cartesia_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::speech;
using namespace engine::speech::cartesia;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::FakeClock;
using support::FakeWebSocket;
using support::FakeWebSocketFactory;

namespace {

QByteArray chunk(const QByteArray &contextId, int bytes)
{
    return QByteArray(R"({"type":"chunk","context_id":"%1","data":"%2"})")
        .replace("%1", contextId)
        .replace("%2", QByteArray(bytes, '\xff').toBase64());
}

struct CartesiaBench
{
    FakeClock clock;
    FakeWebSocketFactory sockets;
    std::unique_ptr<CartesiaClient> client;
    QStringList log; ///< every signal in order, in a few letters

    CartesiaBench()
    {
        CartesiaSettings settings;
        settings.apiKey = Secret("k");
        settings.contextPrefix = u"CA1"_s;
        client = std::make_unique<CartesiaClient>(settings, sockets, clock);
        CartesiaClient *c = client.get();
        QObject::connect(c, &TextToSpeech::ready, c, [this] { log.append(u"ready"_s); });
        QObject::connect(c, &TextToSpeech::audio, c, [this](int context, const QByteArray &mulaw) {
            log.append(u"audio %1 %2"_s.arg(context).arg(mulaw.size()));
        });
        QObject::connect(c, &TextToSpeech::words, c, [this](int context, const std::vector<pipeline::WordTime> &words) {
            log.append(u"words %1 %2"_s.arg(context).arg(words.front().word));
        });
        QObject::connect(c, &TextToSpeech::sentencesDelivered, c,
                         [this](int context, int count) { log.append(u"delivered %1 %2"_s.arg(context).arg(count)); });
        QObject::connect(c, &TextToSpeech::finished, c,
                         [this](int context) { log.append(u"finished %1"_s.arg(context)); });
        QObject::connect(c, &TextToSpeech::contextFailed, c, [this](int context, const Error &error, bool retry) {
            log.append(u"failed %1 %2 %3"_s.arg(context).arg(error.code).arg(retry));
        });
        QObject::connect(c, &TextToSpeech::lost, c, [this](const Error &error, bool retry) {
            log.append(u"lost %1 %2"_s.arg(error.code).arg(retry));
        });
    }

    FakeWebSocket &socket() { return *sockets.latest(); }
    void connectNow()
    {
        client->open();
        socket().accept();
        log.clear();
    }
    /// What one context was told on the newest socket: its texts joined as the vendor joins them.
    QString transcript(const QString &contextId)
    {
        QString text;
        for (const QJsonObject &message : socket().messages())
            if (message["context_id"_L1] == contextId)
                text += message["transcript"_L1].toString();
        return text;
    }
    void receive(const char *json) { socket().receiveText(json); }
    void receiveChunk(const QByteArray &contextId, int bytes) { socket().receiveText(chunk(contextId, bytes)); }
};

} // namespace

class TestCartesiaClient : public QObject
{
    Q_OBJECT
private slots:
    void opensAheadOfNeed()
    {
        CartesiaBench bench;
        bench.client->open();
        QCOMPARE(bench.socket().url.path(), u"/tts/websocket"_s);
        QCOMPARE(bench.socket().header("Authorization"), QByteArray("Bearer k"));
        QCOMPARE(bench.socket().header("Cartesia-Version"), QByteArray("2026-03-01"));
        bench.socket().accept();
        QCOMPARE(bench.log, QStringList{u"ready"_s});
        QVERIFY(bench.client->isReady());
        bench.client->open(); // no second socket
        QCOMPARE(bench.sockets.count(), 1);
    }

    void sentencesAreJoinedByExactlyOneSpaceAndClosed()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(7, u"Thank you."_s);
        bench.client->speak(7, u"Goodbye."_s);
        bench.client->finish(7);
        bench.client->finish(7); // asked twice, sent once
        const auto messages = bench.socket().messages();
        QCOMPARE(messages.size(), 3);
        QCOMPARE(bench.transcript(u"CA1-1"_s), u"Thank you. Goodbye."_s);
        QCOMPARE(messages[0]["continue"_L1].toBool(), true);
        QCOMPARE(messages[1]["continue"_L1].toBool(), true);
        QCOMPARE(messages[2]["continue"_L1].toBool(), false);
        QCOMPARE(messages[2]["transcript"_L1].toString(), QString());
        // All other fields stay the same on every input.
        auto rest = messages;
        for (QJsonObject &message : rest) {
            message.remove("transcript"_L1);
            message.remove("continue"_L1);
        }
        QCOMPARE(rest[0], rest[1]);
        QCOMPARE(rest[0], rest[2]);
    }

    void textBeforeTheConnectionStandsWaitsForIt()
    {
        CartesiaBench bench;
        bench.client->speak(1, u"Hello."_s); // connects by itself
        bench.client->speak(1, u"You."_s);
        bench.client->finish(1);
        QCOMPARE(bench.sockets.count(), 1);
        bench.socket().accept();
        QCOMPARE(bench.transcript(u"CA1-1"_s), u"Hello. You."_s);
        QCOMPARE(bench.socket().messages().last()["continue"_L1].toBool(), false);
    }

    void messagesBecomeSignalsOfTheirContext()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(4, u"One."_s);
        bench.client->speak(9, u"Two."_s);
        bench.client->finish(4);
        bench.receive(
            R"({"type":"timestamps","context_id":"CA1-1","word_timestamps":{"words":["One."],"start":[0],"end":[0.3]}})");
        bench.receiveChunk("CA1-1", 4);
        bench.receiveChunk("CA1-2", 2);
        bench.receive(R"({"type":"flush_done","context_id":"CA1-1","flush_id":1})");
        bench.receive(R"({"type":"flush_done","context_id":"CA1-1","flush_id":2})"); // of the closing input
        bench.receive(R"({"type":"done","context_id":"CA1-1","done":true})");
        QCOMPARE(bench.log,
                 (QStringList{u"words 4 One."_s, u"audio 4 4"_s, u"audio 9 2"_s, u"delivered 4 1"_s, u"finished 4"_s}));
    }

    void cancelledContextIsDeadWhateverStillArrives()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"Long story."_s);
        bench.client->cancel(1);
        QCOMPARE(bench.socket().messages().last(), (QJsonObject{{u"context_id"_s, u"CA1-1"_s}, {u"cancel"_s, true}}));
        bench.receiveChunk("CA1-1", 4);
        bench.receive(
            R"({"type":"timestamps","context_id":"CA1-1","word_timestamps":{"words":["Long"],"start":[0],"end":[0.3]}})");
        bench.receive(R"({"type":"flush_done","context_id":"CA1-1"})");
        bench.receive(R"({"type":"error","context_id":"CA1-1","status_code":500,"done":true})");
        bench.receive(R"({"type":"done","context_id":"CA1-1"})");
        QCOMPARE(bench.log, QStringList());
        // The number may be new again for the caller, the vendor's id never.
        bench.client->speak(1, u"Next."_s);
        QCOMPARE(bench.socket().messages().last()["context_id"_L1].toString(), u"CA1-2"_s);
    }

    void cancelOfWhatWasNeverSentSendsNothing()
    {
        CartesiaBench bench;
        bench.client->speak(1, u"Hello."_s);
        bench.client->cancel(1);
        bench.socket().accept();
        QVERIFY(bench.socket().texts.isEmpty());
        bench.client->cancel(99);
        QVERIFY(bench.socket().texts.isEmpty());
    }

    void contextEndedByTheServerIsFinishedEarly()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"Hello."_s);
        bench.receive(R"({"type":"done","context_id":"CA1-1","done":true})");
        QCOMPARE(bench.log, QStringList{u"finished 1"_s});
    }

    void textWithoutAnythingToSayIsNotSent()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u" "_s);
        bench.client->speak(1, u"..."_s);
        bench.client->speak(1, u"\U0001F600!"_s);
        QVERIFY(bench.socket().texts.isEmpty());
        bench.client->finish(1);
        QVERIFY(bench.socket().texts.isEmpty());
        QVERIFY(bench.log.isEmpty()); // not from within finish()
        QCoreApplication::processEvents();
        QCOMPARE(bench.log, QStringList{u"finished 1"_s});
    }

    void tooManyContextsIsTriedAgainOnceUnderANewId()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"Thank you."_s);
        bench.client->speak(1, u"Bye."_s);
        bench.client->finish(1);
        bench.receive(
            R"({"type":"error","context_id":"CA1-1","status_code":429,"error_code":"concurrency_limited","done":true})");
        bench.clock.advance(199ms);
        QCOMPARE(bench.transcript(u"CA1-2"_s), QString());
        bench.clock.advance(1ms);
        QCOMPARE(bench.transcript(u"CA1-2"_s), u"Thank you. Bye."_s);
        QCOMPARE(bench.socket().messages().last()["continue"_L1].toBool(), false);
        QCOMPARE(bench.log, QStringList());
        bench.receive(R"({"type":"error","context_id":"CA1-2","status_code":429,"done":true})");
        QCOMPARE(bench.log, QStringList{u"failed 1 tts_rate_limited 1"_s});
    }

    void textDuringTheWaitIsSentAfterIt()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.receive(R"({"type":"error","context_id":"CA1-1","status_code":429})");
        bench.client->speak(1, u"Two."_s);
        bench.client->finish(1);
        QCOMPARE(bench.socket().messages().size(), 1);
        bench.clock.advance(200ms);
        QCOMPARE(bench.transcript(u"CA1-2"_s), u"One. Two."_s);
    }

    void contextErrorFailsThatContextAlone()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.client->speak(2, u"Two."_s);
        bench.receive(
            R"({"type":"error","context_id":"CA1-1","status_code":404,"title":"Voice not found","done":true})");
        QCOMPARE(bench.log, QStringList{u"failed 1 tts_not_found 0"_s});
        bench.receiveChunk("CA1-2", 2);
        QCOMPARE(bench.log.last(), u"audio 2 2"_s);
        QVERIFY(bench.client->isReady());
    }

    void errorWithoutAContextFailsAll()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.client->speak(2, u"Two."_s);
        bench.receive(R"({"type":"error","status_code":500,"message":"internal"})");
        QCOMPARE(bench.log, (QStringList{u"failed 1 tts_unavailable 1"_s, u"failed 2 tts_unavailable 1"_s}));
    }

    void junkAndNewTypesDisturbNothing()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.receive("junk");
        bench.receive(R"({"type":"telepathy","context_id":"CA1-1"})");
        bench.receive(R"({"type":"chunk","context_id":"CA1-1","data":"*"})");
        bench.receive(R"({"type":"done"})");
        QCOMPARE(bench.log, QStringList());
        QVERIFY(bench.client->isReady());
    }

    void lossTakesAllContexts()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.socket().drop();
        QCOMPARE(bench.log, QStringList{u"lost tts_connection_lost 1"_s});
        QVERIFY(!bench.client->isReady());
        bench.client->speak(2, u"Again."_s);
        bench.socket().accept();
        QCOMPARE(bench.transcript(u"CA1-2"_s), u"Again."_s);
        QCOMPARE(bench.transcript(u"CA1-1"_s), QString());
    }

    void idleCloseIsNoLossAndTheNextSentenceConnects()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        bench.client->finish(1);
        bench.receive(R"({"type":"done","context_id":"CA1-1"})");
        bench.log.clear();
        bench.socket().drop(1000);
        QCOMPARE(bench.log, QStringList());
        QCOMPARE(bench.sockets.count(), 1);
        bench.client->speak(2, u"Two."_s);
        QCOMPARE(bench.sockets.count(), 2);
        bench.socket().accept();
        QCOMPARE(bench.transcript(u"CA1-2"_s), u"Two."_s);
    }

    void refusedKeyIsToldWhileThePhoneRings()
    {
        CartesiaBench bench;
        bench.client->open();
        bench.socket().refuse(401);
        QCOMPARE(bench.log, QStringList{u"lost tts_key_refused 0"_s});
    }

    void reconnectForgetsEverythingSilently()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        const QPointer<FakeWebSocket> old = bench.sockets.latest();
        bench.client->reconnect();
        QCOMPARE(bench.sockets.count(), 2);
        old->receiveText(chunk("CA1-1", 2));
        old->drop();
        bench.socket().accept();
        QCOMPARE(bench.log, QStringList{u"ready"_s});
        QVERIFY(bench.socket().texts.isEmpty());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!old);
    }

    void closeEndsSilently()
    {
        CartesiaBench bench;
        bench.connectNow();
        bench.client->speak(1, u"One."_s);
        const QPointer<FakeWebSocket> old = bench.sockets.latest();
        bench.client->close();
        QCOMPARE(old->closeAsked, 1000);
        old->drop(1000);
        bench.clock.advance(1min);
        QCOMPARE(bench.log, QStringList());
        QVERIFY(!bench.client->isReady());
    }
};

DIALDESK_TEST(TestCartesiaClient)
#include "tst_cartesia_client.moc"
