#include "engine/speech/deepgram/deepgram_client.h"
#include "engine/speech/deepgram/flux_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::speech;
using namespace engine::speech::deepgram;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using pipeline::Transcript;
using support::FakeClock;
using support::FakeWebSocket;
using support::FakeWebSocketFactory;
using Kind = Transcript::Kind;

namespace {

const QByteArray kKeepAlive = R"({"type":"KeepAlive"})";
const QByteArray kFinalize = R"({"type":"Finalize"})";
const QByteArray kCloseStream = R"({"type":"CloseStream"})";
const QByteArray kQuiet20ms(160, '\xff');
const QByteArray kLoud20ms(160, '\x80'); // the largest positive sample

struct Heard
{
    Kind kind;
    QString text;
    bool operator==(const Heard &) const = default;
};

/// A client with a scripted socket, and all it said.
template <typename Client>
struct DeepgramBench
{
    FakeClock clock;
    FakeWebSocketFactory sockets;
    std::unique_ptr<Client> client;
    QList<Heard> heard;
    int readyCount = 0;
    QList<std::pair<Error, bool>> losses;

    explicit DeepgramBench(const DeepgramSettings &settings = {})
    {
        client = std::make_unique<Client>(settings, sockets, clock);
        QObject::connect(client.get(), &SpeechToText::ready, client.get(), [this] { ++readyCount; });
        QObject::connect(client.get(), &SpeechToText::transcript, client.get(), [this](const Transcript &transcript) {
            heard.append({transcript.kind, transcript.text});
        });
        QObject::connect(client.get(), &SpeechToText::lost, client.get(), [this](const Error &error, bool retry) {
            losses.append({error, retry});
        });
    }
    FakeWebSocket &socket() { return *sockets.latest(); }
};

struct V1Bench : DeepgramBench<DeepgramClient>
{
    using DeepgramBench::DeepgramBench;
    void connectNow()
    {
        client->open();
        socket().accept();
        socket().binaries.clear();
    }
};

struct FluxBench : DeepgramBench<FluxClient>
{
    static DeepgramSettings fluxSettings()
    {
        DeepgramSettings settings;
        settings.model = u"flux-general-en"_s;
        return settings;
    }
    FluxBench() : DeepgramBench(fluxSettings()) {}
    void connectNow()
    {
        client->open();
        socket().accept();
        socket().receiveText(R"({"type":"Connected","request_id":"5f0a","sequence_id":0})");
    }
    void turnInfo(const QByteArray &event, const QByteArray &text, const QByteArray &more = {})
    {
        socket().receiveText(QByteArray(R"({"type":"TurnInfo","event":"%1","turn_index":0,"transcript":"%2"%3})")
                                 .replace("%1", event)
                                 .replace("%2", text)
                                 .replace("%3", more));
    }
};

QByteArray results(const QByteArray &text, double start, double duration, const QByteArray &flags,
                   const QByteArray &words = "[]")
{
    return QByteArray(R"({"type":"Results","channel_index":[0,1],"start":%1,"duration":%2%3,)"
                      R"("channel":{"alternatives":[{"transcript":"%4","confidence":0.9,"words":%5}]}})")
        .replace("%1", QByteArray::number(start))
        .replace("%2", QByteArray::number(duration))
        .replace("%3", flags)
        .replace("%4", text)
        .replace("%5", words);
}
const QByteArray kInterimFlags = R"(,"is_final":false,"speech_final":false)";
const QByteArray kFinalFlags = R"(,"is_final":true,"speech_final":false)";
const QByteArray kSpeechFinalFlags = R"(,"is_final":true,"speech_final":true)";
const QByteArray kFromFinalizeFlags = R"(,"is_final":true,"speech_final":false,"from_finalize":true)";

} // namespace

class TestDeepgramClient : public QObject
{
    Q_OBJECT
private slots:
    // --- v1 -------------------------------------------------------------------------------------------------------

    void factoryPicksTheInterfaceByModel()
    {
        FakeClock clock;
        FakeWebSocketFactory sockets;
        DeepgramSettings settings;
        QVERIFY(!makeDeepgram(settings, sockets, clock)->endsTurns());
        settings.model = u"flux-general-en"_s;
        QVERIFY(makeDeepgram(settings, sockets, clock)->endsTurns());
    }

    void openSendsTheKeyAndFirstSilence()
    {
        DeepgramSettings settings;
        settings.apiKey = Secret("k");
        V1Bench bench(settings);
        bench.client->open();
        QVERIFY(!bench.client->isReady());
        QCOMPARE(bench.socket().url.path(), u"/v1/listen"_s);
        QCOMPARE(bench.socket().header("authorization"), QByteArray("Token k"));
        bench.socket().accept();
        QCOMPARE(bench.readyCount, 1);
        QVERIFY(bench.client->isReady());
        QCOMPARE(bench.socket().binaries, QList<QByteArray>{kQuiet20ms});
    }

    void keepAliveGoesOutOnlyWhenNoAudioDoes()
    {
        V1Bench bench;
        bench.connectNow();
        bench.clock.advance(3999ms);
        QCOMPARE(bench.socket().texts, QList<QByteArray>());
        bench.clock.advance(1ms);
        QCOMPARE(bench.socket().texts, QList<QByteArray>{kKeepAlive});
        for (int i = 0; i < 1000; ++i) { // 20 s of audio
            bench.client->sendAudio(kQuiet20ms);
            bench.clock.advance(20ms);
        }
        QCOMPARE(bench.socket().texts.size(), 1);
        bench.clock.advance(12s);
        QCOMPARE(bench.socket().texts.size(), 4);
        QCOMPARE(bench.socket().binaries.size(), 1000); // and never as audio
    }

    void anEmptyMessageIsNeverSent()
    {
        V1Bench bench;
        bench.connectNow();
        bench.client->sendAudio({});
        QCOMPARE(bench.socket().binaries.size(), 0);
    }

    void interimsReplaceAndFinalsAppend()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().receiveText(results("yes", 0, 1, kInterimFlags));
        bench.socket().receiveText(results("Yes, Tuesday", 0, 2, kInterimFlags));
        bench.socket().receiveText(results("Yes, Tuesday works", 0, 2.5, kFinalFlags));
        bench.socket().receiveText(results("for me.", 2.5, 1, kSpeechFinalFlags));
        QCOMPARE(bench.heard, (QList<Heard>{{Kind::Interim, u"yes"_s},
                                            {Kind::Interim, u"Yes, Tuesday"_s},
                                            {Kind::Final, u"Yes, Tuesday works"_s},
                                            {Kind::Final, u"for me."_s}}));
    }

    void emptyResultsAndSpeechStartedSayNothing()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().receiveText(results("", 0, 1, kInterimFlags));
        bench.socket().receiveText(results("", 0, 1, kSpeechFinalFlags));
        bench.socket().receiveText(R"({"type":"SpeechStarted","channel":[0,1],"timestamp":3.24})");
        bench.socket().receiveText("junk");
        QCOMPARE(bench.heard, QList<Heard>());
        QVERIFY(bench.losses.isEmpty());
    }

    void finalizeIsAskedAndItsAnswerFollowsItsText()
    {
        V1Bench bench;
        bench.connectNow();
        bench.client->finalize();
        QCOMPARE(bench.socket().texts, QList<QByteArray>{kFinalize});
        bench.socket().receiveText(results("Hello?", 0, 1, kFromFinalizeFlags));
        bench.socket().receiveText(results("", 1, 0.2, kFromFinalizeFlags));
        QCOMPARE(
            bench.heard,
            (QList<Heard>{{Kind::Final, u"Hello?"_s}, {Kind::FinalizeAnswered, {}}, {Kind::FinalizeAnswered, {}}}));
    }

    void utteranceEndAfterAFinalIsIgnored()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().receiveText(results("Hello.", 0, 1, kSpeechFinalFlags));
        bench.socket().receiveText(R"({"type":"UtteranceEnd","channel":[0,1],"last_word_end":0.9})");
        QCOMPARE(bench.heard, (QList<Heard>{{Kind::Final, u"Hello."_s}}));
    }

    void utteranceEndMakesAPendingInterimFinalOnce()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().receiveText(
            results("hello there", 0, 2, kInterimFlags,
                    R"([{"word":"hello","start":0.2,"end":0.6},{"word":"there","start":0.7,"end":1.1}])"));
        bench.socket().receiveText(R"({"type":"UtteranceEnd","channel":[0,1],"last_word_end":1.1})");
        // Its real final comes late, with a word more.
        bench.socket().receiveText(results("Hello there. Anna.", 0, 3, kFinalFlags,
                                           R"([{"word":"hello","punctuated_word":"Hello","start":0.2,"end":0.6},
                                               {"word":"there","punctuated_word":"there.","start":0.72,"end":1.1},
                                               {"word":"anna","punctuated_word":"Anna.","start":2.2,"end":2.6}])"));
        QCOMPARE(bench.heard,
                 (QList<Heard>{
                     {Kind::Interim, u"hello there"_s}, {Kind::Final, u"hello there"_s}, {Kind::Final, u"Anna."_s}}));
    }

    void settledAudioCountsTheCalleesAudioOnly()
    {
        V1Bench bench;
        bench.connectNow(); // sends 20 ms of silence
        QCOMPARE(bench.client->settledAudio(), 0ms);
        for (int i = 0; i < 100; ++i)
            bench.client->sendAudio(kQuiet20ms);
        bench.socket().receiveText(results("one", 0, 0.5, kInterimFlags));
        QCOMPARE(bench.client->settledAudio(), 0ms);
        bench.socket().receiveText(results("one", 0, 1.02, kFinalFlags));
        QCOMPARE(bench.client->settledAudio(), 1000ms);
        bench.socket().receiveText(results("", 1.02, 0.5, kFinalFlags)); // silence is settled too
        QCOMPARE(bench.client->settledAudio(), 1500ms);
        bench.socket().drop();
        QCOMPARE(bench.client->settledAudio(), 1500ms);
    }

    void lossIsToldOnceWithItsReason()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().drop(1011, u"NET-0001"_s);
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.code, u"stt_no_audio_sent"_s);
        QVERIFY(bench.losses[0].second);
        QVERIFY(!bench.client->isReady());
        bench.clock.advance(1min);
        QCOMPARE(bench.losses.size(), 1);
        bench.client->open();
        bench.socket().accept();
        QCOMPARE(bench.readyCount, 2);
    }

    void refusedKeyCannotBeHelpedByTryingAgain()
    {
        V1Bench bench;
        bench.client->open();
        bench.socket().refuse(401);
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.fault, Fault::Settings);
        QVERIFY(!bench.losses[0].second);
    }

    void errorMessageEndsTheStream()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().receiveText(R"({"type":"Error","description":"broken","variant":"X"})");
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.code, u"stt_failed"_s);
        QVERIFY(!bench.client->isReady());
    }

    void socketThatTakesNoMoreIsLost()
    {
        V1Bench bench;
        bench.connectNow();
        bench.socket().queuedBytes = 200'000;
        bench.client->sendAudio(kQuiet20ms);
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.code, u"stt_stalled"_s);
    }

    void speechWithoutAnyAnswerIsAStall()
    {
        V1Bench bench;
        bench.connectNow();
        for (int i = 0; i < 499; ++i) {
            bench.client->sendAudio(kLoud20ms);
            bench.clock.advance(20ms);
        }
        QVERIFY(bench.losses.isEmpty());
        bench.clock.advance(20ms);
        bench.client->sendAudio(kLoud20ms);
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.code, u"stt_stalled"_s);
    }

    void aQuietLineIsNoStall()
    {
        V1Bench bench;
        bench.connectNow();
        for (int i = 0; i < 3000; ++i) {
            bench.client->sendAudio(kQuiet20ms);
            bench.clock.advance(20ms);
        }
        QVERIFY(bench.losses.isEmpty());
    }

    void closeSaysSoAndWaitsForTheServer()
    {
        V1Bench bench;
        bench.connectNow();
        const QPointer<FakeWebSocket> socket = bench.sockets.latest();
        bench.client->close();
        QCOMPARE(socket->texts, QList<QByteArray>{kCloseStream});
        QVERIFY(!bench.client->isReady());
        socket->receiveText(results("late", 0, 1, kFinalFlags));
        bench.clock.advance(1999ms);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(socket);
        bench.clock.advance(1ms);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!socket);
        QCOMPARE(bench.heard, QList<Heard>());
        QVERIFY(bench.losses.isEmpty());
    }

    void closedByTheServerInTimeNeedsNoGuard()
    {
        V1Bench bench;
        bench.connectNow();
        const QPointer<FakeWebSocket> socket = bench.sockets.latest();
        bench.client->close();
        socket->drop(1000);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!socket);
        QVERIFY(bench.losses.isEmpty());
    }

    void closeWhileConnectingGivesUpAtOnce()
    {
        V1Bench bench;
        bench.client->open();
        const QPointer<FakeWebSocket> socket = bench.sockets.latest();
        bench.client->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!socket);
        bench.clock.advance(1min);
        QVERIFY(bench.losses.isEmpty());
    }

    // --- Flux -----------------------------------------------------------------------------------------------------

    void fluxIsReadyWithConnectedAndNotBefore()
    {
        FluxBench bench;
        bench.client->open();
        bench.socket().accept();
        bench.client->sendAudio(QByteArray(640, '\xff'));
        QVERIFY(bench.socket().binaries.isEmpty());
        QCOMPARE(bench.readyCount, 0);
        bench.socket().receiveText(R"({"type":"Connected","request_id":"5f0a","sequence_id":0})");
        QCOMPARE(bench.readyCount, 1);
        QVERIFY(bench.client->isReady());
    }

    void fluxThatNeverSaysConnectedIsLost()
    {
        FluxBench bench;
        bench.client->open();
        bench.socket().accept();
        bench.clock.advance(5s);
        QCOMPARE(bench.losses.size(), 1);
        QVERIFY(bench.losses[0].second);
    }

    void fluxGetsMessagesOf80Milliseconds()
    {
        FluxBench bench;
        bench.connectNow();
        for (int i = 0; i < 9; ++i)
            bench.client->sendAudio(kLoud20ms);
        QCOMPARE(bench.socket().binaries, (QList<QByteArray>{QByteArray(640, '\x80'), QByteArray(640, '\x80')}));
    }

    void fluxIsFedSilenceWhenAudioPauses()
    {
        FluxBench bench;
        bench.connectNow();
        bench.client->sendAudio(kLoud20ms);
        bench.clock.advance(499ms);
        QVERIFY(bench.socket().binaries.isEmpty());
        bench.clock.advance(1ms);
        QCOMPARE(bench.socket().binaries.size(), 6);
        QCOMPARE(bench.socket().binaries[0], kLoud20ms + QByteArray(480, '\xff'));
        QCOMPARE(bench.socket().binaries[5], QByteArray(640, '\xff'));
        bench.clock.advance(480ms * 10);
        QCOMPARE(bench.socket().binaries.size(), 66); // in real time: 80 ms each
        QVERIFY(bench.losses.isEmpty());
    }

    void fluxNeverGetsV1Commands()
    {
        FluxBench bench;
        bench.connectNow();
        bench.client->finalize();
        bench.clock.advance(1min);
        QCOMPARE(bench.socket().texts, QList<QByteArray>());
        QCOMPARE(bench.socket().pings, 2);
        bench.client->close();
    }

    void fluxTurnsBecomeTranscripts()
    {
        FluxBench bench;
        bench.connectNow();
        bench.turnInfo("StartOfTurn", "I'd");
        bench.turnInfo("Update", "");
        bench.turnInfo("Update", "I'd like to move");
        bench.turnInfo("EagerEndOfTurn", "I'd like to move my");
        bench.turnInfo("TurnResumed", "I'd like to move my");
        bench.turnInfo("Update", "I'd like to move my appointment.");
        bench.turnInfo("EagerEndOfTurn", "I'd like to move my appointment.");
        bench.turnInfo("EndOfTurn", "I'd like to move my appointment.",
                       R"(,"audio_window_end":3.36,"trigger":"model")");
        bench.turnInfo("TurnPondered", "new");
        QCOMPARE(bench.heard, (QList<Heard>{{Kind::Interim, u"I'd"_s},
                                            {Kind::Interim, u"I'd like to move"_s},
                                            {Kind::EagerEndOfTurn, u"I'd like to move my"_s},
                                            {Kind::TurnResumed, u"I'd like to move my"_s},
                                            {Kind::Interim, u"I'd like to move my appointment."_s},
                                            {Kind::EagerEndOfTurn, u"I'd like to move my appointment."_s},
                                            {Kind::Final, u"I'd like to move my appointment."_s},
                                            {Kind::EndOfTurn, {}}}));
    }

    void fluxLostInMidTurnKeepsTheWordsItIsSureOf()
    {
        FluxBench bench;
        bench.connectNow();
        bench.client->sendAudio(QByteArray(8 * 8000, '\x80'));
        bench.turnInfo(
            "Update", "one two three",
            R"(,"audio_window_end":4.0,"words":[{"word":"one","start":1.0,"end":1.4},{"word":"two","start":2.0,"end":2.4},
                          {"word":"three","start":3.5,"end":3.9}])");
        bench.socket().drop();
        QCOMPARE(bench.heard, (QList<Heard>{{Kind::Interim, u"one two three"_s}, {Kind::Final, u"one two"_s}}));
        QCOMPARE(bench.client->settledAudio(), 2400ms);
        QCOMPARE(bench.losses.size(), 1);
    }

    void fluxLostInMidTurnWithoutWordTimesKeepsTheText()
    {
        FluxBench bench;
        bench.connectNow();
        bench.client->sendAudio(QByteArray(2 * 8000, '\x80'));
        bench.turnInfo("Update", "one two", R"(,"audio_window_end":1.5,"words":[{"word":"one"},{"word":"two"}])");
        bench.socket().drop();
        QCOMPARE(bench.heard.last(), (Heard{Kind::Final, u"one two"_s}));
        QCOMPARE(bench.client->settledAudio(), 1500ms);
    }

    void fluxSettlesAtTheEndOfATurnWithoutOurSilence()
    {
        FluxBench bench;
        bench.connectNow();
        bench.client->sendAudio(QByteArray(8000, '\x80')); // 12 messages, 320 bytes wait
        bench.clock.advance(500ms);                        // and leave with 3520 bytes of silence
        bench.client->sendAudio(QByteArray(8000, '\x80'));
        bench.turnInfo("EndOfTurn", "well",
                       R"(,"audio_window_end":1.84)"); // 1 s of audio, 0.44 s of silence, 0.4 s of audio
        QCOMPARE(bench.client->settledAudio(), 1400ms);
    }

    void fluxThatStallsIsLost()
    {
        FluxBench bench;
        bench.connectNow();
        for (int i = 0; i < 520 && bench.losses.isEmpty(); ++i) {
            bench.client->sendAudio(kLoud20ms);
            bench.clock.advance(20ms);
        }
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.code, u"stt_stalled"_s);
        QVERIFY(!bench.client->isReady());
    }

    void fluxErrorEndsTheStream()
    {
        FluxBench bench;
        bench.connectNow();
        bench.socket().receiveText(
            R"({"type":"Error","sequence_id":2,"code":"UNPARSABLE_CLIENT_MESSAGE","description":"?"})");
        QCOMPARE(bench.losses.size(), 1);
        QCOMPARE(bench.losses[0].first.fault, Fault::Program);
    }

    void fluxCloseEndsWithoutASignal()
    {
        FluxBench bench;
        bench.connectNow();
        FakeWebSocket &socket = bench.socket();
        bench.client->close();
        QCOMPARE(socket.texts, QList<QByteArray>{kCloseStream});
        socket.drop(1005);
        bench.clock.advance(1min);
        QVERIFY(bench.losses.isEmpty());
        QVERIFY(socket.binaries.isEmpty());
    }
};

DIALDESK_TEST(TestDeepgramClient)
#include "tst_deepgram_client.moc"
