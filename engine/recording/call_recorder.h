#pragma once

#include "engine/base/ids.h"
#include "engine/recording/two_track_timeline.h"

#include <QHash>
#include <QPointer>

namespace engine::recording {

class RecordingFolder;

/// Records one call from the side: gets what the callee said and what they heard, streams both to the disk, and knows where in the
/// recording each line of the transcript begins.
///
/// The moment something was heard is the carrier's time of the callee's sound beside it: on the media stream both
/// arrive in one order. Engine thread; the recording is complete when this goes.
class CallRecorder
{
public:
    using milliseconds = std::chrono::milliseconds;

    CallRecorder(const CallSid &sid, RecordingFolder &folder);
    ~CallRecorder();
    CallRecorder(const CallRecorder &) = delete;
    CallRecorder &operator=(const CallRecorder &) = delete;

    /// @param mulaw  8000 Hz; @param streamTime  the carrier's time of its first sample
    void calleeSaid(QByteArrayView mulaw, milliseconds streamTime);
    /// The callee has heard this piece of an agent's turn, its last sample so long ago.
    void calleeHeard(int turn, QByteArrayView mulaw, milliseconds ago);

    /// The callee began to speak so long ago, counted in their sound.
    void calleeBegan(milliseconds ago);
    /// The callee has stopped speaking.
    void calleeStopped() { m_speaking = false; }
    /// Where the words of the callee begin that have just become final.
    [[nodiscard]] milliseconds beginOfWords();
    /// Where an agent's turn that is over begins; nullopt when nothing of it was heard.
    [[nodiscard]] std::optional<milliseconds> beginOfTurn(int turn);

private:
    CallSid m_sid;
    QPointer<RecordingFolder> m_folder; // a call may be deleted after the engine
    TwoTrackTimeline m_timeline;
    milliseconds m_now{0};   // the carrier's time
    milliseconds m_taken{0}; // what was given to the disk
    bool m_speaking = false; // the callee
    std::optional<milliseconds> m_wordsFrom;
    QHash<int, milliseconds> m_turnsFrom; // not over yet
};

} // namespace engine::recording
