#pragma once

#include "engine/twilio/media_stream_codec.h"

#include <variant>

/// Twilio Media Streams, seen from Twilio: what a simulator of it sends and must understand. The messages are those of
/// media_stream_codec.h; building follows Twilio to the letter (numbers of messages as strings, numbers of the format
/// as numbers), and parsing is as strict as Twilio is, which ignores anything that has a member too many (warning
/// 31951):
///
///     {"event":"media","streamSid":"MZ..","media":{"payload":"////fn5+"}}
///     {"event":"mark","streamSid":"MZ..","mark":{"name":"utt-7"}}
///     {"event":"clear","streamSid":"MZ.."}
namespace engine::twilio {

/// Messages of Twilio, one text frame each. The caller counts sequenceNumber (1 at `start`) and chunk.
[[nodiscard]] QByteArray buildConnected();
[[nodiscard]] QByteArray buildStart(const Start &start);
[[nodiscard]] QByteArray buildInboundMedia(const Media &media);
[[nodiscard]] QByteArray buildDtmf(const Dtmf &dtmf);
[[nodiscard]] QByteArray buildInboundMark(const Mark &mark);
[[nodiscard]] QByteArray buildStop(const Stop &stop);

/// Audio the server wants played.
struct PlayAudio
{
    StreamSid streamSid;
    QByteArray mulaw; ///< never empty
    bool operator==(const PlayAudio &) const = default;
};

/// To be returned once everything sent before it has been played.
struct PlaceMark
{
    StreamSid streamSid;
    QByteArray name;
    bool operator==(const PlaceMark &) const = default;
};

/// Drop what has not been played and return all marks.
struct ClearAudio
{
    StreamSid streamSid;
    bool operator==(const ClearAudio &) const = default;
};

using OutboundMessage = std::variant<PlayAudio, PlaceMark, ClearAudio>;

/// Parses one text message of the server. An Error (code "media_message_malformed") is what Twilio logs as 31951 and
/// ignores.
[[nodiscard]] Result<OutboundMessage> parseOutbound(QByteArrayView json);

} // namespace engine::twilio
