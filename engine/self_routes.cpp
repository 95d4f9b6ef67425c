#include "engine/self_routes.h"

#include "engine/checks/self_proof.h"
#include "engine/twilio/socket_closing.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

/// The proof a request asks for; empty when it asks for none, or with something that is no nonce.
QByteArray proofFor(const server::Request &request, const Secret &key)
{
    const QByteArray nonce = request.queryValue(u"nonce"_s).value_or(QString()).toLatin1();
    return checks::isNonce(nonce) ? checks::proofOf(key, nonce) : QByteArray();
}

} // namespace

SelfRoutes::SelfRoutes(server::HttpServer &server, const Secret &proofKey)
{
    server.route("GET", u"/healthz"_s, [proofKey](const server::Request &request, server::Responder responder) {
        QJsonObject body{{u"status"_s, u"ok"_s}};
        if (const QByteArray proof = proofFor(request, proofKey); !proof.isEmpty())
            body.insert(u"proof"_s, QString::fromLatin1(proof));
        server::Response response;
        response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        responder.send(response);
    });
    server.upgrade(
        u"/healthz/socket"_s,
        [proofKey](const server::Request &request) -> std::optional<server::Response> {
            if (proofFor(request, proofKey).isEmpty())
                return server::errorResponse(400, u"bad_nonce"_s, u"nonce must be 32 lower-case hex digits."_s);
            return std::nullopt;
        },
        [proofKey](std::unique_ptr<QWebSocket> socket, const server::Request &request) {
            socket->sendTextMessage(QString::fromLatin1(proofFor(request, proofKey)));
            twilio::closeAndForget(std::move(socket), QWebSocketProtocol::CloseCodeNormal, {});
        });
}

} // namespace engine
