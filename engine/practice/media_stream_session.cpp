#include "engine/practice/media_stream_session.h"

#include "engine/net/web_socket.h"
#include "engine/practice/alert_codes.h"
#include "engine/twilio/media_stream_simulator_codec.h"
#include "engine/twilio/signature.h"

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kStreamConnectTimeout = 10s;
constexpr auto kCloseTimeout = 2s;
constexpr qint64 kMaxUnsentBytes = 256 * 1024; // about 15 s of media messages

bool isNormalClose(int closeCode)
{
    return closeCode == 1000 || closeCode == 1001 || closeCode == 1005;
}

/// Twilio drops the query and fragment of a stream's address.
QUrl streamUrl(const QString &text)
{
    QUrl url(text, QUrl::StrictMode);
    url.setQuery(QString());
    url.setFragment({});
    if (url.path().isEmpty())
        url.setPath(u"/"_s);
    return url;
}

} // namespace

MediaStreamSession::MediaStreamSession(twilio::Start start, const QString &url, const LineContext &context,
                                       QObject *parent)
    : QObject(parent), m_start(std::move(start)), m_url(streamUrl(url)), m_context(context)
{
}

MediaStreamSession::~MediaStreamSession() = default;

void MediaStreamSession::open()
{
    m_state = State::Opening;
    m_socket = m_context.sockets.create(this);
    connect(m_socket, &net::WebSocket::opened, this, &MediaStreamSession::onOpened);
    connect(m_socket, &net::WebSocket::textReceived, this, &MediaStreamSession::onText);
    connect(m_socket, &net::WebSocket::binaryReceived, this, &MediaStreamSession::onBinary);
    connect(m_socket, &net::WebSocket::closed, this, &MediaStreamSession::onClosed);
    m_timer = m_context.clock.makeTimer([this] { end(alert::kConnectTimedOut, u"Stream - Connection - Timed out"_s); });
    m_timer->start(kStreamConnectTimeout);
    const QByteArray signature = twilio::twilioSignature(m_context.settings.authToken, m_url.toEncoded(), {});
    m_socket->open(m_url, {{"User-Agent", "Twilio.TmeWs/1.0"}, {"X-Twilio-Signature", signature}});
}

void MediaStreamSession::onOpened()
{
    if (m_state != State::Opening)
        return;
    m_state = State::Starting;
    m_timer = m_context.clock.makeTimer([this] { sendStart(); });
    m_timer->start(m_context.settings.timing.upgradeToStart);
}

void MediaStreamSession::sendStart()
{
    m_state = State::Live;
    m_socket->sendText(twilio::buildConnected());
    m_start.sequenceNumber = ++m_sequenceNumber;
    m_socket->sendText(twilio::buildStart(m_start));
    emit started();
}

QByteArray MediaStreamSession::play()
{
    const PlaybackBuffer::Played played = m_playback.play();
    echo(played.marks);
    return played.frame;
}

void MediaStreamSession::carry(const QByteArray &mulaw)
{
    if (m_state != State::Live)
        return;
    twilio::Media media;
    media.streamSid = m_start.streamSid;
    media.chunk = ++m_chunk;
    media.timestamp = 20ms * m_chunk;
    media.mulaw = mulaw;
    if (m_socket->bytesToWrite() > kMaxUnsentBytes) {
        warnOnce(m_toldSlowReader, alert::kSlowReader,
                 u"Stream - Upstream buffer overflow: the server reads too slowly"_s);
        return;
    }
    media.sequenceNumber = ++m_sequenceNumber;
    m_socket->sendText(twilio::buildInboundMedia(media));
}

void MediaStreamSession::pressKey(char digit)
{
    if (m_state != State::Live)
        return;
    m_socket->sendText(twilio::buildDtmf({++m_sequenceNumber, m_start.streamSid, digit}));
}

void MediaStreamSession::onText(const QString &text)
{
    if (m_state != State::Live && m_state != State::Starting)
        return;
    const auto message = twilio::parseOutbound(text.toUtf8());
    if (!message)
        return warnOnce(m_toldInvalid, alert::kInvalidMessage,
                        u"Stream - Protocol - Invalid message: %1"_s.arg(message.error().message));
    const StreamSid streamSid = std::visit([](const auto &any) { return any.streamSid; }, *message);
    if (streamSid != m_start.streamSid)
        return warnOnce(m_toldInvalid, alert::kInvalidMessage,
                        u"Stream - Protocol - Invalid message: streamSid is not the one of this stream"_s);

    if (const auto *audio = std::get_if<twilio::PlayAudio>(&*message)) {
        if (!m_playback.append(audio->mulaw))
            warnOnce(m_toldOverflow, alert::kPlaybackOverflow,
                     u"Stream - Audio discarded: more than 10 minutes are buffered"_s);
        emit audioArrived();
    } else if (const auto *mark = std::get_if<twilio::PlaceMark>(&*message)) {
        if (m_playback.addMark(mark->name))
            echo({mark->name});
    } else {
        echo(m_playback.clear());
        emit cleared();
    }
}

void MediaStreamSession::onBinary()
{
    warnOnce(m_toldBinary, alert::kBinaryMessage, u"Stream - Protocol - Malformed frame: a binary message"_s);
}

void MediaStreamSession::echo(const QList<QByteArray> &marks)
{
    if (m_state != State::Live)
        return;
    for (const QByteArray &name : marks)
        m_socket->sendText(twilio::buildInboundMark({++m_sequenceNumber, m_start.streamSid, name}));
}

void MediaStreamSession::warnOnce(bool &told, int code, const QString &text)
{
    if (!std::exchange(told, true))
        emit warned(code, text);
}

void MediaStreamSession::stop()
{
    if (m_state == State::Stopping || m_state == State::Over)
        return;
    const bool wasLive = m_state == State::Live;
    m_state = State::Stopping;
    if (!wasLive)
        return finishStopping();
    m_socket->sendText(twilio::buildStop({++m_sequenceNumber, m_start.streamSid, m_start.accountSid, m_start.callSid}));
    m_timer = m_context.clock.makeTimer([this] {
        m_timer = m_context.clock.makeTimer([this] { finishStopping(); });
        m_timer->start(kCloseTimeout);
        m_socket->close(1000);
    });
    m_timer->start(m_context.settings.timing.stopToClose);
}

void MediaStreamSession::drop()
{
    if (m_state == State::Live)
        end(alert::kBrokenPipe, u"Stream - Connection - Broken pipe"_s);
}

void MediaStreamSession::onClosed(const net::SocketClosed &why)
{
    if (m_state == State::Stopping)
        return finishStopping();
    std::exchange(m_socket, nullptr)->deleteLater();
    if (!why.wasOpen && why.httpStatus != 0)
        end(alert::kHandshakeRefused, u"Stream - WebSocket - Handshake error: HTTP %1"_s.arg(why.httpStatus));
    else if (!why.wasOpen)
        end(alert::kRefused, u"Stream - Connection - Refused: %1"_s.arg(why.reason));
    else if (why.closeCode == 1006)
        end(alert::kBrokenPipe, u"Stream - Connection - Broken pipe"_s);
    else if (!isNormalClose(why.closeCode))
        end(alert::kClosedWithError, u"Stream - WebSocket - Connection closed with code %1"_s.arg(why.closeCode));
    else
        end(0, {});
}

void MediaStreamSession::end(int errorCode, const QString &text)
{
    if (m_state == State::Over || m_state == State::Stopping)
        return;
    m_state = State::Over;
    m_timer.reset();
    delete std::exchange(m_socket, nullptr); // aborts a connection that is still there
    deleteLater();
    emit ended(errorCode, text);
}

void MediaStreamSession::finishStopping()
{
    if (m_state == State::Over)
        return;
    m_state = State::Over;
    m_timer.reset();
    if (m_socket)
        std::exchange(m_socket, nullptr)->deleteLater();
    deleteLater();
    emit stopped();
}

} // namespace engine::practice
