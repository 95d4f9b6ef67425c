#include "engine/speech/deepgram/deepgram_connection.h"

#include "engine/speech/deepgram/deepgram_errors.h"
#include "engine/speech/mulaw_time.h"
#include "engine/speech/speech_log.h"

#include <algorithm>

namespace engine::speech::deepgram {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Audio waiting for the network beyond this (16 s) means that nothing gets through.
constexpr qint64 kMaxQueuedBytes = 128 * 1024;
/// So much loud audio without any message back is speech the server did not hear, not a quiet line.
constexpr qint64 kVoicedStallBytes = mulawBytes(1s);

/// Whether a chunk is loud enough for speech: a sample of about -24 dBFS or more.
/// The code's bits are inverted on the line; bits 4 to 6 are the segment, each twice as loud as the one before.
bool isLoud(const QByteArray &mulaw)
{
    return std::any_of(mulaw.begin(), mulaw.end(), [](char code) { return ((~code >> 4) & 0x07) >= 4; });
}

} // namespace

DeepgramConnection::DeepgramConnection(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock,
                                       QObject *parent)
    : QObject(parent), m_settings(std::move(settings)), m_sockets(sockets), m_clock(clock),
      m_guard(clock.makeTimer([this] {
          if (m_leaving)
              std::exchange(m_leaving, nullptr)->deleteLater();
      }))
{
}

DeepgramConnection::~DeepgramConnection() = default;

void DeepgramConnection::open()
{
    drop();
    m_socket = m_sockets.create(this);
    connect(m_socket, &net::WebSocket::opened, this, [this] {
        m_lastMessageAt = m_clock.now();
        m_voicedBytes = 0;
        emit opened();
    });
    connect(m_socket, &net::WebSocket::textReceived, this, &DeepgramConnection::onText);
    connect(m_socket, &net::WebSocket::closed, this, [this](const net::SocketClosed &why) {
        const Loss loss = lossOf(why);
        end(loss.error, loss.retry);
    });
    m_socket->open(listenUrl(m_settings), handshakeHeaders(m_settings));
}

bool DeepgramConnection::isOpen() const
{
    return m_socket && m_socket->isOpen();
}

void DeepgramConnection::sendAudio(const QByteArray &mulaw)
{
    if (!isOpen() || mulaw.isEmpty()) // an empty message would end the stream
        return;
    m_socket->sendBinary(mulaw);
    if (isLoud(mulaw))
        m_voicedBytes += mulaw.size();

    if (m_socket->bytesToWrite() > kMaxQueuedBytes)
        fail({Fault::Vendor, u"stt_stalled"_s, u"The connection to Deepgram takes no more audio."_s});
    else if (m_voicedBytes >= kVoicedStallBytes && m_clock.now() - m_lastMessageAt >= m_settings.stall)
        fail({Fault::Vendor, u"stt_stalled"_s,
              u"Deepgram was sent speech and answered nothing for %1 s."_s.arg(m_settings.stall.count() / 1000)});
}

void DeepgramConnection::sendCommand(const QByteArray &json)
{
    if (isOpen())
        m_socket->sendText(json);
}

void DeepgramConnection::sendPing()
{
    if (isOpen())
        m_socket->sendPing();
}

void DeepgramConnection::close()
{
    if (!isOpen()) {
        drop();
        return;
    }
    if (m_leaving)
        m_leaving->deleteLater();
    m_leaving = std::exchange(m_socket, nullptr);
    m_leaving->disconnect(this);
    connect(m_leaving, &net::WebSocket::closed, this, [this] {
        m_guard->stop();
        if (m_leaving)
            std::exchange(m_leaving, nullptr)->deleteLater();
    });
    m_leaving->sendText(closeStreamMessage());
    m_guard->start(m_settings.closeGuard);
}

void DeepgramConnection::fail(const Error &error)
{
    end(error, true);
}

void DeepgramConnection::onText(const QString &text)
{
    m_lastMessageAt = m_clock.now();
    m_voicedBytes = 0;
    const Result<ServerMessage> message = parse(text.toUtf8());
    if (!message) {
        qCWarning(lcSpeech) << message.error().message;
        return;
    }
    if (const auto *error = std::get_if<ServerError>(&*message)) {
        const Loss loss = lossOf(*error);
        end(loss.error, loss.retry);
        return;
    }
    if (const auto *other = std::get_if<Other>(&*message))
        qCDebug(lcSpeech) << "Deepgram message of type" << other->type;
    emit received(*message);
}

void DeepgramConnection::drop()
{
    if (!m_socket)
        return;
    // May run inside one of the socket's own signals.
    net::WebSocket *socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    socket->deleteLater();
}

void DeepgramConnection::end(const Error &error, bool retry)
{
    drop();
    emit lost(error, retry);
}

} // namespace engine::speech::deepgram
