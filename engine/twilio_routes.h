#pragma once

#include "engine/base/clock.h"
#include "engine/config/config.h"
#include "engine/server/http_server.h"
#include "engine/twilio/media_stream_acceptor.h"

namespace engine::calls {
class CallDesk;
}

namespace engine {

class Door;
class PublicAddress;

/// The routes Twilio uses: /twiml, /status and the media stream at /ws. Nothing of a request is read before its signature has been
/// verified. Engine thread; owned by the Engine.
class TwilioRoutes : public QObject
{
    Q_OBJECT
public:
    TwilioRoutes(server::HttpServer &server, Door &door, calls::CallDesk &desk, const PublicAddress &address,
                 const config::TwilioConfig &twilio, const config::PipecatCloudConfig &cloud, Clock &clock);

private:
    [[nodiscard]] std::optional<server::Response> refuseUnsigned(const server::Request &request, bool upgrade);
    void instructions(const server::Request &request, server::Responder responder);
    void status(const server::Request &request, server::Responder responder);

    Door &m_door;
    calls::CallDesk &m_desk;
    const PublicAddress &m_address;
    config::TwilioConfig m_twilio;
    config::PipecatCloudConfig m_cloud;
    twilio::MediaStreamAcceptor m_acceptor;
};

} // namespace engine
