#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/net/web_socket.h"
#include "engine/pipeline/frame.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QUrl>

#include <optional>
#include <variant>
#include <vector>

/// The wire format of Cartesia's speech socket, API version 2026-03-01. Pure: no sockets, no time.
///
/// One socket, /tts/websocket, carries any number of contexts. A context is one stream of speech made from several
/// inputs; every input repeats all fields, and texts are joined as they are, without a space. Only text messages, both
/// ways. The client sends:
///
///     {"context_id":"CA1-4","model_id":"sonic-3.5","language":"en","voice":{"mode":"id","id":"71a7ad14-..."},
///      "output_format":{"container":"raw","encoding":"pcm_mulaw","sample_rate":8000},"transcript":"Of
///      course.","continue":true, "max_buffer_delay_ms":0,"add_timestamps":true,"use_normalized_timestamps":false}
///     ... with "transcript":"" and "continue":false to end the context
///     {"context_id":"CA1-4","cancel":true}
///
/// The server sends:
///
///     {"type":"chunk","data":"/////v7+","done":false,"status_code":206,"step_time":61.4,"context_id":"CA1-4","flush_id":1}
///     {"type":"timestamps","done":false,"status_code":206,"context_id":"CA1-4",
///      "word_timestamps":{"words":["Of","course."],"start":[0.02,0.14],"end":[0.13,0.55]}}
///     {"type":"flush_done","done":false,"flush_done":true,"flush_id":1,"status_code":206,"context_id":"CA1-4"}
///     {"type":"done","done":true,"status_code":206,"context_id":"CA1-4"}
///     {"type":"error","done":true,"status_code":429,"error_code":"concurrency_limited","title":"Too many requests",
///      "message":"Too many concurrent requests.","request_id":"6f2e","context_id":"CA1-4"}
///
/// Times are seconds from the start of the context. An error without a context_id concerns the connection.
namespace engine::speech::cartesia {

struct CartesiaSettings
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.cartesia.ai"));
    QString model = QStringLiteral("sonic-3.5");
    QString voiceId = QStringLiteral("71a7ad14-091c-4e8e-a314-022ece01c121");
    QString language = QStringLiteral("en"); ///< BCP 47; the vendor gets the part before the dash
    QString contextPrefix;                   ///< the id of the call: contexts are named after it

    bool operator==(const CartesiaSettings &) const = default;
};

/// A piece of a context's audio, mu-law 8000 Hz.
struct Chunk
{
    QString contextId;
    QByteArray mulaw;
    bool operator==(const Chunk &) const = default;
};

struct Timestamps
{
    QString contextId;
    std::vector<pipeline::WordTime> words;
    bool operator==(const Timestamps &) const = default;
};

/// One more input of the context has been spoken whole.
struct FlushDone
{
    QString contextId;
    bool operator==(const FlushDone &) const = default;
};

/// The context is over; all audio has been sent.
struct ContextDone
{
    QString contextId;
    bool operator==(const ContextDone &) const = default;
};

struct ErrorMessage
{
    std::optional<QString> contextId;
    int status = 0; ///< as in HTTP, 0 when not told
    QString code;   ///< e.g. "concurrency_limited", "" when not told
    QString words;  ///< the vendor's sentence
    bool operator==(const ErrorMessage &) const = default;
};

/// Something this program does not use.
struct Other
{
    QString type;
    bool operator==(const Other &) const = default;
};

using ServerMessage = std::variant<Chunk, Timestamps, FlushDone, ContextDone, ErrorMessage, Other>;

/// Parses one message. Pure and total; unknown fields are ignored.
/// @return an Error (code "tts_bad_message") for what is not a JSON object with a `type`, or holds audio that is not
/// base64
[[nodiscard]] Result<ServerMessage> parse(QByteArrayView json);

[[nodiscard]] QUrl socketUrl(const CartesiaSettings &settings);
/// What there is to know about the voice.
[[nodiscard]] QUrl voiceUrl(const CartesiaSettings &settings);
/// For the socket's handshake and for plain requests.
[[nodiscard]] net::HeaderList handshakeHeaders(const CartesiaSettings &settings);

/// @param last  no more text will follow on this context
[[nodiscard]] QByteArray inputMessage(const CartesiaSettings &settings, const QString &contextId, const QString &text,
                                      bool last);
[[nodiscard]] QByteArray cancelMessage(const QString &contextId);

} // namespace engine::speech::cartesia
