#pragma once

#include "engine/pipeline/pipeline.h"
#include "engine/telephony/playout_processor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/frame_recorder.h"

/// What the tests of the playout share: a line to a carrier that plays in real time, and speech whose every piece can be told apart.
namespace playout_bench {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine::pipeline;
using engine::telephony::PlayoutProcessor;
using engine::telephony::PlayoutSettings;
using support::FakeTransport;
using Kind = AgentAudible::Kind;

constexpr int kBytesPerMs = 8;

/// Audio whose every 20 ms are different within a second, so that a lost or doubled piece shows.
inline QByteArray voice(milliseconds length, milliseconds from = 0ms)
{
    QByteArray audio;
    for (qint64 at = from.count(); at < (from + length).count(); ++at)
        audio += QByteArray(kBytesPerMs, static_cast<char>('A' + (at / 20) % 50));
    return audio;
}

/// Word times of half a second each from 0: word n sounds from n * 500 to n * 500 + 450 ms.
inline std::vector<WordTime> times(const QString &text, int from = 0)
{
    std::vector<WordTime> result;
    for (const QString &word : text.split(u' ')) {
        result.push_back({word, from * 500ms, from * 500ms + 450ms});
        ++from;
    }
    return result;
}

/// A PlayoutProcessor in a pipeline with a carrier that plays in real time.
struct Line
{
    explicit Line(const PlayoutSettings &settings = {}, bool attached = true) : carrier(clock)
    {
        auto processor = std::make_unique<PlayoutProcessor>(clock, settings);
        playout = processor.get();
        pipeline.add(std::move(processor));
        pipeline.addObserver(&frames);
        if (attached)
            playout->attach(&carrier);
    }

    void push(const Frame &frame) { pipeline.pushDownstream(frame); }

    /// A whole turn at once: half a second for every word.
    void say(TurnId turn, const QString &text, bool interruptible = true)
    {
        push(Sentence{turn, text, interruptible});
        push(AgentWords{turn, times(text)});
        push(AgentAudio{turn, voice(text.split(u' ').size() * 500ms)});
        push(SpeechDone{turn});
    }
    void interrupt(TurnId turn)
    {
        push(PlayoutHold{});
        push(Interrupted{turn});
    }

    QList<int> audible(Kind kind) const
    {
        QList<int> turns;
        for (const AgentAudible &audible : frames.in<AgentAudible>())
            if (audible.kind == kind)
                turns.append(audible.turn);
        return turns;
    }
    QStringList heard() const
    {
        QStringList lines;
        for (const AgentHeard &heard : frames.in<AgentHeard>())
            lines.append(
                u"%1%2: %3 / %4"_s.arg(heard.turn).arg(heard.interrupted ? u"!"_s : QString(), heard.heard, heard.cut));
        return lines;
    }
    bool ended() const { return !frames.out<EndOfCall>().empty(); }

    support::FakeClock clock;
    FakeTransport carrier;
    Pipeline pipeline;
    support::FrameRecorder frames;
    PlayoutProcessor *playout = nullptr;
};

} // namespace playout_bench
