#pragma once

#include <QJsonObject>
#include <QString>

#include <tl/expected.hpp>

#include <optional>

namespace engine::practice {

/// The API versions told apart here, in order of time.
enum class CartesiaVersion
{
    Old,
    April2025,
    March2026,
    August2026
};

/// nullopt for a date the vendor never published.
[[nodiscard]] std::optional<CartesiaVersion> cartesiaVersion(const QString &date);

struct CartesiaError
{
    int status = 400;
    QString code;
    QString title;
    QString message;
    bool operator==(const CartesiaError &) const = default;
};

enum class SpeechEncoding
{
    MuLaw,
    ALaw,
    Pcm16,
    Float32
};

struct SpeechFormat
{
    enum class Container
    {
        Raw,
        Wav
    };
    Container container = Container::Raw;
    SpeechEncoding encoding = SpeechEncoding::MuLaw;
    int sampleRateHz = 8000;

    int bytesPerSample() const;
    bool operator==(const SpeechFormat &) const = default;
};

/// One message of a client on the speech socket, checked: text for a context, or its cancellation.
struct CartesiaInput
{
    QString contextId;
    bool cancel = false;
    QString transcript;
    bool continues = false;
    bool flush = false;
    int maxBufferDelayMs = 0;
    bool addTimestamps = false;
    SpeechFormat format;
    QJsonObject fixedFields; ///< everything that must stay the same in one context
};

/// A request of `/tts/bytes`, checked.
struct CartesiaBytesRequest
{
    QString transcript;
    SpeechFormat format;
};

/// Pure and total.
[[nodiscard]] tl::expected<CartesiaInput, CartesiaError> parseCartesiaInput(const QJsonObject &message,
                                                                            CartesiaVersion version);
[[nodiscard]] tl::expected<CartesiaBytesRequest, CartesiaError> parseBytesRequest(const QJsonObject &body,
                                                                                  CartesiaVersion version);

/// The error frame of the socket in the version's shape.
///
/// {"type":"error","done":true,"status_code":429,"error_code":"concurrency_limited","title":"Too many requests",
///  "message":"...","request_id":"...","doc_url":null,"context_id":"..."}      since 2026-03-01
/// {"type":"error","error":"Too many requests: ...","status_code":429,"done":true,"context_id":"..."}      before
/// @param contextId  left out when empty
[[nodiscard]] QJsonObject errorFrame(const CartesiaError &error, CartesiaVersion version, const QString &contextId,
                                     const QString &requestId);

} // namespace engine::practice
