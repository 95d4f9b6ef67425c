#pragma once

#include "engine/speech/deepgram/audio_timeline.h"
#include "engine/speech/deepgram/deepgram_connection.h"
#include "engine/speech/speech_to_text.h"

namespace engine::speech::deepgram {

/// SpeechToText over Deepgram's /v2/listen (Flux), which decides itself when the callee's turn is over.
///
/// The vendor's text is the whole turn each time: it becomes Interim until the turn ends, then one Final followed by an
/// empty EndOfTurn. When the connection is lost in mid-turn, the words heard up to half a second before become a Final
/// first, because the turn may be longer than the audio that can be sent again. Engine thread.
class FluxClient final : public SpeechToText
{
    Q_OBJECT
public:
    /// @param sockets, clock  outlive the client
    FluxClient(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent = nullptr);
    ~FluxClient() override;

    void open() override;
    bool isReady() const override { return m_ready; }
    void sendAudio(const QByteArray &mulaw) override;
    /// Nothing: Flux has no such command, and ends the connection on one it does not know.
    void finalize() override {}
    void close() override;
    bool endsTurns() const override { return true; }
    std::optional<std::chrono::milliseconds> settledAudio() const override { return m_settled; }

private:
    void onMessage(const ServerMessage &message);
    void onConnected();
    void onTurnInfo(const TurnInfo &info);
    void onLost(const Error &error, bool retry);
    void feedSilence();
    void keepWordsOfLostTurn();
    void settle(milliseconds vendorTime);
    void stopTimers();

    DeepgramSettings m_settings;
    Clock &m_clock;
    DeepgramConnection m_connection;
    std::unique_ptr<Timer> m_greeting;
    std::unique_ptr<Timer> m_silence;
    std::unique_ptr<Timer> m_ping;
    AudioTimeline m_timeline;
    QByteArray m_unsent; // less than one message
    Clock::TimePoint m_lastAudioAt{};
    milliseconds m_settled{0};
    TurnInfo m_turn; // the newest of a turn that is not over
    bool m_ready = false;
};

} // namespace engine::speech::deepgram
