#pragma once

#include "engine/base/result.h"
#include "engine/net/web_socket.h"
#include "engine/speech/deepgram/deepgram_settings.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QUrl>

#include <chrono>
#include <variant>
#include <vector>

/// The wire format of Deepgram's live transcription, both interfaces. Pure: no sockets, no time.
///
/// v1, /v1/listen (Nova, by segments) and v2, /v2/listen (Flux, by turns). The query string holds all settings. The
/// client sends audio as binary messages and commands as text:
///
///     {"type":"KeepAlive"}    v1: holds the connection without audio
///     {"type":"Finalize"}     v1: transcribe all that was sent, now
///     {"type":"CloseStream"}  both: send what is left, then close
///
/// The server sends text messages; `type` tells them apart:
///
///     {"type":"Results","channel_index":[0,1],"start":3.2,"duration":1.84,"is_final":true,"speech_final":true,"from_finalize":false,
///      "channel":{"alternatives":[{"transcript":"Yes.","confidence":0.99,
///        "words":[{"word":"yes","start":3.36,"end":3.6,"confidence":0.99,"punctuated_word":"Yes."}]}]},"metadata":{"request_id":"0b6f"}}
///     {"type":"SpeechStarted","channel":[0,1],"timestamp":3.24}
///     {"type":"UtteranceEnd","channel":[0,1],"last_word_end":4.5}
///     {"type":"Metadata","request_id":"0b6f","duration":41.28,"channels":1}
///     {"type":"Connected","request_id":"5f0a","sequence_id":0}
///     {"type":"TurnInfo","request_id":"5f0a","sequence_id":9,"event":"Update","turn_index":0,"audio_window_start":1.36,
///      "audio_window_end":1.6,"transcript":"I'd
///      like","words":[{"word":"I'd","confidence":0.99,"start":0.64,"end":0.8}], "end_of_turn_confidence":0.04}
///     {"type":"Error","sequence_id":20,"code":"INTERNAL_SERVER_ERROR","description":"..."}
///
/// All times are seconds of audio received on the connection, not of the clock. New fields, types and events may appear
/// any day.
namespace engine::speech::deepgram {

using std::chrono::milliseconds;

/// A word and, when the server told, its place in the audio of the connection.
struct Word
{
    QString text;
    milliseconds start{-1}; ///< -1: not told
    milliseconds end{-1};
    bool operator==(const Word &) const = default;
};

/// v1: text for a span of audio.
struct Results
{
    QString text;
    std::vector<Word> words;
    milliseconds start{0};
    milliseconds duration{0};
    bool isFinal = false;
    bool speechFinal = false;
    bool fromFinalize = false;
    bool operator==(const Results &) const = default;
};

/// v1: sound of speech begins. Noise causes it too.
struct SpeechStarted
{
    milliseconds at{0};
    bool operator==(const SpeechStarted &) const = default;
};

/// v1: no word for utterance_end_ms.
struct UtteranceEnd
{
    milliseconds lastWordEnd{0};
    bool operator==(const UtteranceEnd &) const = default;
};

/// v1: the account at the end of a stream.
struct Metadata
{
    QString requestId;
    milliseconds duration{0};
    bool operator==(const Metadata &) const = default;
};

/// v2: audio may be sent now.
struct Connected
{
    QString requestId;
    bool operator==(const Connected &) const = default;
};

/// v2: state of the turn.
struct TurnInfo
{
    enum class Event
    {
        StartOfTurn,
        Update,
        EagerEndOfTurn,
        TurnResumed,
        EndOfTurn,
        Unknown
    };
    Event event = Event::Unknown;
    int turnIndex = 0;
    QString text; ///< the whole turn so far
    std::vector<Word> words;
    milliseconds windowEnd{0}; ///< end of the audio analysed
    QString trigger;           ///< of EndOfTurn: "model", "timeout", "manual", ...
    bool operator==(const TurnInfo &) const = default;
};

/// Either interface gives up. The connection ends next.
struct ServerError
{
    QString code;
    QString description;
    bool operator==(const ServerError &) const = default;
};

/// Something this program does not use: a type that is new, a warning, an answer to Configure.
struct Other
{
    QString type;
    bool operator==(const Other &) const = default;
};

using ServerMessage =
    std::variant<Results, SpeechStarted, UtteranceEnd, Metadata, Connected, TurnInfo, ServerError, Other>;

/// Parses one text message of either interface. Pure and total; unknown fields are ignored.
/// @return an Error (code "stt_bad_message") for what is not a JSON object with a `type`
[[nodiscard]] Result<ServerMessage> parse(QByteArrayView json);

/// Whether the model named by the settings is a Flux model, which speaks v2.
[[nodiscard]] bool isFlux(const DeepgramSettings &settings);
/// Address of a stream of mu-law telephone audio, for an agent with a voice detector of its own.
[[nodiscard]] QUrl listenUrl(const DeepgramSettings &settings);
[[nodiscard]] net::HeaderList handshakeHeaders(const DeepgramSettings &settings);

[[nodiscard]] QByteArray keepAliveMessage();
[[nodiscard]] QByteArray finalizeMessage();
[[nodiscard]] QByteArray closeStreamMessage();

} // namespace engine::speech::deepgram
