#pragma once

#include "engine/speech/deepgram/audio_timeline.h"
#include "engine/speech/deepgram/deepgram_connection.h"
#include "engine/speech/speech_to_text.h"

namespace engine::speech::deepgram {

/// SpeechToText over Deepgram's /v1/listen (Nova), for an agent whose own voice detector decides about turns.
///
/// The vendor's speech_final and UtteranceEnd never end a turn here; they only bring finals. Engine thread.
class DeepgramClient final : public SpeechToText
{
    Q_OBJECT
public:
    /// @param sockets, clock  outlive the client
    DeepgramClient(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent = nullptr);
    ~DeepgramClient() override;

    void open() override;
    bool isReady() const override { return m_connection.isOpen(); }
    void sendAudio(const QByteArray &mulaw) override;
    void finalize() override;
    void close() override;
    bool endsTurns() const override { return false; }
    std::optional<std::chrono::milliseconds> settledAudio() const override { return m_settled; }

private:
    void onOpened();
    void onMessage(const ServerMessage &message);
    void onResults(Results results);
    void onUtteranceEnd();
    void settle(milliseconds vendorTime);
    void keepAlive();

    DeepgramSettings m_settings;
    Clock &m_clock;
    DeepgramConnection m_connection;
    std::unique_ptr<Timer> m_keepAlive;
    AudioTimeline m_timeline;
    Clock::TimePoint m_lastSentAt{};
    milliseconds m_settled{0};
    Results m_interim;              // the newest that is not final
    milliseconds m_forcedUntil{-1}; // words up to here became final before the vendor said so
};

/// Makes the client that speaks the interface of the model named in the settings: Flux for "flux...", v1 for all
/// others.
[[nodiscard]] std::unique_ptr<SpeechToText> makeDeepgram(const DeepgramSettings &settings,
                                                         net::WebSocketFactory &sockets, Clock &clock);

} // namespace engine::speech::deepgram
