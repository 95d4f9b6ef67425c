#include "engine/calls/turn_meter.h"

#include <array>

using namespace Qt::StringLiterals;

namespace engine::calls {

using namespace pipeline;

namespace {

/// Turns whose end never comes (an interrupted thought) must not pile up.
constexpr int kTurnsKept = 16;

constexpr std::array kNames = {"speech_end",      "vad_end",        "stt_final",      "turn_end",        "llm_first_token",
                               "first_sentence",  "tts_first_byte", "first_audio_sent", "first_mark"};

} // namespace

void TurnMeter::onFrame(const Frame &frame, Direction direction, const QString &to)
{
    const auto now = m_clock.now();
    std::visit(Overloaded{
                   [&](const VoiceEdge &edge) {
                       if (edge.kind == VoiceEdge::Kind::Started) {
                           m_vadEnd.reset();
                           m_sttFinal.reset();
                       } else if (edge.kind == VoiceEdge::Kind::Stopped) {
                           m_vadEnd = edge.decidedAt;
                       }
                   },
                   [&](const Transcript &transcript) {
                       if (transcript.kind == Transcript::Kind::Final || transcript.kind == Transcript::Kind::EndOfTurn)
                           m_sttFinal = transcript.at;
                   },
                   [&](const UserTurn &turn) {
                       if (m_turns.contains(turn.turn))
                           return; // the same frame at its next step
                       Times &times = m_turns[turn.turn];
                       times.rule = turn.rule;
                       if (turn.speechEndedAt != TimePoint{})
                           times.at[SpeechEnd] = turn.speechEndedAt;
                       times.at[VadEnd] = m_vadEnd;
                       times.at[SttFinal] = m_sttFinal;
                       times.at[TurnEnd] = now;
                       m_vadEnd.reset();
                       m_sttFinal.reset();
                       while (m_turns.size() > kTurnsKept)
                           m_turns.erase(m_turns.begin());
                   },
                   [&](const SpeculationResolved &resolved) {
                       // The callee went on: the turn of this number that follows is measured from its own end.
                       if (!resolved.confirmed)
                           m_turns.remove(resolved.turn);
                   },
                   [&](const ModelText &text) { stamp(text.turn, FirstToken, now); },
                   [&](const Sentence &sentence) { stamp(sentence.turn, FirstSentence, now); },
                   [&](const AgentAudio &audio) { stamp(audio.turn, FirstByte, now); },
                   [&](const ModelDone &done) {
                       if (done.usage.promptTokens > 0)
                           m_turns[done.turn].usage = done.usage;
                   },
                   [&](const PlayoutHold &hold) { m_spokeIntoAnswerAt = hold.speechStartedAt; },
                   [&](const AgentAudible &audible) {
                       if (audible.kind == AgentAudible::Kind::Started)
                           stamp(audible.turn, FirstAudio, audible.at);
                       else if (audible.kind == AgentAudible::Kind::FirstMark)
                           stamp(audible.turn, FirstMark, audible.at);
                       else if (audible.kind == AgentAudible::Kind::Held && m_spokeIntoAnswerAt)
                           m_turns[audible.turn].clear = audible.at - *m_spokeIntoAnswerAt;
                   },
                   [](const auto &) {},
               },
               frame);
    Q_UNUSED(direction);
    Q_UNUSED(to);
}

void TurnMeter::stamp(TurnId turn, Step step, Clock::TimePoint at)
{
    auto &time = m_turns[turn].at[step];
    if (!time)
        time = at;
}

records::TurnLatency TurnMeter::take(TurnId turn)
{
    const Times times = m_turns.take(turn);
    records::TurnLatency latency;
    const auto ms = [](auto duration) { return std::chrono::duration<double, std::milli>(duration).count(); };
    if (times.at[SpeechEnd] && times.at[FirstAudio])
        latency.totalMs = ms(*times.at[FirstAudio] - *times.at[SpeechEnd]);
    if (times.clear)
        latency.clearMs = ms(*times.clear);

    std::optional<Clock::TimePoint> previous = times.at[SpeechEnd];
    if (previous)
        latency.stepsMs.emplace_back(QString::fromLatin1(kNames[SpeechEnd]), 0.0); // where the counting starts
    for (int step = VadEnd; step < kSteps; ++step) {
        const auto at = times.at[static_cast<size_t>(step)];
        if (!at)
            continue;
        // Steps may overtake each other (a final before the silence was certain): such a step took no time of its own.
        if (previous)
            latency.stepsMs.emplace_back(QString::fromLatin1(kNames[static_cast<size_t>(step)]),
                                         std::max(0.0, ms(*at - *previous)));
        previous = previous ? std::max(*previous, *at) : *at;
    }
    return latency;
}

QString TurnMeter::ruleOf(TurnId turn) const
{
    return m_turns.value(turn).rule;
}

ModelUsage TurnMeter::usageOf(TurnId turn) const
{
    return m_turns.value(turn).usage;
}

} // namespace engine::calls
