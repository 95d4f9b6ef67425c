#include "engine/speech/deepgram/audio_timeline.h"
#include "engine/speech/deepgram/deepgram_codec.h"
#include "engine/speech/deepgram/deepgram_errors.h"
#include "tests/support/test_program.h"

#include <QUrlQuery>

using namespace engine;
using namespace engine::speech;
using namespace engine::speech::deepgram;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kResults =
    R"({"type":"Results","channel_index":[0,1],"start":3.2,"duration":1.84,"is_final":true,"speech_final":true,
 "from_finalize":false,
 "channel":{"alternatives":[{"transcript":"Yes, Tuesday works.","confidence":0.9912,
   "words":[{"word":"yes","start":3.36,"end":3.6,"confidence":0.998,"punctuated_word":"Yes,"},
            {"word":"tuesday","start":3.7,"end":4.1,"confidence":0.989,"punctuated_word":"Tuesday"},
            {"word":"works","start":4.1,"end":4.5,"confidence":0.987,"punctuated_word":"works."}]}]},
 "metadata":{"request_id":"0b6f...","model_uuid":"4e1c...",
   "model_info":{"name":"general-nova-3","version":"2025-04-17.21547","arch":"nova-3"}}})";
const QByteArray kMetadata =
    R"({"type":"Metadata","transaction_key":"deprecated","request_id":"0b6f...","sha256":"9d5e...","created":"2026-11-02T09:14:55.310Z",
 "duration":41.28,"channels":1,"models":["4e1c..."],
 "model_info":{"4e1c...":{"name":"general-nova-3","version":"2025-04-17.21547","arch":"nova-3"}}})";
// The apostrophe is escaped because moc 6.4 takes one in a raw string for the start of a character.
const QByteArray kUpdate =
    R"({"type":"TurnInfo","request_id":"5f0a...","sequence_id":9,"event":"Update","turn_index":0,
 "audio_window_start":1.36,"audio_window_end":1.6,"transcript":"I\u0027d like to move",
 "words":[{"word":"I\u0027d","confidence":0.99,"start":0.64,"end":0.8},{"word":"like","confidence":0.99},
          {"word":"to","confidence":0.99},{"word":"move","confidence":0.97}],
 "end_of_turn_confidence":0.04})";
const QByteArray kEndOfTurn =
    R"({"type":"TurnInfo","request_id":"5f0a...","sequence_id":17,"event":"EndOfTurn","turn_index":0,
 "audio_window_start":3.12,"audio_window_end":3.36,"transcript":"I\u0027d like to move my appointment.",
 "words":[],"end_of_turn_confidence":0.83,"trigger":"model"})";

template <typename T>
T parsed(const QByteArray &json)
{
    const Result<ServerMessage> message = parse(json);
    if (!message || !std::holds_alternative<T>(*message)) {
        QTest::qFail("the message was not understood as expected", __FILE__, __LINE__);
        return {};
    }
    return std::get<T>(*message);
}

} // namespace

class TestDeepgramCodec : public QObject
{
    Q_OBJECT
private slots:
    void readsResults()
    {
        const auto results = parsed<Results>(kResults);
        QCOMPARE(results.text, u"Yes, Tuesday works."_s);
        QCOMPARE(results.start, 3200ms);
        QCOMPARE(results.duration, 1840ms);
        QVERIFY(results.isFinal);
        QVERIFY(results.speechFinal);
        QVERIFY(!results.fromFinalize);
        QCOMPARE(results.words,
                 (std::vector<Word>{
                     {u"Yes,"_s, 3360ms, 3600ms}, {u"Tuesday"_s, 3700ms, 4100ms}, {u"works."_s, 4100ms, 4500ms}}));
    }

    void missingFlagsAndAlternativesAreFalseAndEmpty()
    {
        const auto results = parsed<Results>(R"({"type":"Results","channel":{"alternatives":[]}})");
        QCOMPARE(results, Results{});
    }

    void wordsFallBackToTheirPlainForm()
    {
        const auto results = parsed<Results>(
            R"({"type":"Results","channel":{"alternatives":[{"transcript":"yes","words":[{"word":"yes","start":1,"end":1.5}]}]}})");
        QCOMPARE(results.words, (std::vector<Word>{{u"yes"_s, 1000ms, 1500ms}}));
    }

    void readsTheOtherMessagesOfV1()
    {
        QCOMPARE(parsed<SpeechStarted>(R"({"type":"SpeechStarted","channel":[0,1],"timestamp":3.24})"),
                 SpeechStarted{3240ms});
        QCOMPARE(parsed<UtteranceEnd>(R"({"type":"UtteranceEnd","channel":[0,1],"last_word_end":4.5})"),
                 UtteranceEnd{4500ms});
        QCOMPARE(parsed<Metadata>(kMetadata), (Metadata{u"0b6f..."_s, 41280ms}));
        QCOMPARE(parsed<ServerError>(R"({"type":"Error","description":"bad","message":"m","variant":"V"})"),
                 (ServerError{u"V"_s, u"bad"_s}));
        QCOMPARE(parsed<Other>(R"({"type":"Warning","description":"slow"})"), Other{u"Warning"_s});
    }

    void readsTheMessagesOfV2()
    {
        QCOMPARE(parsed<Connected>(R"({"type":"Connected","request_id":"5f0a...","sequence_id":0})"),
                 Connected{u"5f0a..."_s});
        const auto update = parsed<TurnInfo>(kUpdate);
        QCOMPARE(update.event, TurnInfo::Event::Update);
        QCOMPARE(update.text, u"I'd like to move"_s);
        QCOMPARE(update.windowEnd, 1600ms);
        QCOMPARE(update.words.size(), size_t(4));
        QCOMPARE(update.words[0], (Word{u"I'd"_s, 640ms, 800ms}));
        QCOMPARE(update.words[1], (Word{u"like"_s, -1ms, -1ms}));
        const auto end = parsed<TurnInfo>(kEndOfTurn);
        QCOMPARE(end.event, TurnInfo::Event::EndOfTurn);
        QCOMPARE(end.trigger, u"model"_s);
        QCOMPARE(parsed<ServerError>(
                     R"({"type":"Error","sequence_id":20,"code":"INTERNAL_SERVER_ERROR","description":"..."})"),
                 (ServerError{u"INTERNAL_SERVER_ERROR"_s, u"..."_s}));
        QCOMPARE(parsed<Other>(R"({"type":"ConfigureFailure","request_id":"5f0a...","sequence_id":19})"),
                 Other{u"ConfigureFailure"_s});
    }

    void everyTurnEventIsKnownAndNewOnesAreTolerated_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("event");
        using Event = TurnInfo::Event;
        QTest::newRow("start") << QByteArray("StartOfTurn") << int(Event::StartOfTurn);
        QTest::newRow("update") << QByteArray("Update") << int(Event::Update);
        QTest::newRow("eager") << QByteArray("EagerEndOfTurn") << int(Event::EagerEndOfTurn);
        QTest::newRow("resumed") << QByteArray("TurnResumed") << int(Event::TurnResumed);
        QTest::newRow("end") << QByteArray("EndOfTurn") << int(Event::EndOfTurn);
        QTest::newRow("new") << QByteArray("TurnPondered") << int(Event::Unknown);
    }
    void everyTurnEventIsKnownAndNewOnesAreTolerated()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, event);
        QCOMPARE(int(parsed<TurnInfo>(QByteArray(R"({"type":"TurnInfo","event":"%"})").replace('%', name)).event),
                 event);
    }

    void unknownFieldsAndTypesAreIgnored()
    {
        QCOMPARE(parsed<UtteranceEnd>(R"({"type":"UtteranceEnd","last_word_end":1,"mood":{"x":[1,2]}})"),
                 UtteranceEnd{1000ms});
        QCOMPARE(parsed<Other>(R"({"type":"Telepathy","x":1})"), Other{u"Telepathy"_s});
    }

    void anyTruncationGivesAnError()
    {
        for (const QByteArray &message : {kResults, kMetadata, kUpdate, kEndOfTurn})
            for (qsizetype length = 0; length < message.size(); ++length)
                QVERIFY(!parse(QByteArrayView(message).first(length)));
    }

    void junkGivesAnErrorOrAValue_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("value");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("array") << QByteArray("[1]") << false;
        QTest::newRow("binary") << QByteArray("\xff\xfe\x00\x01", 4) << false;
        QTest::newRow("type not a string") << QByteArray(R"({"type":7})") << false;
        QTest::newRow("fields of other kinds")
            << QByteArray(R"({"type":"Results","start":"x","duration":[],"is_final":"yes","channel":7})") << true;
        QTest::newRow("words of other kinds")
            << QByteArray(R"({"type":"Results","channel":{"alternatives":[{"words":[1,null,"a",{"start":{}}]}]}})")
            << true;
        QTest::newRow("huge numbers") << QByteArray(R"({"type":"Results","start":1e308,"duration":-1e308})") << true;
    }
    void junkGivesAnErrorOrAValue()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, value);
        QCOMPARE(parse(bytes).has_value(), value);
    }

    void v1AddressAsksForEverythingALocalDetectorNeeds()
    {
        DeepgramSettings settings;
        settings.language = u"en-US"_s;
        settings.tag = u"CA 1&2"_s;
        settings.keyterms = {u"Ortega"_s, u"Blue Cross"_s};
        const QUrl url = listenUrl(settings);
        QCOMPARE(url.toString(QUrl::RemoveQuery), u"wss://api.deepgram.com/v1/listen"_s);
        const QUrlQuery query(url);
        const auto value = [&query](const char *name) {
            return query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded);
        };
        QCOMPARE(value("model"), u"nova-3"_s);
        QCOMPARE(value("language"), u"en-US"_s);
        QCOMPARE(value("encoding"), u"mulaw"_s);
        QCOMPARE(value("sample_rate"), u"8000"_s);
        QCOMPARE(value("channels"), u"1"_s);
        for (const char *flag :
             {"interim_results", "punctuate", "smart_format", "no_delay", "vad_events", "mip_opt_out"})
            QCOMPARE(value(flag), u"true"_s);
        QCOMPARE(value("endpointing"), u"300"_s);
        QCOMPARE(value("utterance_end_ms"), u"1000"_s);
        QCOMPARE(value("tag"), u"CA 1&2"_s);
        QVERIFY(url.toEncoded().contains("tag=CA%201%262"));
        QCOMPARE(query.allQueryItemValues(u"keyterm"_s, QUrl::FullyDecoded),
                 (QStringList{u"Ortega"_s, u"Blue Cross"_s}));
    }

    void tagIsCutToWhatTheVendorTakes()
    {
        DeepgramSettings settings;
        settings.tag = QString(300, u'x');
        QCOMPARE(QUrlQuery(listenUrl(settings)).queryItemValue(u"tag"_s).size(), 128);
    }

    void v2AddressHoldsNothingV2DoesNotKnow()
    {
        DeepgramSettings settings;
        settings.model = u"flux-general-en"_s;
        settings.baseUrl = QUrl(u"http://127.0.0.1:9"_s);
        settings.eagerEndOfTurnThreshold = 0.4;
        settings.tag = u"CA1"_s;
        QVERIFY(isFlux(settings));
        const QUrl url = listenUrl(settings);
        QCOMPARE(url.toString(QUrl::RemoveQuery), u"ws://127.0.0.1:9/v2/listen"_s);
        QStringList names;
        for (const auto &item : QUrlQuery(url).queryItems())
            names.append(item.first);
        names.sort();
        QCOMPARE(names, (QStringList{u"eager_eot_threshold"_s, u"encoding"_s, u"eot_threshold"_s, u"eot_timeout_ms"_s,
                                     u"mip_opt_out"_s, u"model"_s, u"sample_rate"_s, u"tag"_s}));
    }

    void onlyTheMultilingualFluxGetsALanguageHint()
    {
        DeepgramSettings settings;
        settings.model = u"flux-general-multi"_s;
        settings.language = u"es-MX"_s;
        QCOMPARE(QUrlQuery(listenUrl(settings)).queryItemValue(u"language_hint"_s), u"es"_s);
        settings.language.clear();
        QVERIFY(!QUrlQuery(listenUrl(settings)).hasQueryItem(u"language_hint"_s));
    }

    void keyGoesIntoTheHeaderOnly()
    {
        DeepgramSettings settings;
        settings.apiKey = Secret("s3cret");
        QCOMPARE(handshakeHeaders(settings), (net::HeaderList{{"Authorization", "Token s3cret"}}));
        QVERIFY(!listenUrl(settings).toEncoded().contains("s3cret"));
    }

    void commandsAreWhatTheServerKnows()
    {
        QCOMPARE(keepAliveMessage(), QByteArray(R"({"type":"KeepAlive"})"));
        QCOMPARE(finalizeMessage(), QByteArray(R"({"type":"Finalize"})"));
        QCOMPARE(closeStreamMessage(), QByteArray(R"({"type":"CloseStream"})"));
    }

    void everyEndHasASentenceAndAFault_data()
    {
        QTest::addColumn<bool>("wasOpen");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("closeCode");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("retry");
        const int settings = int(Fault::Settings);
        const int vendor = int(Fault::Vendor);
        const int program = int(Fault::Program);
        QTest::newRow("400") << false << 400 << 1006 << u""_s << u"stt_request_refused"_s << settings << false;
        QTest::newRow("401") << false << 401 << 1006 << u""_s << u"stt_key_refused"_s << settings << false;
        QTest::newRow("402") << false << 402 << 1006 << u""_s << u"stt_no_credit"_s << settings << false;
        QTest::newRow("403") << false << 403 << 1006 << u""_s << u"stt_forbidden"_s << settings << false;
        QTest::newRow("404") << false << 404 << 1006 << u""_s << u"stt_not_found"_s << settings << false;
        QTest::newRow("408") << false << 408 << 1006 << u""_s << u"stt_unavailable"_s << vendor << true;
        QTest::newRow("414") << false << 414 << 1006 << u""_s << u"stt_request_refused"_s << program << false;
        QTest::newRow("429") << false << 429 << 1006 << u""_s << u"stt_rate_limited"_s << vendor << true;
        QTest::newRow("503") << false << 503 << 1006 << u""_s << u"stt_unavailable"_s << vendor << true;
        QTest::newRow("refused") << false << 0 << 1006 << u"Connection refused"_s << u"stt_unreachable"_s << vendor
                                 << true;
        QTest::newRow("1008") << true << 0 << 1008 << u"DATA-0000 bad"_s << u"stt_bad_audio"_s << program << true;
        QTest::newRow("NET-0001")
            << true << 0 << 1011
            << u"Deepgram did not receive audio data or a text message within the timeout window. See https://dpgr.am/net0001"_s
            << u"stt_no_audio_sent"_s << program << true;
        QTest::newRow("NET-0000") << true << 0 << 1011 << u"NET-0000"_s << u"stt_no_answer"_s << vendor << true;
        QTest::newRow("1011 other") << true << 0 << 1011 << u""_s << u"stt_closed"_s << vendor << true;
        QTest::newRow("1000") << true << 0 << 1000 << u""_s << u"stt_closed"_s << vendor << true;
        QTest::newRow("1006") << true << 0 << 1006 << u""_s << u"stt_connection_lost"_s << vendor << true;
    }
    void everyEndHasASentenceAndAFault()
    {
        QFETCH(bool, wasOpen);
        QFETCH(int, status);
        QFETCH(int, closeCode);
        QFETCH(QString, reason);
        QFETCH(QString, code);
        QFETCH(int, fault);
        QFETCH(bool, retry);
        const Loss loss = lossOf(net::SocketClosed{wasOpen, status, closeCode, reason});
        QCOMPARE(loss.error.code, code);
        QCOMPARE(int(loss.error.fault), fault);
        QCOMPARE(loss.retry, retry);
        QVERIFY(loss.error.message.endsWith(u'.'));
    }

    void timelineTellsTheCalleesAudioFromOurSilence()
    {
        AudioTimeline timeline;
        timeline.silence(160);  // 0 to 20 ms
        timeline.callee(8000);  // to 1020 ms
        timeline.silence(2400); // to 1320 ms
        timeline.silence(1600); // to 1520 ms
        timeline.callee(8000);  // to 2520 ms
        QCOMPARE(timeline.calleeTimeAt(0ms), 0ms);
        QCOMPARE(timeline.calleeTimeAt(10ms), 0ms);
        QCOMPARE(timeline.calleeTimeAt(520ms), 500ms);
        QCOMPARE(timeline.calleeTimeAt(1200ms), 1000ms);
        QCOMPARE(timeline.calleeTimeAt(1520ms), 1000ms);
        QCOMPARE(timeline.calleeTimeAt(2020ms), 1500ms);
        QCOMPARE(timeline.calleeTimeAt(9999ms), 2000ms);
        timeline.forget(1600ms);
        QCOMPARE(timeline.calleeTimeAt(2020ms), 1500ms);
    }
};

DIALDESK_TEST(TestDeepgramCodec)
#include "tst_deepgram_codec.moc"
