#include "engine/practice/deepgram_listen_session.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>
#include <QWebSocket>
#include <QWebSocketProtocol>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kIdleLimit = 10s;
constexpr auto kModelVersion = "2025-04-17.21547"_L1;

QJsonObject modelInfo(const QString &model)
{
    const QString arch = model.section(u'-', 0, 1);
    const QString domain = model.section(u'-', 2);
    return {{u"name"_s, QString((domain.isEmpty() ? u"general"_s : domain) + u'-' + arch)},
            {u"version"_s, QString(kModelVersion)},
            {u"arch"_s, arch}};
}

} // namespace

DeepgramListenSession::DeepgramListenSession(const ListenRequest &request, std::unique_ptr<QWebSocket> socket,
                                             QByteArray requestId, const DeepgramSurroundings &surroundings,
                                             QObject *parent)
    : DeepgramSession(std::move(socket), std::move(requestId), surroundings, parent), m_request(request),
      m_modelId(QUuid::createUuidV5(QUuid(), request.model).toString(QUuid::WithoutBraces)),
      m_heardAt(surroundings.clock.now()), m_idle(surroundings.clock.makeTimer([this] { considerIdle(); }))
{
    const int channels = request.multichannel ? request.channels : 1;
    // Several interleaved voices that are not told apart cannot be heard as words.
    const bool hears = request.multichannel || request.channels == 1;
    for (int i = 0; i < channels; ++i)
        m_channels.push_back(
            {StreamListener(prints(), hears ? request.encoding : AudioEncoding::Unheard, request.sampleRateHz),
             SegmentTranscriber(request)});
    m_idle->start(kIdleLimit);
}

void DeepgramListenSession::considerIdle()
{
    const auto idle = clock().now() - m_heardAt;
    if (idle < kIdleLimit) {
        m_idle->start(std::chrono::ceil<std::chrono::milliseconds>(kIdleLimit - idle));
        return;
    }
    closeLater(QWebSocketProtocol::CloseCodeBadOperation,
               u"Deepgram did not receive audio data or a text message within the timeout window. "
               "See https://dpgr.am/net0001"_s);
}

void DeepgramListenSession::receiveText(const QString &text)
{
    const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
    const QString type = message.value("type"_L1).toString();
    // Before the first audio a text message does not keep the connection.
    if (m_audioBytes > 0)
        m_heardAt = clock().now();

    if (type == "KeepAlive"_L1)
        return;
    if (type == "Finalize"_L1) {
        for (int i = 0; i < static_cast<int>(m_channels.size()); ++i)
            sendFrom(i, m_channels[static_cast<std::size_t>(i)].transcriber.finalize());
        return;
    }
    if (type == "CloseStream"_L1) {
        closeStream();
        return;
    }
    if (type == "Configure"_L1 && configure(message))
        return;
    sendLater(
        {{u"type"_s, u"Error"_s},
         {u"variant"_s, u"SchemaError"_s},
         {u"description"_s, u"Failed to deserialize JSON. Please check the format of your request and try again."_s},
         {u"message"_s, text}});
    closeLater(QWebSocketProtocol::CloseCodePolicyViolated, u"DATA-0000"_s);
}

bool DeepgramListenSession::configure(const QJsonObject &message)
{
    const QJsonValue keyterms = message.value("keyterms"_L1);
    const QJsonValue features = message.value("features"_L1);
    const bool replaces = !keyterms.isUndefined() && !keyterms.isNull();
    if ((replaces && !keyterms.isArray()) || !(features.isUndefined() || features.isNull() || features.isObject()))
        return false;
    QStringList terms;
    for (const QJsonValue &term : keyterms.toArray())
        terms.append(term.toString());
    const auto refuse = [this](const QString &code, const QString &why) {
        sendLater({{u"type"_s, u"ConfigureFailure"_s},
                   {u"request_id"_s, requestId()},
                   {u"code"_s, code},
                   {u"description"_s, why}});
        return true;
    };
    if (replaces && !m_request.model.startsWith("nova-3"_L1))
        return refuse(u"CONFIGURE_KEYTERMS_NOT_SUPPORTED"_s, u"Only Nova-3 models take keyterms in the stream."_s);
    if (const auto problem = keytermProblem(terms))
        return refuse(u"CONFIGURE_KEYTERM_LIMIT_EXCEEDED"_s, problem->message);

    QJsonObject answer{{u"type"_s, u"ConfigureSuccess"_s}, {u"request_id"_s, requestId()}};
    if (replaces)
        answer.insert("keyterms"_L1, keyterms);
    sendLater(answer);
    return true;
}

QByteArray DeepgramListenSession::channelBytes(const QByteArray &bytes, int channel) const
{
    const int sampleBytes = m_request.encoding == AudioEncoding::Linear16 ? 2 : 1;
    QByteArray own;
    for (qsizetype at = channel * sampleBytes; at + sampleBytes <= bytes.size(); at += m_request.channels * sampleBytes)
        own.append(bytes.constData() + at, sampleBytes);
    return own;
}

void DeepgramListenSession::receiveAudio(const QByteArray &bytes)
{
    if (bytes.isEmpty()) {
        closeStream(); // the older way to say CloseStream
        return;
    }
    m_heardAt = clock().now();
    m_audioBytes += bytes.size();
    m_digest.addData(bytes);

    QByteArray blocks = bytes;
    if (m_channels.size() > 1) {
        blocks = m_partOfBlock + bytes;
        const qsizetype blockBytes = m_request.channels * (m_request.encoding == AudioEncoding::Linear16 ? 2 : 1);
        const qsizetype whole = blocks.size() - blocks.size() % blockBytes;
        m_partOfBlock = blocks.mid(whole);
        blocks.truncate(whole);
    }
    for (int i = 0; i < static_cast<int>(m_channels.size()); ++i) {
        Channel &channel = m_channels[static_cast<std::size_t>(i)];
        const auto slices = channel.listener.push(m_channels.size() > 1 ? channelBytes(blocks, i) : blocks);
        std::vector<QJsonObject> messages;
        for (const StreamListener::Slice &slice : slices)
            channel.transcriber.push(slice, messages);
        for (const QJsonObject &message : messages)
            sendFrom(i, message);
        if (breakIfScripted(m_request.tag, slices))
            return;
    }
}

void DeepgramListenSession::sendFrom(int channel, QJsonObject message)
{
    const QJsonArray index{channel, static_cast<int>(m_channels.size())};
    if (message.value("type"_L1) == "Results"_L1) {
        message.insert("channel_index"_L1, index);
        message.insert("metadata"_L1, QJsonObject{{u"request_id"_s, requestId()},
                                                  {u"model_uuid"_s, m_modelId},
                                                  {u"model_info"_s, modelInfo(m_request.model)}});
    } else {
        message.insert("channel"_L1, index);
    }
    sendLater(message);
}

QJsonObject DeepgramListenSession::metadata() const
{
    QJsonObject message{{u"type"_s, u"Metadata"_s},
                        {u"transaction_key"_s, u"deprecated"_s},
                        {u"request_id"_s, requestId()},
                        {u"sha256"_s, QString::fromLatin1(m_digest.result().toHex())},
                        {u"created"_s, clock().wallTime().toString(Qt::ISODateWithMs)}};
    const double duration = m_channels.front().listener.secondsHeard();
    message.insert("duration"_L1, duration);
    message.insert("channels"_L1, duration > 0 ? static_cast<int>(m_channels.size()) : 0);
    if (duration > 0) {
        message.insert("models"_L1, QJsonArray{m_modelId});
        message.insert("model_info"_L1, QJsonObject{{m_modelId, modelInfo(m_request.model)}});
    }
    return message;
}

void DeepgramListenSession::closeStream()
{
    m_idle->stop();
    for (int i = 0; i < static_cast<int>(m_channels.size()); ++i)
        if (const auto rest = m_channels[static_cast<std::size_t>(i)].transcriber.finish())
            sendFrom(i, *rest);
    sendLater(metadata());
    closeLater(QWebSocketProtocol::CloseCodeNormal);
}

} // namespace engine::practice
