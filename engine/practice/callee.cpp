#include "engine/practice/callee.h"

#include "engine/audio/mulaw.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kFrameBytes = 160;
constexpr auto kAsksAfter = 10s;                   // of silence on both sides
constexpr auto kGivesUpAfter = 10s;                // more, after having asked
constexpr auto kEndsAfter = 12s;                   // of silence when everything has been said
constexpr auto kLetsGoOn = 1500ms;                 // the agent has so long to go on after an "mhm"
constexpr auto kGapBeforeHello = 700ms;            // somebody was already talking when the callee picked up
constexpr int kNoisePeriodSamples = 8000 * 3 + 77; // no multiple of a frame, so that the loop is not heard
constexpr double kNoiseAmplitude = 41.0;           // of 32768: -58 dBFS, the noise the voices carry too

const QString kAreYouThere = u"Are you there?"_s;

std::shared_ptr<const Utterance> beep()
{
    constexpr double frequencyHz = 1000.0;
    constexpr int samples = 4000; // 0.5 s
    QByteArray mulaw(samples, '\xff');
    for (int i = 0; i < samples; ++i) {
        const double phase = 2.0 * std::numbers::pi * frequencyHz * i / 8000.0;
        mulaw[i] = static_cast<char>(audio::mulawFromLinear(static_cast<std::int16_t>(8000.0 * std::sin(phase))));
    }
    return std::make_shared<Utterance>(Utterance{{}, mulaw, {}, 0, samples});
}

QByteArray makeLineNoise()
{
    std::minstd_rand generator(4711);
    std::normal_distribution<double> loudness(0.0, kNoiseAmplitude);
    QByteArray mulaw(kNoisePeriodSamples, '\xff');
    for (char &code : mulaw)
        code = static_cast<char>(
            audio::mulawFromLinear(static_cast<std::int16_t>(std::clamp(loudness(generator), -300.0, 300.0))));
    return mulaw;
}

/// The same line for everybody: nothing depends on which noise it is, and making it takes a millisecond.
const QByteArray &lineNoise()
{
    static const QByteArray noise = makeLineNoise();
    return noise;
}

std::chrono::microseconds durationOf(qsizetype samples)
{
    return std::chrono::microseconds(samples * 125);
}

} // namespace

Callee::Callee(CalleeScript script, const Synthesis &synthesis, QObject *parent)
    : QObject(parent), m_script(std::move(script)), m_noise(lineNoise())
{
    const auto prepare = [&](const QString &text) {
        synthesis(Speaker::Callee, text, this,
                  [this, text](const std::shared_ptr<const Utterance> &utterance) { m_audio.insert(text, utterance); });
    };
    for (const CalleeLine &line : m_script.lines) {
        if (line.text.isEmpty())
            m_audio.insert(line.text, beep());
        else
            prepare(line.text);
    }
    if (m_script.losesPatience && m_script.reachability == Reachability::Answers)
        prepare(kAreYouThere);
    for (const QString &answer : m_script.answers)
        synthesis(Speaker::Agent, answer, this, [](const std::shared_ptr<const Utterance> &) {});
}

QByteArray Callee::step(const QByteArray &heard)
{
    m_ear.hear(heard);
    m_age += TurnListener::kFrame;
    if (m_gone)
        return noiseFrame();
    if (!m_speaking) {
        m_sinceOwnSpeech += TurnListener::kFrame;
        chooseLine();
    }
    QByteArray frame = nextFrame();

    const auto &drop = m_script.socketDrop;
    if (drop && !m_dropped && m_ear.turnCount() >= drop->agentTurn && m_ear.turnAge() >= drop->into) {
        m_dropped = true;
        emit socketDropDue();
    }
    if (m_script.hangsUpAfter && m_age >= *m_script.hangsUpAfter)
        m_gone = true;
    else if (m_script.losesPatience && !m_speaking)
        losePatience();
    if (m_gone)
        emit hungUp();
    return frame;
}

void Callee::chooseLine()
{
    if (m_nextLine >= m_script.lines.size() && m_script.repeatsFrom)
        m_nextLine = *m_script.repeatsFrom;
    // Attention is shown during a turn or not at all.
    while (m_nextLine < m_script.lines.size() && m_script.lines[m_nextLine].isBackchannel && agentIsDone())
        ++m_nextLine;
    if (m_nextLine >= m_script.lines.size() || !isDue(m_script.lines[m_nextLine]))
        return;
    const CalleeLine &line = m_script.lines[m_nextLine];
    if (!m_audio.contains(line.text))
        return; // still being synthesised; due again at the next step
    ++m_nextLine;
    say(line.text, line.isBackchannel);
}

bool Callee::isDue(const CalleeLine &line) const
{
    switch (line.cue) {
    case Cue::AfterAnswer:
        return m_age >= line.delay && (m_ear.turnCount() == 0 || m_ear.silence() >= kGapBeforeHello);
    case Cue::AfterOwnLine:
        return m_sinceOwnSpeech >= line.delay;
    case Cue::AfterAgentTurn:
        return agentIsDone();
    case Cue::IntoAgentTurn:
        // An answer shorter than that is replied to like any other.
        return (m_ear.isAudible() && m_ear.turnAge() >= line.delay) || agentIsDone();
    }
    return false;
}

/// An agent may pause at an "mhm" to hear whether more comes; whoever said it knows that.
bool Callee::agentIsDone() const
{
    return m_ear.isTurnOver() && (!m_speakingBackchannel || m_sinceOwnSpeech >= kLetsGoOn);
}

void Callee::say(const QString &text, bool isBackchannel)
{
    const auto audio = m_audio.constFind(text);
    if (audio == m_audio.constEnd())
        return;
    m_speaking = true;
    m_speech = *audio;
    m_speechOffset = 0;
    m_wordsSaid = 0;
    m_speakingBackchannel = isBackchannel;
}

void Callee::finishLine()
{
    m_speaking = false;
    m_speech.reset();
    m_sinceOwnSpeech = 0ms;
    if (!m_speakingBackchannel)
        m_ear.expectAnswer();
}

void Callee::losePatience()
{
    const auto quiet = std::min(m_ear.silence(), m_sinceOwnSpeech);
    if (m_nextLine >= m_script.lines.size()) {
        m_gone = quiet >= kEndsAfter;
    } else if (!m_askedOnce && quiet >= kAsksAfter && m_audio.contains(kAreYouThere)) {
        m_askedOnce = true;
        say(kAreYouThere, false);
    } else if (m_askedOnce) {
        m_gone = quiet >= kGivesUpAfter;
    }
}

QByteArray Callee::nextFrame()
{
    QByteArray frame = noiseFrame();
    if (!m_speaking)
        return frame;
    const QByteArray &mulaw = m_speech->mulaw;
    const qsizetype count = std::min(kFrameBytes, mulaw.size() - m_speechOffset);
    std::copy_n(mulaw.constData() + m_speechOffset, count, frame.data());
    tell(m_speechOffset, m_speechOffset + count);
    m_speechOffset += count;
    if (m_speechOffset >= mulaw.size())
        finishLine();
    return frame;
}

/// What these samples of the line are the beginning or the end of.
void Callee::tell(qsizetype from, qsizetype end)
{
    const auto isNow = [=](qsizetype sample) { return sample >= from && sample < end; };
    const qsizetype frameEnd = from + kFrameBytes;
    if (isNow(m_speech->firstAudible))
        emit soundBegan(durationOf(frameEnd - m_speech->firstAudible));
    if (isNow(m_speech->endAudible - 1) && !m_speakingBackchannel)
        emit soundEnded(durationOf(frameEnd - m_speech->endAudible));
    for (; m_wordsSaid < m_speech->words.size() && m_speech->words[m_wordsSaid].endSample <= end; ++m_wordsSaid)
        emit wordSaid(*m_speech, static_cast<int>(m_wordsSaid));
}

QByteArray Callee::noiseFrame()
{
    const qsizetype untilEnd = std::min(kFrameBytes, m_noise.size() - m_noiseOffset);
    QByteArray frame(kFrameBytes, Qt::Uninitialized);
    std::copy_n(m_noise.constData() + m_noiseOffset, untilEnd, frame.data());
    std::copy_n(m_noise.constData(), kFrameBytes - untilEnd, frame.data() + untilEnd);
    m_noiseOffset = (m_noiseOffset + kFrameBytes) % m_noise.size();
    return frame;
}

} // namespace engine::practice
