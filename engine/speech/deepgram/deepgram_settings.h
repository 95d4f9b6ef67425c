#pragma once

#include "engine/base/ids.h"

#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>

namespace engine::speech::deepgram {

/// Everything a transcription at Deepgram is asked with. The first block applies to both interfaces.
struct DeepgramSettings
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.deepgram.com"));
    QString model = QStringLiteral("nova-3"); ///< a name starting with "flux" selects /v2/listen
    QString language = QStringLiteral("en");  ///< BCP 47; "multi" where the model knows it
    QString tag;                              ///< label in the vendor's usage reports: the id of the call
    QStringList keyterms;                     ///< words to listen for; nova-3 and Flux only

    int endpointingMs = 300;    ///< v1: silence that makes a final
    int utteranceEndMs = 1'000; ///< v1: gap between words that ends an utterance; below 1000 it has no effect

    double endOfTurnThreshold = 0.7;               ///< Flux: 0.5 to 1.0
    std::optional<double> eagerEndOfTurnThreshold; ///< Flux: 0.3 up to the threshold above; absent: no eager events
    int endOfTurnTimeoutMs = 5'000;                ///< Flux: silence that ends a turn whatever the model thinks

    std::chrono::milliseconds keepAlive{4'000};  ///< v1: idle time after which a KeepAlive is sent
    std::chrono::milliseconds ping{30'000};      ///< Flux: WebSocket ping
    std::chrono::milliseconds silenceAfter{500}; ///< Flux: no audio for this long: silence is fed
    std::chrono::milliseconds greeting{5'000};   ///< Flux: "Connected" must come within this time
    std::chrono::milliseconds stall{
        10'000}; ///< speech is sent and nothing comes back for this long: the stream is dead
    std::chrono::milliseconds closeGuard{2'000}; ///< how long the last messages are waited for after CloseStream

    bool operator==(const DeepgramSettings &) const = default;
};

} // namespace engine::speech::deepgram
