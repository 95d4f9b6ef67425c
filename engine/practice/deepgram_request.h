#pragma once

#include "engine/practice/query_parameters.h"
#include "engine/practice/stream_listener.h"

#include <tl/expected.hpp>

#include <chrono>

namespace engine::practice {

/// Why the transcriber refuses an upgrade; its words are the vendor's.
struct DeepgramRefusal
{
    int status = 400;
    QString code;    ///< `err_code`
    QString message; ///< `err_msg` and header `dg-error`
    bool operator==(const DeepgramRefusal &) const = default;
};

/// What a client asks of `/v1/listen`, checked.
struct ListenRequest
{
    QString model;
    QString tag; ///< the first one
    AudioEncoding encoding = AudioEncoding::Unheard;
    int sampleRateHz = 0;
    int channels = 1;
    bool multichannel = false;
    bool interimResults = false;
    bool vadEvents = false;
    bool punctuated = false; ///< punctuate, smart_format or both
    std::optional<std::chrono::milliseconds> endpointing{10};
    std::optional<std::chrono::milliseconds> utteranceEnd;
};

/// The three numbers of Flux that may change in the stream.
struct FluxThresholds
{
    double endOfTurn = 0.7;
    std::optional<double> eagerEndOfTurn;
    int timeoutMs = 5000;
    bool operator==(const FluxThresholds &) const = default;

    /// nullopt when all are in range, else what is wrong.
    std::optional<QString> problem() const;
};

/// What a client asks of `/v2/listen`, checked.
struct FluxRequest
{
    QString model;
    QString tag;
    AudioEncoding encoding = AudioEncoding::Unheard;
    int sampleRateHz = 0;
    FluxThresholds thresholds;
    QStringList keyterms;
    QStringList languageHints;
};

/// Too many key terms, or too long ones; nullopt when they are within the vendor's limits.
[[nodiscard]] std::optional<DeepgramRefusal> keytermProblem(const QStringList &keyterms);

/// Pure and total. Refuses what the vendor refuses, and what it is not known to accept.
[[nodiscard]] tl::expected<ListenRequest, DeepgramRefusal> parseListenRequest(const QueryParameters &query);
[[nodiscard]] tl::expected<FluxRequest, DeepgramRefusal> parseFluxRequest(const QueryParameters &query);

} // namespace engine::practice
