#pragma once

#include "engine/practice/deepgram_session.h"
#include "engine/practice/flux_transcriber.h"

namespace engine::practice {

/// One `/v2/listen` connection (Flux): Connected at once, then TurnInfo while audio comes.
///
/// From the client: binary audio, {"type":"CloseStream"}, {"type":"Configure","thresholds":{...},"keyterms":[...]}. Any
/// other text, KeepAlive and Finalize included, is answered by {"type":"Error","code":"UNPARSABLE_CLIENT_MESSAGE"} and
/// the end.
class DeepgramFluxSession final : public DeepgramSession
{
public:
    DeepgramFluxSession(const FluxRequest &request, std::unique_ptr<QWebSocket> socket, QByteArray requestId,
                        const DeepgramSurroundings &surroundings, QObject *parent);

private:
    void receiveText(const QString &text) override;
    void receiveAudio(const QByteArray &bytes) override;
    /// Adds the request id and the connection's one counter.
    void sendNumbered(QJsonObject message);
    void configure(const QJsonObject &message);

    FluxRequest m_request;
    StreamListener m_listener;
    FluxTranscriber m_transcriber;
    int m_sequence = 0;
};

} // namespace engine::practice
