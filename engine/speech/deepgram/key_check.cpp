#include "engine/speech/deepgram/key_check.h"

#include "engine/speech/deepgram/deepgram_codec.h"
#include "engine/speech/deepgram/deepgram_errors.h"

using namespace Qt::StringLiterals;

namespace engine::speech::deepgram {

namespace {

constexpr int kTooManyRequests = 429;

} // namespace

KeyCheck::KeyCheck(const DeepgramSettings &settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent)
    : CheckJob(parent), m_settings(settings), m_socket(sockets.create(this)),
      m_closeGuard(clock.makeTimer([this] { tellSuccess(); }))
{
    connect(m_socket, &net::WebSocket::opened, this, [this] {
        // An orderly end is one the vendor does not count as a lost stream; it is waited for, but not for ever.
        m_closeGuard->start(m_settings.closeGuard);
        m_socket->sendText(closeStreamMessage());
        m_socket->close();
    });
    connect(m_socket, &net::WebSocket::closed, this, &KeyCheck::onClosed);
    m_socket->open(listenUrl(m_settings), handshakeHeaders(m_settings));
}

void KeyCheck::onClosed(const net::SocketClosed &why)
{
    if (why.wasOpen)
        return tellSuccess();
    const Error error = lossOf(why).error;
    if (why.httpStatus == kTooManyRequests)
        conclude(net::CheckNote{error.message, true});
    else
        conclude(tl::unexpected(error));
}

void KeyCheck::tellSuccess()
{
    m_closeGuard->stop();
    conclude(net::CheckNote{u"Deepgram accepts the key and offers %1."_s.arg(m_settings.model)});
}

} // namespace engine::speech::deepgram
