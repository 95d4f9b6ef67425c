#pragma once

#include "engine/calls/agent_factory.h"
#include "tests/support/fake_clock.h"

#include <QPointer>

#include <deque>
#include <memory>
#include <optional>

namespace support {

/// A transcriber that hears what the test says.
class ScriptedSpeechToText final : public engine::speech::SpeechToText
{
    Q_OBJECT
public:
    using SpeechToText::SpeechToText;
    void open() override
    {
        ++opened;
        m_open = true;
        emit ready();
    }
    bool isReady() const override { return m_open; }
    void sendAudio(const QByteArray &mulaw) override { audio += mulaw; }
    void finalize() override { ++finalized; }
    void close() override { m_open = false; }
    bool endsTurns() const override { return false; }

    void interim(const QString &text) { say(engine::pipeline::Transcript::Kind::Interim, text); }
    /// Words, and the vendor's word that the turn is over.
    void turn(const QString &text) { say(engine::pipeline::Transcript::Kind::EndOfTurn, text); }
    void say(engine::pipeline::Transcript::Kind kind, const QString &text)
    {
        engine::pipeline::Transcript words;
        words.kind = kind;
        words.text = text;
        emit transcript(words);
    }
    void lose(const engine::Error &error, bool retry)
    {
        m_open = false;
        emit lost(error, retry);
    }

    int opened = 0;
    int finalized = 0;
    QByteArray audio;

private:
    bool m_open = false;
};

/// A voice that needs 20 ms of the FakeClock for a sentence and 100 ms of sound for each word.
class ScriptedTextToSpeech final : public engine::speech::TextToSpeech
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kDelay{20};
    static constexpr int kWordBytes = 800;

    explicit ScriptedTextToSpeech(FakeClock &clock);
    void open() override
    {
        m_open = true;
        emit ready();
    }
    bool isReady() const override { return m_open; }
    void speak(int context, const QString &sentence) override;
    void finish(int context) override;
    void cancel(int context) override;
    void reconnect() override;
    void close() override;

    bool mute = false;  ///< takes text and gives nothing
    QStringList spoken; ///< every sentence it was given

private:
    struct Work
    {
        int context;
        std::optional<QString> sentence; // none: the context's end
    };
    void deliver();

    std::unique_ptr<engine::Timer> m_timer;
    std::deque<Work> m_work;
    QHash<int, std::chrono::milliseconds> m_lengths;
    bool m_open = false;
};

/// What a scripted model does when it is asked.
struct ModelStep
{
    QString text = {};
    std::vector<engine::dialogue::ModelToolCall> calls = {};
    std::optional<engine::Error> error = {};
    bool silent = false; ///< never answers
};

/// Makes agents whose vendors are played by the test. Models answer from `script`, 20 ms after they are asked; a
/// question the script does not hold fails the test.
class ScriptedAgentFactory final : public engine::calls::AgentFactory
{
public:
    explicit ScriptedAgentFactory(FakeClock &clock) : m_clock(clock) {}

    std::unique_ptr<engine::speech::SpeechToText> makeSpeechToText(const engine::CallSid &sid) override;
    std::unique_ptr<engine::speech::TextToSpeech> makeTextToSpeech(const engine::CallSid &sid) override;
    std::unique_ptr<engine::dialogue::LanguageModel> makeLanguageModel(const engine::CallSid &sid) override;
    QString voiceKey() const override { return QStringLiteral("scripted voice"); }

    std::deque<ModelStep> script;
    std::vector<engine::dialogue::ModelRequest> requests; ///< every question asked
    bool muteVoices = false;                              ///< of voices made from now on
    QPointer<ScriptedSpeechToText> ears;                  ///< of the call made last
    QPointer<ScriptedTextToSpeech> voice;
    int made = 0; ///< transcribers

private:
    FakeClock &m_clock;
};

} // namespace support
