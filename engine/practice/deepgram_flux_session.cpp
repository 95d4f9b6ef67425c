#include "engine/practice/deepgram_flux_session.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QWebSocket>
#include <QWebSocketProtocol>

namespace engine::practice {

using namespace Qt::StringLiterals;

DeepgramFluxSession::DeepgramFluxSession(const FluxRequest &request, std::unique_ptr<QWebSocket> socket,
                                         QByteArray requestId, const DeepgramSurroundings &surroundings,
                                         QObject *parent)
    : DeepgramSession(std::move(socket), std::move(requestId), surroundings, parent), m_request(request),
      m_listener(prints(), request.encoding, request.sampleRateHz), m_transcriber(request.thresholds)
{
    sendNumbered({{u"type"_s, u"Connected"_s}});
}

void DeepgramFluxSession::sendNumbered(QJsonObject message)
{
    message.insert("request_id"_L1, requestId());
    message.insert("sequence_id"_L1, m_sequence++);
    sendLater(message);
}

void DeepgramFluxSession::receiveAudio(const QByteArray &bytes)
{
    const auto slices = m_listener.push(bytes);
    std::vector<QJsonObject> messages;
    for (const StreamListener::Slice &slice : slices)
        m_transcriber.push(slice, messages);
    for (const QJsonObject &message : messages)
        sendNumbered(message);
    breakIfScripted(m_request.tag, slices);
}

void DeepgramFluxSession::receiveText(const QString &text)
{
    const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
    const QString type = message.value("type"_L1).toString();
    if (type == "CloseStream"_L1) {
        if (const auto rest = m_transcriber.finish())
            sendNumbered(*rest);
        closeLater(0);
    } else if (type == "Configure"_L1) {
        configure(message);
    } else {
        sendNumbered({{u"type"_s, u"Error"_s},
                      {u"code"_s, u"UNPARSABLE_CLIENT_MESSAGE"_s},
                      {u"description"_s, u"The client message could not be parsed."_s}});
        closeLater(QWebSocketProtocol::CloseCodePolicyViolated);
    }
}

void DeepgramFluxSession::configure(const QJsonObject &message)
{
    const auto refuse = [this](const QString &why) {
        sendNumbered({{u"type"_s, u"ConfigureFailure"_s},
                      {u"code"_s, u"INVALID_CONFIGURE"_s},
                      {u"error_code"_s, u"INVALID_CONFIGURE"_s}, // as older servers called it
                      {u"description"_s, why}});
    };

    FluxThresholds thresholds = m_request.thresholds;
    const QJsonValue asked = message.value("thresholds"_L1);
    if (!asked.isUndefined() && !asked.isObject())
        return refuse(u"thresholds must be an object"_s);
    const QJsonObject changes = asked.toObject();
    for (auto item = changes.begin(); item != changes.end(); ++item) {
        const bool clears = item.key() == "eager_eot_threshold"_L1 && item.value().isNull();
        if (!clears && !item.value().isDouble())
            return refuse(item.key() + u" must be a number"_s);
        if (item.key() == "eot_threshold"_L1)
            thresholds.endOfTurn = item.value().toDouble();
        else if (item.key() == "eager_eot_threshold"_L1)
            thresholds.eagerEndOfTurn = clears ? std::nullopt : std::optional(item.value().toDouble());
        else if (item.key() == "eot_timeout_ms"_L1)
            thresholds.timeoutMs = item.value().toInt();
        else
            return refuse(u"unknown threshold "_s + item.key());
    }
    if (const auto problem = thresholds.problem())
        return refuse(*problem);

    const bool hasHints = message.contains("language_hints"_L1);
    if (hasHints && m_request.model != "flux-general-multi"_L1)
        return refuse(u"language_hints are only supported by flux-general-multi"_s);

    const auto strings = [](const QJsonValue &value) {
        QStringList list;
        for (const QJsonValue &item : value.toArray())
            list.append(item.toString());
        return list;
    };
    m_request.thresholds = thresholds;
    m_transcriber.setThresholds(thresholds);
    QJsonObject answer{{u"type"_s, u"ConfigureSuccess"_s}, {u"thresholds"_s, changes}};
    if (message.contains("keyterms"_L1))
        m_request.keyterms = strings(message.value("keyterms"_L1));
    answer.insert("keyterms"_L1, QJsonArray::fromStringList(m_request.keyterms));
    if (hasHints) {
        m_request.languageHints = strings(message.value("language_hints"_L1));
        answer.insert("language_hints"_L1, message.value("language_hints"_L1));
    }
    sendNumbered(answer);
}

} // namespace engine::practice
