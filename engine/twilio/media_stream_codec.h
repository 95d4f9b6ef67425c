#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <variant>

/// Twilio Media Streams, seen from the server: one JSON object in each WebSocket text message.
///
/// Twilio speaks first, `connected` then `start`; then media about every 20 ms, silence included, until `stop`:
///
///     {"event":"connected","protocol":"Call","version":"1.0.0"}
///     {"event":"start","sequenceNumber":"1","start":{"accountSid":"AC..","streamSid":"MZ..","callSid":"CA..","tracks":["inbound"],
///      "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"job":"42"}},"streamSid":"MZ.."}
///     {"event":"media","sequenceNumber":"2","media":{"track":"inbound","chunk":"1","timestamp":"20","payload":"////fn5+"},"streamSid":"MZ.."}
///     {"event":"dtmf","streamSid":"MZ..","sequenceNumber":"214","dtmf":{"track":"inbound_track","digit":"5"}}
///     {"event":"mark","sequenceNumber":"215","streamSid":"MZ..","mark":{"name":"utt-7"}}
///     {"event":"stop","sequenceNumber":"216","streamSid":"MZ..","stop":{"accountSid":"AC..","callSid":"CA.."}}
///
/// We answer with audio (any length, played in order), marks (returned once what was sent before has been played) and
/// clears:
///
///     {"event":"media","streamSid":"MZ..","media":{"payload":"////fn5+"}}
///     {"event":"mark","streamSid":"MZ..","mark":{"name":"utt-7"}}
///     {"event":"clear","streamSid":"MZ.."}
///
/// Numbers arrive as decimal strings; plain numbers are read too. Audio is headerless mu-law, 8000 Hz, mono, base64.
/// The other side's half of the protocol is in media_stream_simulator_codec.h.
namespace engine::twilio {

/// A `sequenceNumber` or `chunk` that was not sent.
inline constexpr qint64 kNoNumber = -1;

enum class Track
{
    Inbound,
    Outbound
};

/// The only format Twilio documents; also assumed when `start` names none.
struct MediaFormat
{
    QString encoding = QStringLiteral("audio/x-mulaw");
    int sampleRateHz = 8000;
    int channels = 1;
    bool operator==(const MediaFormat &) const = default;
};

struct Connected
{
    QString protocol;
    QString version;
    bool operator==(const Connected &) const = default;
};

struct Start
{
    qint64 sequenceNumber = kNoNumber;
    StreamSid streamSid; ///< never empty
    CallSid callSid;     ///< never empty
    QString accountSid;
    QStringList tracks;
    QMap<QString, QString> customParameters; ///< the <Parameter>s of our TwiML
    MediaFormat mediaFormat;
    bool operator==(const Start &) const = default;
};

struct Media
{
    qint64 sequenceNumber = kNoNumber;
    StreamSid streamSid;
    Track track = Track::Inbound;
    qint64 chunk = kNoNumber;               ///< counts the media messages of this track, from 1
    std::chrono::milliseconds timestamp{0}; ///< of the first sample, since the stream started
    QByteArray mulaw;                       ///< never empty
    bool operator==(const Media &) const = default;
};

struct Dtmf
{
    qint64 sequenceNumber = kNoNumber;
    StreamSid streamSid;
    char digit = '0'; ///< 0-9, *, #, A-D
    bool operator==(const Dtmf &) const = default;
};

struct Mark
{
    qint64 sequenceNumber = kNoNumber;
    StreamSid streamSid;
    QByteArray name;
    bool operator==(const Mark &) const = default;
};

struct Stop
{
    qint64 sequenceNumber = kNoNumber;
    StreamSid streamSid;
    QString accountSid;
    CallSid callSid;
    bool operator==(const Stop &) const = default;
};

using InboundMessage = std::variant<Connected, Start, Media, Dtmf, Mark, Stop>;

/// Parses one text message of the media stream. Pure and total: any input gives a value or an Error (code
/// "media_message_malformed", Fault::Carrier). Unknown fields are ignored; an unknown event is an Error the transport
/// may skip.
[[nodiscard]] Result<InboundMessage> parseInbound(QByteArrayView json);

/// @param mulaw  headerless, 8000 Hz mono; sent as one message
[[nodiscard]] QByteArray buildMedia(const StreamSid &streamSid, const QByteArray &mulaw);
/// @param name  UTF-8
[[nodiscard]] QByteArray buildMark(const StreamSid &streamSid, const QByteArray &name);
[[nodiscard]] QByteArray buildClear(const StreamSid &streamSid);

} // namespace engine::twilio
