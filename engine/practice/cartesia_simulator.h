#pragma once

#include "engine/practice/cartesia_session.h"
#include "engine/practice/query_parameters.h"
#include "engine/practice/scenario_board.h"
#include "engine/server/http_server.h"

#include <QSet>

namespace engine::practice {

/// The simulated speech vendor: `/tts/websocket`, `/tts/bytes`, `/voices`, `/voices/{id}` and `/access-token` on an
/// HTTP server, speaking with the agent's voice. Understands the API versions 2025-04-16, 2026-03-01 and 2026-08-14 and
/// answers every key but `bad`.
///
/// The socket on which a text of a call of scenario 113 arrives in mid-conversation sends nothing any more, once; the call is what
/// stands before the last "-" of a context id. Server's thread; everything given outlives it.
class CartesiaSimulator : public QObject, private CartesiaAccount
{
    Q_OBJECT
public:
    CartesiaSimulator(server::HttpServer &server, Clock &clock, Random &random, Voice &voice, ScenarioBoard &board,
                      const CartesiaSettings &settings, QObject *parent = nullptr);
    ~CartesiaSimulator() override;

signals:
    /// A context is over: all it was given to say, its texts joined as they came.
    void contextSpoken(const QString &contextId, const QString &transcript);

private:
    bool takePlace() override;
    void leavePlace() override { --m_activeContexts; }
    void contextEnded(const QString &contextId, const QString &transcript) override;
    bool halfDies(const QString &contextId) override;

    /// The checked version of a request, or the refusal.
    tl::expected<CartesiaVersion, server::Response> admit(const server::Request &request);
    server::Response jsonResponse(const QJsonObject &body, int status = 200);
    server::Response errorResponse(const CartesiaError &error, CartesiaVersion version);
    void answerBytes(const server::Request &request, server::Responder responder);

    Clock &m_clock;
    Random &m_random;
    Voice &m_voice;
    ScenarioBoard &m_board;
    CartesiaSettings m_settings;
    int m_activeContexts = 0;
    int m_openSockets = 0;
    QSet<QString> m_halfDead; // calls of scenario 0113 that have had their fault
};

} // namespace engine::practice
