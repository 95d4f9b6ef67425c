#include "engine/recording/call_recorder.h"

#include "engine/recording/recording_folder.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace engine::recording {

namespace {

/// What was heard is known from a mark behind every 200 ms of sound; so long a call's last second may still change.
constexpr auto kHoldBack = 1000ms;
constexpr auto kPiece = 500ms;

} // namespace

CallRecorder::CallRecorder(const CallSid &sid, RecordingFolder &folder) : m_sid(sid), m_folder(&folder) {}

CallRecorder::~CallRecorder()
{
    if (!m_folder)
        return;
    m_folder->append(m_sid, m_timeline.take(m_timeline.end()));
    m_folder->finish(m_sid);
}

void CallRecorder::calleeSaid(QByteArrayView mulaw, milliseconds streamTime)
{
    m_timeline.addCallee(streamTime, mulaw);
    m_now = std::min(std::max(m_now, streamTime + milliseconds(mulaw.size() / 8)), m_timeline.end());
    const auto settled = m_now - kHoldBack;
    if (settled < m_taken + kPiece)
        return;
    if (m_folder)
        m_folder->append(m_sid, m_timeline.take(settled));
    m_taken = settled;
}

void CallRecorder::calleeHeard(int turn, QByteArrayView mulaw, milliseconds ago)
{
    const milliseconds from = m_timeline.addAgent(m_now - ago, mulaw);
    if (!m_turnsFrom.contains(turn))
        m_turnsFrom.insert(turn, from);
}

void CallRecorder::calleeBegan(milliseconds ago)
{
    m_speaking = true;
    // A pause within words that are not final yet begins nothing.
    if (!m_wordsFrom)
        m_wordsFrom = std::max(milliseconds(0), m_now - ago);
}

CallRecorder::milliseconds CallRecorder::beginOfWords()
{
    const milliseconds from = m_wordsFrom.value_or(m_now);
    m_wordsFrom.reset();
    if (m_speaking) // what becomes final next follows
        m_wordsFrom = m_now;
    return from;
}

std::optional<CallRecorder::milliseconds> CallRecorder::beginOfTurn(int turn)
{
    const auto found = m_turnsFrom.constFind(turn);
    if (found == m_turnsFrom.cend())
        return std::nullopt;
    const milliseconds from = *found;
    m_turnsFrom.erase(found);
    return from;
}

} // namespace engine::recording
