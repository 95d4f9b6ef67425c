#include "engine/practice/turn_listener.h"

#include "engine/audio/mulaw.h"

#include <cmath>

namespace engine::practice {

using namespace std::chrono_literals;

namespace {

constexpr double kSpeechDbfs = -42.0;  // between line noise and the softest syllable
constexpr int kFramesToBegin = 3;      // a click is no turn
constexpr auto kTurnEndSilence = 700ms;
constexpr auto kShortTurn = 1200ms;
constexpr auto kShortTurnEndSilence = 6000ms;

} // namespace

double mulawLevelDbfs(const QByteArray &mulaw)
{
    double sum = 0.0;
    for (const std::uint8_t code : audio::mulawCodes(mulaw)) {
        const double sample = audio::linearFromMulaw(code) / 32768.0;
        sum += sample * sample;
    }
    if (mulaw.isEmpty() || sum <= 0.0)
        return -100.0;
    return std::max(-100.0, 10.0 * std::log10(sum / static_cast<double>(mulaw.size())));
}

void TurnListener::hear(const QByteArray &mulaw)
{
    m_audible = mulawLevelDbfs(mulaw) > kSpeechDbfs;
    m_audibleFrames = m_audible ? m_audibleFrames + 1 : 0;
    m_silence = m_audible ? 0ms : m_silence + kFrame;
    if (hasTurn()) {
        m_turnAge += kFrame;
        if (m_audible)
            m_voiced += kFrame;
    } else if (m_audibleFrames == kFramesToBegin) {
        m_turnAge = m_voiced = kFramesToBegin * kFrame;
        ++m_turns;
    }
}

void TurnListener::expectAnswer()
{
    m_turnAge = 0ms;
    m_voiced = 0ms;
    m_audibleFrames = 0;
}

bool TurnListener::isTurnOver() const
{
    return hasTurn() && m_silence >= (m_voiced < kShortTurn ? kShortTurnEndSilence : kTurnEndSilence);
}

} // namespace engine::practice
