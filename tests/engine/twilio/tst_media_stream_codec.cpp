#include "engine/twilio/media_stream_codec.h"
#include "engine/twilio/media_stream_simulator_codec.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;
using namespace engine::twilio;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const StreamSid kStream(u"MZ000000000000000000000000000000b2"_s);
const CallSid kCall(u"CA000000000000000000000000000000a1"_s);
const QString kAccount = u"AC00000000000000000000000000000001"_s;

// As the protocol description prints them.
const QByteArray kConnected = R"({"event":"connected","protocol":"Call","version":"1.0.0"})";
const QByteArray kStart =
    R"({"event":"start","sequenceNumber":"1","start":{"accountSid":"AC00000000000000000000000000000001","streamSid":"MZ000000000000000000000000000000b2","callSid":"CA000000000000000000000000000000a1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"job":"42","to_number":"+14155550142"}},"streamSid":"MZ000000000000000000000000000000b2"})";
const QByteArray kMedia =
    R"({"event":"media","sequenceNumber":"2","media":{"track":"inbound","chunk":"1","timestamp":"20","payload":"////fn5+"},"streamSid":"MZ000000000000000000000000000000b2"})";
const QByteArray kDtmf =
    R"({"event":"dtmf","streamSid":"MZ000000000000000000000000000000b2","sequenceNumber":"214","dtmf":{"track":"inbound_track","digit":"5"}})";
const QByteArray kMark =
    R"({"event":"mark","sequenceNumber":"215","streamSid":"MZ000000000000000000000000000000b2","mark":{"name":"utt-7"}})";
const QByteArray kStop =
    R"({"event":"stop","sequenceNumber":"216","streamSid":"MZ000000000000000000000000000000b2","stop":{"accountSid":"AC00000000000000000000000000000001","callSid":"CA000000000000000000000000000000a1"}})";

const QByteArray kPlay =
    R"({"event":"media","streamSid":"MZ000000000000000000000000000000b2","media":{"payload":"////fn5+"}})";
const QByteArray kPlaceMark =
    R"({"event":"mark","streamSid":"MZ000000000000000000000000000000b2","mark":{"name":"utt-7"}})";
const QByteArray kClear = R"({"event":"clear","streamSid":"MZ000000000000000000000000000000b2"})";

const QByteArray kAudio("\xff\xff\xff\x7e\x7e\x7e", 6);

Start exampleStart()
{
    return {.sequenceNumber = 1,
            .streamSid = kStream,
            .callSid = kCall,
            .accountSid = kAccount,
            .tracks = {u"inbound"_s},
            .customParameters = {{u"job"_s, u"42"_s}, {u"to_number"_s, u"+14155550142"_s}},
            .mediaFormat = {u"audio/x-mulaw"_s, 8000, 1}};
}

Media exampleMedia()
{
    return {.sequenceNumber = 2, .streamSid = kStream, .chunk = 1, .timestamp = 20ms, .mulaw = kAudio};
}

/// The message with one member replaced by `json`, or removed when `json` is empty. The member is "name" or
/// "part.name".
QByteArray changed(const QByteArray &message, const QString &member, const QByteArray &json)
{
    QJsonObject object = QJsonDocument::fromJson(message).object();
    const QJsonValue value = json.isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                            : QJsonDocument::fromJson("{\"v\":" + json + '}').object().value(u"v"_s);
    const QStringList path = member.split(u'.');
    if (path.size() == 1) {
        object.insert(member, value);
    } else {
        QJsonObject inner = object.value(path[0]).toObject();
        inner.insert(path[1], value);
        object.insert(path[0], inner);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

class TestMediaStreamCodec : public QObject
{
    Q_OBJECT

private slots:
    void readsTwiliosMessages_data();
    void readsTwiliosMessages();
    void takesNumbersWhereTwilioSendsStrings();
    void takesAMessageWithoutItsOptionalMembers();
    void ignoresUnknownMembers();
    void refusesBadMessages_data();
    void refusesBadMessages();
    void refusesEveryTruncation();
    void survivesJunkBytes();
    void takesAudioOfAnyLength();
    void writesExactlyTheMembersTwilioAllows();
    void escapesMarkNames();
    void simulatorSpeaksAsTwilioDoes();
    void simulatorReadsBackWhatTheServerBuilds();
    void simulatorRefusesWhatTwilioIgnores_data();
    void simulatorRefusesWhatTwilioIgnores();
    void measuresTheCostOfAMediaMessage();
};

void TestMediaStreamCodec::readsTwiliosMessages_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<InboundMessage>("message");
    const auto row = [](const char *name, const QByteArray &json, const InboundMessage &message) {
        QTest::newRow(name) << json << message;
    };
    row("connected", kConnected, Connected{u"Call"_s, u"1.0.0"_s});
    row("start", kStart, exampleStart());
    row("media", kMedia, exampleMedia());
    row("dtmf", kDtmf, Dtmf{214, kStream, '5'});
    row("mark", kMark, Mark{215, kStream, "utt-7"});
    row("stop", kStop, Stop{216, kStream, kAccount, kCall});
}

void TestMediaStreamCodec::readsTwiliosMessages()
{
    QFETCH(QByteArray, json);
    QFETCH(InboundMessage, message);
    const auto parsed = parseInbound(json);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QVERIFY(*parsed == message);
}

void TestMediaStreamCodec::takesNumbersWhereTwilioSendsStrings()
{
    QByteArray json = changed(kMedia, u"sequenceNumber"_s, "2");
    json = changed(json, u"media.chunk"_s, "1");
    json = changed(json, u"media.timestamp"_s, "20");
    QVERIFY(parseInbound(json) == Result<InboundMessage>(exampleMedia()));

    const QByteArray format = R"({"encoding":"audio/x-mulaw","sampleRate":"8000","channels":"1"})";
    QVERIFY(parseInbound(changed(kStart, u"start.mediaFormat"_s, format)) == Result<InboundMessage>(exampleStart()));
    QVERIFY(parseInbound(changed(kDtmf, u"dtmf.digit"_s, "5")) == Result<InboundMessage>(Dtmf{214, kStream, '5'}));
    const auto start = parseInbound(changed(kStart, u"start.customParameters"_s, R"({"n":42,"yes":true,"none":null})"));
    QVERIFY(start);
    QCOMPARE(std::get<Start>(*start).customParameters,
             (QMap<QString, QString>{{u"n"_s, u"42"_s}, {u"yes"_s, u"true"_s}, {u"none"_s, QString()}}));
}

void TestMediaStreamCodec::takesAMessageWithoutItsOptionalMembers()
{
    Media media = exampleMedia();
    media.sequenceNumber = kNoNumber;
    media.chunk = kNoNumber;
    media.timestamp = 0ms;
    media.streamSid = {};
    const QByteArray bareMedia = R"({"event":"media","media":{"payload":"////fn5+"}})";
    QVERIFY(parseInbound(bareMedia) == Result<InboundMessage>(media));

    Start start = exampleStart();
    start.customParameters.clear();
    QVERIFY(parseInbound(changed(kStart, u"start.customParameters"_s, {})) == Result<InboundMessage>(start));
    QVERIFY(parseInbound(changed(kStart, u"start.customParameters"_s, "{}")) == Result<InboundMessage>(start));
    QVERIFY(parseInbound(changed(kStart, u"streamSid"_s, {})) == Result<InboundMessage>(exampleStart()));
    QVERIFY(parseInbound(changed(kStart, u"start.mediaFormat"_s, {})) == Result<InboundMessage>(exampleStart()));
    const QByteArray bareStop = R"({"event":"stop"})";
    QVERIFY(parseInbound(bareStop) == Result<InboundMessage>(Stop{}));
}

void TestMediaStreamCodec::ignoresUnknownMembers()
{
    const QByteArray extra = R"({"deep":[1,2,{"x":null}]})";
    QVERIFY(parseInbound(changed(kMedia, u"media.new"_s, extra)) == Result<InboundMessage>(exampleMedia()));
    QVERIFY(parseInbound(changed(kMedia, u"new"_s, extra)) == Result<InboundMessage>(exampleMedia()));
    QVERIFY(parseInbound(changed(kStart, u"start.new"_s, extra)) == Result<InboundMessage>(exampleStart()));
}

void TestMediaStreamCodec::refusesBadMessages_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not json") << QByteArray("hello");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no event") << QByteArray("{}");
    QTest::newRow("unknown event") << QByteArray(R"({"event":"dance"})");
    QTest::newRow("event of another type") << QByteArray(R"({"event":1})");
    QTest::newRow("two objects") << kMedia + kMedia;
    QTest::newRow("media without details") << QByteArray(R"({"event":"media"})");
    QTest::newRow("media without audio") << changed(kMedia, u"media.payload"_s, {});
    QTest::newRow("empty audio") << changed(kMedia, u"media.payload"_s, R"("")");
    QTest::newRow("audio is a number") << changed(kMedia, u"media.payload"_s, "12");
    QTest::newRow("not base64") << changed(kMedia, u"media.payload"_s, R"("!!!!")");
    QTest::newRow("base64 with a space") << changed(kMedia, u"media.payload"_s, R"("//// fn5+//")");
    QTest::newRow("base64 url alphabet") << changed(kMedia, u"media.payload"_s, R"("____")");
    QTest::newRow("base64 cut short") << changed(kMedia, u"media.payload"_s, R"("////fn5")");
    QTest::newRow("base64 padded in the middle") << changed(kMedia, u"media.payload"_s, R"("/w==/w==")");
    QTest::newRow("base64 non-latin") << changed(kMedia, u"media.payload"_s, QByteArray("\"////fn\xE2\x82\xAC+\""));
    QTest::newRow("unknown track") << changed(kMedia, u"media.track"_s, R"("sideways")");
    QTest::newRow("start without details") << changed(kStart, u"start"_s, {});
    QTest::newRow("start without call") << changed(kStart, u"start.callSid"_s, {});
    QTest::newRow("start without any stream") << changed(changed(kStart, u"start.streamSid"_s, {}), u"streamSid"_s, {});
    QTest::newRow("start with two streams") << changed(kStart, u"streamSid"_s, R"("MZ1")");
    QTest::newRow("start with an unsafe stream")
        << changed(changed(kStart, u"start.streamSid"_s, R"("MZ\"}")"), u"streamSid"_s, R"("MZ\"}")");
    QTest::newRow("start with a format that is none") << changed(kStart, u"start.mediaFormat"_s, R"("mulaw")");
    QTest::newRow("start with a negative rate")
        << changed(kStart, u"start.mediaFormat"_s, R"({"encoding":"audio/x-mulaw","sampleRate":-8000,"channels":1})");
    QTest::newRow("dtmf without digit") << changed(kDtmf, u"dtmf.digit"_s, {});
    QTest::newRow("dtmf with two digits") << changed(kDtmf, u"dtmf.digit"_s, R"("55")");
    QTest::newRow("dtmf with a letter") << changed(kDtmf, u"dtmf.digit"_s, R"("x")");
    QTest::newRow("mark without name") << changed(kMark, u"mark.name"_s, {});
    QTest::newRow("deeply nested") << QByteArray(5000, '[');
}

void TestMediaStreamCodec::refusesBadMessages()
{
    QFETCH(QByteArray, json);
    const auto parsed = parseInbound(json);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, u"media_message_malformed"_s);
    QCOMPARE(parsed.error().fault, Fault::Carrier);
    QVERIFY(parsed.error().message.size() < 300);
}

void TestMediaStreamCodec::refusesEveryTruncation()
{
    for (const QByteArray &message : {kConnected, kStart, kMedia, kDtmf, kMark, kStop})
        for (qsizetype length = 0; length < message.size(); ++length)
            QVERIFY2(!parseInbound(QByteArrayView(message).first(length)), message.first(length).constData());
    for (const QByteArray &message : {kPlay, kPlaceMark, kClear})
        for (qsizetype length = 0; length < message.size(); ++length)
            QVERIFY2(!parseOutbound(QByteArrayView(message).first(length)), message.first(length).constData());
}

void TestMediaStreamCodec::survivesJunkBytes()
{
    // One byte replaced at every place: any answer is fine, a crash is not, and audio is never longer than what was
    // sent.
    for (const QByteArray &message : {kConnected, kStart, kMedia, kDtmf, kMark, kStop}) {
        for (qsizetype i = 0; i < message.size(); ++i) {
            for (const char junk : {'\0', '"', '{', '\\', '9', '\xff'}) {
                QByteArray bytes = message;
                bytes[i] = junk;
                const auto parsed = parseInbound(bytes);
                if (const auto *media = parsed ? std::get_if<Media>(&*parsed) : nullptr)
                    QVERIFY(media->mulaw.size() <= kAudio.size());
                (void)parseOutbound(bytes);
            }
        }
    }
}

void TestMediaStreamCodec::takesAudioOfAnyLength()
{
    for (const int bytes : {1, 2, 3, 159, 160, 161, 8000, 48'000}) {
        QByteArray audio;
        for (int i = 0; i < bytes; ++i)
            audio += static_cast<char>(i * 37);
        Media media = exampleMedia();
        media.mulaw = audio;
        QVERIFY(parseInbound(buildInboundMedia(media)) == Result<InboundMessage>(media));
        QVERIFY(parseOutbound(buildMedia(kStream, audio)) == Result<OutboundMessage>(PlayAudio{kStream, audio}));
    }
}

void TestMediaStreamCodec::writesExactlyTheMembersTwilioAllows()
{
    QCOMPARE(buildMedia(kStream, kAudio), kPlay);
    QCOMPARE(buildMark(kStream, "utt-7"), kPlaceMark);
    QCOMPARE(buildClear(kStream), kClear);
}

void TestMediaStreamCodec::escapesMarkNames()
{
    const QByteArray name = "a\"b\\c\n\x01/\xC3\xA9";
    QVERIFY(parseOutbound(buildMark(kStream, name)) == Result<OutboundMessage>(PlaceMark{kStream, name}));
    const Mark mark{7, kStream, name};
    QVERIFY(parseInbound(buildInboundMark(mark)) == Result<InboundMessage>(mark));
}

void TestMediaStreamCodec::simulatorSpeaksAsTwilioDoes()
{
    const auto object = [](const QByteArray &json) { return QJsonDocument::fromJson(json).object(); };
    const auto sameObject = [&](const QByteArray &built, const QByteArray &real) {
        QVERIFY(!object(built).isEmpty());
        QCOMPARE(object(built), object(real));
    };
    sameObject(buildConnected(), kConnected);
    sameObject(buildStart(exampleStart()), kStart);
    sameObject(buildInboundMedia(exampleMedia()), kMedia);
    sameObject(buildDtmf({214, kStream, '5'}), kDtmf);
    sameObject(buildInboundMark({215, kStream, "utt-7"}), kMark);
    sameObject(buildStop({216, kStream, kAccount, kCall}), kStop);
}

void TestMediaStreamCodec::simulatorReadsBackWhatTheServerBuilds()
{
    QVERIFY(parseOutbound(kPlay) == Result<OutboundMessage>(PlayAudio{kStream, kAudio}));
    QVERIFY(parseOutbound(kPlaceMark) == Result<OutboundMessage>(PlaceMark{kStream, "utt-7"}));
    QVERIFY(parseOutbound(kClear) == Result<OutboundMessage>(ClearAudio{kStream}));
}

void TestMediaStreamCodec::simulatorRefusesWhatTwilioIgnores_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("not json") << QByteArray("hello");
    QTest::newRow("unknown event") << QByteArray(R"({"event":"stop","streamSid":"MZ1"})");
    QTest::newRow("media without a stream") << changed(kPlay, u"streamSid"_s, {});
    QTest::newRow("media with a track") << changed(kPlay, u"media.track"_s, R"("outbound")");
    QTest::newRow("media with a member too many") << changed(kPlay, u"sequenceNumber"_s, R"("1")");
    QTest::newRow("media without audio") << changed(kPlay, u"media.payload"_s, R"("")");
    QTest::newRow("mark without name") << changed(kPlaceMark, u"mark.name"_s, {});
    QTest::newRow("mark named by a number") << changed(kPlaceMark, u"mark.name"_s, "7");
    QTest::newRow("clear with details") << changed(kClear, u"clear"_s, "{}");
}

void TestMediaStreamCodec::simulatorRefusesWhatTwilioIgnores()
{
    QFETCH(QByteArray, json);
    QVERIFY(!parseOutbound(json));
}

void TestMediaStreamCodec::measuresTheCostOfAMediaMessage()
{
    Media media = exampleMedia();
    media.mulaw = QByteArray(160, '\x55');
    const QByteArray json = buildInboundMedia(media);
    QBENCHMARK
    {
        const auto parsed = parseInbound(json);
        QVERIFY(parsed);
        QVERIFY(!buildMedia(kStream, std::get<Media>(*parsed).mulaw).isEmpty());
    }
}

DIALDESK_TEST(TestMediaStreamCodec)
#include "tst_media_stream_codec.moc"
