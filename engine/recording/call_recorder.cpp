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

void CallRecorder::calleeSaid(QByteArrayView mulaw, std::chrono::milliseconds streamTime)
{
    m_timeline.addCallee(streamTime, mulaw);
    m_now = std::min(std::max(m_now, streamTime + std::chrono::milliseconds(mulaw.size() / 8)), m_timeline.end());
    const auto settled = m_now - kHoldBack;
    if (settled < m_taken + kPiece)
        return;
    if (m_folder)
        m_folder->append(m_sid, m_timeline.take(settled));
    m_taken = settled;
}

void CallRecorder::calleeHeard(QByteArrayView mulaw)
{
    m_timeline.addAgent(m_now, mulaw);
}

} // namespace engine::recording
