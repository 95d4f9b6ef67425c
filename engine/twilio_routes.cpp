#include "engine/twilio_routes.h"

#include "engine/calls/call_desk.h"
#include "engine/door.h"
#include "engine/public_address.h"
#include "engine/twilio/signature.h"
#include "engine/twilio/twiml.h"
#include "engine/twilio/webhook.h"

#include <QLoggingCategory>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace engine {

Q_LOGGING_CATEGORY(lcRoutes, "dialdesk.routes")

namespace {

server::Response xml(const QByteArray &document)
{
    return {200, "text/xml; charset=utf-8", document, {}};
}

twilio::CustomData ordered(const QMap<QString, QString> &data)
{
    twilio::CustomData list;
    for (auto it = data.cbegin(); it != data.cend(); ++it)
        list.append({it.key(), it.value()});
    return list;
}

} // namespace

TwilioRoutes::TwilioRoutes(server::HttpServer &server, Door &door, calls::CallDesk &desk, const PublicAddress &address,
                           const config::TwilioConfig &twilio, const config::PipecatCloudConfig &cloud, Clock &clock)
    : m_door(door), m_desk(desk), m_address(address), m_twilio(twilio), m_cloud(cloud),
      m_acceptor(
          clock,
          [this](const twilio::Start &start) {
              const auto admitted =
                  m_desk.admitStream(start.callSid, start.customParameters.value(twilio::kTokenParameter.toString()));
              // A call that ended meanwhile is everyday; anything else is a stream that should not be there.
              if (!admitted && admitted.error().code != "call_unknown"_L1)
                  m_door.streamRefused();
              return admitted;
          },
          [this](const twilio::Start &start, std::unique_ptr<twilio::MediaStreamTransport> transport) {
              m_desk.beginStream(start.callSid, std::move(transport));
          })
{
    server.route("POST", u"/twiml"_s, [this](const server::Request &request, server::Responder responder) {
        instructions(request, std::move(responder));
    });
    server.route("POST", u"/status"_s, [this](const server::Request &request, server::Responder responder) {
        status(request, std::move(responder));
    });
    server.upgrade(
        u"/ws"_s, [this](const server::Request &request) { return refuseUnsigned(request, true); },
        [this](std::unique_ptr<QWebSocket> socket, const server::Request &) { m_acceptor.accept(std::move(socket)); });
}

std::optional<server::Response> TwilioRoutes::refuseUnsigned(const server::Request &request, bool upgrade)
{
    const auto kind = upgrade ? twilio::SignedRequest::MediaStream : twilio::SignedRequest::Webhook;
    const auto form = upgrade ? twilio::FormPairs() : twilio::parseForm(request.body);
    return m_door.refuseUnsigned(request, twilio::isSignatureValid(m_twilio.authToken, request.header("X-Twilio-Signature"),
                                                                   m_address.current(), request.target, kind, form));
}

void TwilioRoutes::instructions(const server::Request &request, server::Responder responder)
{
    if (const auto refusal = refuseUnsigned(request, false)) {
        responder.send(*refusal);
        return;
    }
    const auto asked = twilio::parseInstructionsRequest(twilio::parseForm(request.body));
    if (!asked) {
        responder.send(server::errorResponse(400, asked.error().code, asked.error().message));
        return;
    }
    calls::LiveCall *call = m_desk.find(asked->callSid);
    const auto token = m_desk.issueStreamToken(asked->callSid);
    if (!call || !token) {
        // A call nobody here owns is ended at once: an error answer would have the callee hear an announcement, and pay for it.
        qCWarning(lcRoutes) << "ended a call that is not ours:" << asked->callSid;
        responder.send(xml(twilio::hangUpTwiml()));
        return;
    }
    const calls::CallFacts &facts = call->facts();
    const twilio::StreamContent content{facts.to.value(), facts.from.value(), ordered(facts.customData)};
    const auto document = facts.environment == config::Environment::Production
                              ? twilio::cloudStreamTwiml({m_cloud.agentName, m_cloud.organizationName, m_cloud.region}, content)
                              : twilio::localStreamTwiml(m_address.current(), content, Secret(token->toLatin1()));
    if (!document) {
        // Everything was checked before dialing, so this is our own mistake; the call is not left hanging for it.
        qCCritical(lcRoutes).noquote() << "no instructions for" << facts.sid.value() << ":" << document.error().message;
        responder.send(xml(twilio::hangUpTwiml()));
        return;
    }
    responder.send(xml(*document));
    call->note(u"twiml_served"_s, QString::fromUtf8(*document).replace(*token, u"***"_s));
}

void TwilioRoutes::status(const server::Request &request, server::Responder responder)
{
    if (const auto refusal = refuseUnsigned(request, false)) {
        responder.send(*refusal);
        return;
    }
    const auto progress = twilio::parseStatusCallback(twilio::parseForm(request.body));
    if (!progress) {
        responder.send(server::errorResponse(400, progress.error().code, progress.error().message));
        return;
    }
    m_desk.onProgress(*progress);
    responder.send({204, {}, {}, {}});
}

} // namespace engine
