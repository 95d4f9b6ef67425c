#pragma once

#include "engine/base/clock.h"
#include "engine/net/check_job.h"
#include "engine/net/web_socket.h"
#include "engine/speech/deepgram/deepgram_settings.h"

#include <memory>

namespace engine::speech::deepgram {

/// Whether Deepgram would take a call: opens the stream a call opens and ends it before any audio, which is not billed.
/// So the key, the model, the language and the credit are all proven at once, at the very address calls use.
/// Errors as of lossOf(). Engine thread.
class KeyCheck final : public net::CheckJob
{
    Q_OBJECT
public:
    /// @param sockets, clock  outlive the job
    KeyCheck(const DeepgramSettings &settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent);

private:
    void onClosed(const net::SocketClosed &why);
    void tellSuccess();

    DeepgramSettings m_settings;
    net::WebSocket *m_socket; // child
    std::unique_ptr<Timer> m_closeGuard;
};

} // namespace engine::speech::deepgram
