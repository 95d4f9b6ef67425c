#pragma once

/// The numbers Twilio files under a call when something of ours went wrong: its error and warning dictionary,
/// https://www.twilio.com/docs/api/errors.
namespace engine::practice::alert {

constexpr int kInvalidUrl = 11100;
constexpr int kRetrievalFailure = 11200;
constexpr int kConnectFailure = 11205;
constexpr int kProtocolViolation = 11206;
constexpr int kSchemaWarning = 12200;

constexpr int kConnectTimedOut = 31901;
constexpr int kRefused = 31902;
constexpr int kBrokenPipe = 31903;
constexpr int kHandshakeRefused = 31920;
constexpr int kClosedWithError = 31921;
constexpr int kInvalidStreamScheme = 31922;
constexpr int kInvalidStreamUrl = 31923;
constexpr int kSlowReader = 31930;
constexpr int kPlaybackOverflow = 31931;
constexpr int kInvalidTrack = 31941;
constexpr int kBinaryMessage = 31950;
constexpr int kInvalidMessage = 31951;

} // namespace engine::practice::alert
