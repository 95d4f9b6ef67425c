#include "engine/practice/cartesia_session.h"

#include "engine/base/random.h"

#include <QJsonDocument>
#include <QWebSocket>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxEndedContexts = 1000;

} // namespace

CartesiaSession::CartesiaSession(std::unique_ptr<QWebSocket> socket, CartesiaVersion version, CartesiaAccount &account,
                                 Clock &clock, Random &random, Voice &voice, const CartesiaSettings &settings,
                                 QObject *parent)
    : QObject(parent), m_socket(std::move(socket)), m_version(version), m_account(account), m_clock(clock),
      m_random(random), m_voice(voice), m_settings(settings),
      m_idle(clock.makeTimer([this] { m_socket->close(QWebSocketProtocol::CloseCodeNormal, u"idle timeout"_s); }))
{
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &CartesiaSession::receive);
    connect(m_socket.get(), &QWebSocket::disconnected, this, &QObject::deleteLater);
    m_idle->start(m_settings.socketIdleLimit);
}

CartesiaSession::~CartesiaSession()
{
    m_socket->disconnect(this);
    for (auto context = m_contexts.begin(); context != m_contexts.end(); ++context) {
        m_account.leavePlace();
        m_account.contextEnded(context.key(), context.value()->transcript());
    }
}

void CartesiaSession::send(const QJsonObject &message)
{
    if (m_halfDead)
        return;
    m_idle->start(m_settings.socketIdleLimit);
    m_socket->sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    m_socket->flush(); // or it leaves a round of the event loop later than the vendor is meant to answer
}

void CartesiaSession::sendError(const CartesiaError &error, const QString &contextId)
{
    const QString requestId = QString::fromLatin1(m_random.hex(8)) + u':' + contextId;
    send(errorFrame(error, m_version, contextId, requestId));
}

void CartesiaSession::receive(const QString &text)
{
    m_idle->start(m_settings.socketIdleLimit);
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    if (!document.isObject()) {
        sendError({400, u"invalid_json"_s, u"Invalid JSON"_s, u"The message is not a JSON object."_s}, {});
        return;
    }
    const auto input = parseCartesiaInput(document.object(), m_version);
    if (!input) {
        const QString contextId = document.object().value("context_id"_L1).toString();
        sendError(input.error(), contextId);
        if (m_contexts.contains(contextId))
            end(contextId);
        return;
    }
    take(*input);
}

void CartesiaSession::take(const CartesiaInput &input)
{
    SpeechContext *known = m_contexts.value(input.contextId);
    if (input.cancel) {
        if (known)
            known->cancel();
        return;
    }
    if (m_endedContexts.contains(input.contextId)) {
        sendError({400, u"context_closed"_s, u"Context closed"_s, u"The context has ended and takes no more input."_s},
                  input.contextId);
        return;
    }
    const bool hasText = !input.transcript.trimmed().isEmpty();
    if (!known && !hasText) {
        sendError({400, u"invalid_request"_s, u"Invalid request"_s, u"`transcript` must not be empty."_s},
                  input.contextId);
        return;
    }
    if (known && known->contradicts(input)) {
        sendError({400, u"invalid_request"_s, u"Invalid request"_s,
                   u"Only `transcript`, `continue` and `flush` may change within a context."_s},
                  input.contextId);
        end(input.contextId);
        return;
    }
    if (hasText && m_account.halfDies(input.contextId))
        m_halfDead = true;
    if (known) {
        known->push(input);
        return;
    }
    if (!m_account.takePlace()) {
        sendError({429, u"concurrency_limited"_s, u"Too many requests"_s, u"Too many concurrent requests."_s},
                  input.contextId);
        return;
    }
    const QString id = input.contextId;
    SpeechContext::Surroundings surroundings{m_clock,
                                             m_random,
                                             m_voice,
                                             m_settings,
                                             [this](const QJsonObject &message) { send(message); },
                                             [this, id] { end(id); }};
    m_contexts.insert(id, new SpeechContext(input, std::move(surroundings), this));
}

void CartesiaSession::end(const QString &contextId)
{
    SpeechContext *context = m_contexts.take(contextId);
    if (!context)
        return;
    context->abandon();
    context->deleteLater();
    m_account.leavePlace();
    m_account.contextEnded(contextId, context->transcript());
    m_endedContexts.insert(contextId);
    m_endedInOrder.append(contextId);
    if (m_endedInOrder.size() > kMaxEndedContexts)
        m_endedContexts.remove(m_endedInOrder.takeFirst());
}

} // namespace engine::practice
