#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/cartesia/cartesia_errors.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;
using namespace engine::speech;
using namespace engine::speech::cartesia;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kChunk =
    R"({"type":"chunk","data":"/////v7+fn5+","done":false,"status_code":206,"step_time":61.4,"context_id":"call-8812-t4","flush_id":1})";
const QByteArray kTimestamps =
    R"({"type":"timestamps","done":false,"status_code":206,"context_id":"call-8812-t4","flush_id":1,
 "word_timestamps":{"words":["Of","course,","I"],"start":[0.02,0.14,0.61],"end":[0.13,0.55,0.66]}})";
const QByteArray kFlushDone =
    R"({"type":"flush_done","done":false,"flush_done":true,"flush_id":1,"status_code":206,"context_id":"call-8812-t4"})";
const QByteArray kDone = R"({"type":"done","done":true,"status_code":206,"context_id":"call-8812-t4"})";
const QByteArray kError =
    R"({"type":"error","done":true,"status_code":429,"error_code":"concurrency_limited","title":"Too many requests",
 "message":"Too many concurrent requests.","request_id":"6f2e...:call-8812-t4:91ab...","doc_url":null,"context_id":"call-8812-t4"})";
const QString kId = u"call-8812-t4"_s;

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

class TestCartesiaCodec : public QObject
{
    Q_OBJECT
private slots:
    void readsEveryMessageOfTheProtocol()
    {
        QCOMPARE(parsed<Chunk>(kChunk), (Chunk{kId, QByteArray("\xff\xff\xff\xfe\xfe\xfe\x7e\x7e\x7e", 9)}));
        QCOMPARE(parsed<Timestamps>(kTimestamps),
                 (Timestamps{kId, {{u"Of"_s, 20ms, 130ms}, {u"course,"_s, 140ms, 550ms}, {u"I"_s, 610ms, 660ms}}}));
        QCOMPARE(parsed<FlushDone>(kFlushDone), FlushDone{kId});
        QCOMPARE(parsed<ContextDone>(kDone), ContextDone{kId});
        QCOMPARE(parsed<ErrorMessage>(kError),
                 (ErrorMessage{kId, 429, u"concurrency_limited"_s, u"Too many concurrent requests."_s}));
        QCOMPARE(parsed<Other>(R"({"type":"phoneme_timestamps","done":false,"context_id":"x"})"),
                 Other{u"phoneme_timestamps"_s});
    }

    void errorsOfOlderVersionsAndWithoutAContextAreRead()
    {
        QCOMPARE(parsed<ErrorMessage>(R"({"type":"error","error":"Invalid model: x","status_code":"400","done":true})"),
                 (ErrorMessage{std::nullopt, 400, {}, u"Invalid model: x"_s}));
        QCOMPARE(parsed<ErrorMessage>(R"({"type":"error","title":"Bad"})"),
                 (ErrorMessage{std::nullopt, 0, {}, u"Bad"_s}));
    }

    void wordListsOfDifferentLengthsAreCutToTheShortest()
    {
        const auto times = parsed<Timestamps>(
            R"({"type":"timestamps","context_id":"x","word_timestamps":{"words":["a","b","c"],"start":[0.1,0.2],"end":[0.2,0.3,0.4]}})");
        QCOMPARE(times.words.size(), size_t(2));
    }

    void audioThatIsNotBase64IsAnError() { QVERIFY(!parse(R"({"type":"chunk","data":"***","context_id":"x"})")); }

    void anyTruncationGivesAnError()
    {
        for (const QByteArray &message : {kChunk, kTimestamps, kFlushDone, kDone, kError})
            for (qsizetype length = 0; length < message.size(); ++length)
                QVERIFY(!parse(QByteArrayView(message).first(length)));
    }

    void junkGivesAnErrorOrAValue_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("value");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("number") << QByteArray("7") << false;
        QTest::newRow("binary") << QByteArray("\x00\xff", 2) << false;
        QTest::newRow("no type") << QByteArray(R"({"done":true})") << false;
        QTest::newRow("fields of other kinds")
            << QByteArray(
                   R"({"type":"timestamps","context_id":5,"word_timestamps":{"words":7,"start":"x","end":null}})")
            << true;
        QTest::newRow("huge times")
            << QByteArray(R"({"type":"timestamps","word_timestamps":{"words":["a"],"start":[1e308],"end":[-1e308]}})")
            << true;
        QTest::newRow("error of other kinds")
            << QByteArray(R"({"type":"error","status_code":[],"context_id":7})") << true;
    }
    void junkGivesAnErrorOrAValue()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, value);
        QCOMPARE(parse(bytes).has_value(), value);
    }

    void inputRepeatsAllFields()
    {
        CartesiaSettings settings;
        settings.language = u"en-GB"_s;
        const QJsonObject expected =
            QJsonDocument::fromJson(R"({"context_id":"CA1-4","model_id":"sonic-3.5","language":"en",
            "voice":{"mode":"id","id":"71a7ad14-091c-4e8e-a314-022ece01c121"},
            "output_format":{"container":"raw","encoding":"pcm_mulaw","sample_rate":8000},
            "transcript":"Of course.","continue":true,"max_buffer_delay_ms":0,"add_timestamps":true,
            "use_normalized_timestamps":false})")
                .object();
        QCOMPARE(QJsonDocument::fromJson(inputMessage(settings, u"CA1-4"_s, u"Of course."_s, false)).object(),
                 expected);

        QJsonObject closing = expected;
        closing[u"transcript"_s] = QString();
        closing[u"continue"_s] = false;
        QCOMPARE(QJsonDocument::fromJson(inputMessage(settings, u"CA1-4"_s, {}, true)).object(), closing);
    }

    void markupNeverReachesTheVoice()
    {
        const auto message =
            QJsonDocument::fromJson(inputMessage({}, u"c"_s, u"a <break time=1/> b"_s, false)).object();
        QCOMPARE(message["transcript"_L1].toString(), u"a break time=1/ b"_s);
    }

    void cancelNamesTheContextAlone()
    {
        QCOMPARE(QJsonDocument::fromJson(cancelMessage(u"CA1-4"_s)).object(),
                 (QJsonObject{{u"context_id"_s, u"CA1-4"_s}, {u"cancel"_s, true}}));
    }

    void handshakePinsTheVersionAndKeepsTheKeyOutOfTheAddress()
    {
        CartesiaSettings settings;
        settings.apiKey = Secret("s3cret");
        settings.baseUrl = QUrl(u"http://127.0.0.1:9/"_s);
        QCOMPARE(socketUrl(settings), QUrl(u"ws://127.0.0.1:9/tts/websocket"_s));
        QCOMPARE(handshakeHeaders(settings),
                 (net::HeaderList{{"Authorization", "Bearer s3cret"}, {"Cartesia-Version", "2026-03-01"}}));
    }

    void everyErrorHasASentenceAndAFault_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("vendorCode");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("retry");
        const int settings = int(Fault::Settings);
        const int vendor = int(Fault::Vendor);
        QTest::newRow("400") << 400 << u""_s << u"tts_request_refused"_s << settings << false;
        QTest::newRow("400 model") << 400 << u"model_not_found"_s << u"tts_not_found"_s << settings << false;
        QTest::newRow("401") << 401 << u""_s << u"tts_key_refused"_s << settings << false;
        QTest::newRow("402") << 402 << u""_s << u"tts_no_credit"_s << settings << false;
        QTest::newRow("404") << 404 << u""_s << u"tts_not_found"_s << settings << false;
        QTest::newRow("410") << 410 << u"model_sunsetted"_s << u"tts_not_found"_s << settings << false;
        QTest::newRow("429") << 429 << u"concurrency_limited"_s << u"tts_rate_limited"_s << vendor << true;
        QTest::newRow("500") << 500 << u""_s << u"tts_unavailable"_s << vendor << true;
        QTest::newRow("none") << 0 << u""_s << u"tts_failed"_s << vendor << true;
    }
    void everyErrorHasASentenceAndAFault()
    {
        QFETCH(int, status);
        QFETCH(QString, vendorCode);
        QFETCH(QString, code);
        QFETCH(int, fault);
        QFETCH(bool, retry);
        const Loss loss = lossOf(ErrorMessage{kId, status, vendorCode, u"Because."_s});
        QCOMPARE(loss.error.code, code);
        QCOMPARE(int(loss.error.fault), fault);
        QCOMPARE(loss.retry, retry);
        QVERIFY(loss.error.message.contains(u"Because."_s));
    }

    void refusedHandshakeAndLostConnectionAreTold()
    {
        QCOMPARE(lossOf(net::SocketClosed{false, 401, 1006, {}}).error.code, u"tts_key_refused"_s);
        QCOMPARE(lossOf(net::SocketClosed{false, 429, 1006, {}}).error.code, u"tts_rate_limited"_s);
        QCOMPARE(lossOf(net::SocketClosed{false, 0, 1006, u"Connection refused"_s}).error.code, u"tts_unreachable"_s);
        QCOMPARE(lossOf(net::SocketClosed{true, 0, 1006, {}}).error.code, u"tts_connection_lost"_s);
        QCOMPARE(lossOf(net::SocketClosed{true, 0, 1000, {}}).error.code, u"tts_closed"_s);
    }
};

DIALDESK_TEST(TestCartesiaCodec)
#include "tst_cartesia_codec.moc"
