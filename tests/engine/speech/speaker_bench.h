#pragma once

#include "engine/speech/speaker_processor.h"
#include "tests/engine/speech/frame_log.h"
#include "tests/support/fake_clock.h"

/// What the tests of the speaker share: a voice that does what the test says, behind a SpeakerProcessor in a pipeline.
namespace speaker_bench {

using namespace engine;
using namespace engine::pipeline;
using namespace engine::speech;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::FakeClock;

/// A voice that does what the test says and writes down what it was told.
class FakeVoice final : public TextToSpeech
{
public:
    QStringList calls; ///< "speak 1 Hello." and so on
    int opens = 0;
    int reconnects = 0;
    bool isUp = false;

    void open() override { ++opens; }
    bool isReady() const override { return isUp; }
    void speak(int context, const QString &sentence) override
    {
        calls.append(u"speak %1 %2"_s.arg(context).arg(sentence));
    }
    void finish(int context) override { calls.append(u"finish %1"_s.arg(context)); }
    void cancel(int context) override { calls.append(u"cancel %1"_s.arg(context)); }
    void reconnect() override { ++reconnects; }
    void close() override { calls.append(u"close"_s); }

    QStringList takeCalls() { return std::exchange(calls, {}); }
    void answer()
    {
        isUp = true;
        emit ready();
    }
    void giveAudio(int context, std::chrono::milliseconds time, char byte = '\x55')
    {
        emit audio(context, QByteArray(time.count() * 8, byte));
    }
    void giveWords(int context, const std::vector<WordTime> &times) { emit words(context, times); }
    /// A whole sentence of words of 300 ms each.
    void giveSentence(int context, const QStringList &said, std::chrono::milliseconds start = 0ms)
    {
        std::vector<WordTime> times;
        for (const QString &word : said) {
            times.push_back({word, start, start + 280ms});
            start += 300ms;
        }
        giveWords(context, times);
        giveAudio(context, 300ms * said.size());
    }
    void deliver(int context, int count) { emit sentencesDelivered(context, count); }
    void end(int context) { emit finished(context); }
    void fail(int context, bool retry)
    {
        emit contextFailed(context, {retry ? Fault::Vendor : Fault::Settings, u"tts_x"_s, u"The vendor failed."_s},
                           retry);
    }
    void drop(bool retry = true)
    {
        isUp = false;
        emit lost({retry ? Fault::Vendor : Fault::Settings, u"tts_y"_s, u"The connection to Cartesia broke."_s}, retry);
    }
};

struct ClockFirst
{
    FakeClock clock; // outlives the timers of the pipeline
    PhraseBook book;
};

struct Bench : ClockFirst, FrameLog<SpeakerProcessor>
{
    FakeVoice *voice = nullptr;

    explicit Bench(bool begun = true)
    {
        auto made = std::make_unique<FakeVoice>();
        voice = made.get();
        add(std::make_unique<SpeakerProcessor>(std::move(made), book, u"anna"_s, clock));
        if (begun) {
            processor->start();
            voice->answer();
        }
    }
    void say(TurnId turn, const QString &text) { push(Sentence{turn, text}); }
    void done(TurnId turn) { push(ModelDone{turn, {}}); }
    /// What came out downstream, in a few letters.
    QStringList told() const
    {
        QStringList lines;
        for (const Frame &frame : down) {
            if (const auto *sentence = std::get_if<Sentence>(&frame))
                lines.append(u"sentence %1"_s.arg(sentence->turn));
            else if (const auto *audio = std::get_if<AgentAudio>(&frame))
                lines.append(u"audio %1 %2"_s.arg(audio->turn).arg(audio->mulaw.size() / 8));
            else if (const auto *words = std::get_if<AgentWords>(&frame))
                lines.append(u"words %1 %2"_s.arg(words->turn).arg(words->words.size()));
            else if (const auto *end = std::get_if<SpeechDone>(&frame))
                lines.append(u"speech done %1"_s.arg(end->turn));
            else
                lines.append(nameOf(frame));
        }
        return lines;
    }
    QStringList takeTold()
    {
        const QStringList lines = told();
        down.clear();
        return lines;
    }
    /// Every word that went out, in order.
    QStringList spokenWords() const
    {
        QStringList all;
        for (const AgentWords &frame : downOf<AgentWords>())
            for (const WordTime &word : frame.words)
                all.append(word.word);
        return all;
    }
};

inline RenderedSpeech phraseOf(std::chrono::milliseconds time)
{
    return {QByteArray(time.count() * 8, '\x11'), {{u"One"_s, 0ms, 100ms}, {u"moment."_s, 120ms, 400ms}}};
}

} // namespace speaker_bench
