#include "engine/twilio/media_stream_transport.h"

#include "engine/pipeline/frame.h"
#include "engine/twilio/log.h"
#include "engine/twilio/socket_closing.h"

#include <algorithm>

namespace engine::twilio {

using namespace Qt::StringLiterals;

namespace {

// Twilio names no largest message; a second of audio is known to work.
constexpr qsizetype kMaxAudioBytesPerMessage = 8000;

} // namespace

MediaStreamTransport::MediaStreamTransport(std::unique_ptr<QWebSocket> socket, const Start &start, QObject *parent)
    : MediaTransport(parent), m_socket(std::move(socket)), m_streamSid(start.streamSid),
      m_lastSequence(start.sequenceNumber)
{
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &MediaStreamTransport::take);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, [this] { ignore(u"a binary message"_s); });
    // Emitted before disconnected() when a close frame came, and not at all when the connection just broke.
    connect(m_socket.get(), &QWebSocket::aboutToClose, this, [this] { m_peerClosed = true; });
    connect(m_socket.get(), &QWebSocket::disconnected, this, &MediaStreamTransport::lost);
}

MediaStreamTransport::~MediaStreamTransport()
{
    if (m_socket)
        m_socket->disconnect(this);
    closeAndForget(std::move(m_socket), QWebSocketProtocol::CloseCodeNormal, {});
}

void MediaStreamTransport::sendAudio(const QByteArray &mulaw)
{
    for (qsizetype at = 0; at < mulaw.size(); at += kMaxAudioBytesPerMessage)
        send(buildMedia(m_streamSid, mulaw.mid(at, kMaxAudioBytesPerMessage)));
}

void MediaStreamTransport::sendMark(const QByteArray &name)
{
    send(buildMark(m_streamSid, name));
}

void MediaStreamTransport::clear()
{
    send(buildClear(m_streamSid));
}

void MediaStreamTransport::close()
{
    end(QWebSocketProtocol::CloseCodeNormal, {}, true);
}

void MediaStreamTransport::refuse(const QString &reason)
{
    end(QWebSocketProtocol::CloseCodePolicyViolated, reason, true);
}

void MediaStreamTransport::send(const QByteArray &message)
{
    if (!m_socket)
        return;
    if (m_socket->bytesToWrite() + message.size() > kMaxUnsentBytes) {
        qCWarning(lcTwilio).noquote() << "stream" << m_streamSid.value() << "takes no more audio; ending it";
        end(QWebSocketProtocol::CloseCodeBadOperation, u"audio is not taken"_s, false);
        return;
    }
    m_socket->sendTextMessage(QString::fromUtf8(message));
}

void MediaStreamTransport::take(const QString &text)
{
    const auto message = parseInbound(text.toUtf8());
    if (!message)
        return ignore(message.error().message);
    const auto isOurs = [this](const auto &part) {
        return part.streamSid.isEmpty() || part.streamSid == m_streamSid; // tolerated when left out
    };
    // Each branch emits last: a slot may delete this.
    std::visit(pipeline::Overloaded{
                   [this](const Connected &) { ignore(u"a second \"connected\""_s); },
                   [this](const Start &) { ignore(u"a second \"start\""_s); },
                   [&](const Media &media) {
                       if (!isOurs(media))
                           return ignore(u"audio of another stream"_s);
                       count(media.sequenceNumber);
                       if (media.track != Track::Inbound)
                           return ignore(u"audio of the agent's own track"_s);
                       countAudio(media.chunk);
                       ++m_statistics.audioMessages;
                       emit audioReceived(media.mulaw, media.timestamp);
                   },
                   [&](const Dtmf &dtmf) {
                       if (!isOurs(dtmf))
                           return ignore(u"a digit of another stream"_s);
                       count(dtmf.sequenceNumber);
                       emit digitReceived(dtmf.digit);
                   },
                   [&](const Mark &mark) {
                       if (!isOurs(mark))
                           return ignore(u"a mark of another stream"_s);
                       count(mark.sequenceNumber);
                       emit markReturned(mark.name);
                   },
                   [&](const Stop &stop) {
                       if (!isOurs(stop))
                           return ignore(u"a stop of another stream"_s);
                       count(stop.sequenceNumber);
                       end(QWebSocketProtocol::CloseCodeNormal, {}, true);
                   },
               },
               *message);
}

void MediaStreamTransport::ignore(const QString &what)
{
    if (++m_statistics.ignoredMessages == 1)
        qCWarning(lcTwilio).noquote() << "stream" << m_streamSid.value()
                                      << "sent what is ignored, now and later:" << what;
}

void MediaStreamTransport::count(qint64 sequenceNumber)
{
    if (sequenceNumber == kNoNumber)
        return;
    if (m_lastSequence != kNoNumber) {
        if (sequenceNumber <= m_lastSequence)
            ++m_statistics.outOfOrder;
        else
            m_statistics.lostMessages += sequenceNumber - m_lastSequence - 1;
    }
    m_lastSequence = std::max(m_lastSequence, sequenceNumber);
}

void MediaStreamTransport::countAudio(qint64 chunk)
{
    if (chunk > m_lastChunk)
        m_statistics.lostAudio += chunk - m_lastChunk - 1;
    m_lastChunk = std::max(m_lastChunk, chunk);
}

void MediaStreamTransport::end(QWebSocketProtocol::CloseCode code, const QString &reason, bool orderly)
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    closeAndForget(std::move(m_socket), code, reason);
    // Later, because this may run inside a call of the owner, who does not expect to be deleted there.
    QMetaObject::invokeMethod(
        this, [this, orderly] { emit closed(orderly); }, Qt::QueuedConnection);
}

void MediaStreamTransport::lost()
{
    // Twilio closes with 1000 when it is done, with or without a stop before it.
    const bool orderly = m_peerClosed && m_socket && m_socket->closeCode() == QWebSocketProtocol::CloseCodeNormal;
    end(QWebSocketProtocol::CloseCodeNormal, {}, orderly);
}

} // namespace engine::twilio
