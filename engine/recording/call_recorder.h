#pragma once

#include "engine/base/ids.h"
#include "engine/recording/two_track_timeline.h"

#include <QPointer>

namespace engine::recording {

class RecordingFolder;

/// Records one call from the side: gets what the callee said and what they heard, and streams both to the disk.
///
/// The moment something was heard is the carrier's time of the callee's sound beside it: on the media stream both
/// arrive in one order. Engine thread; the recording is complete when this goes.
class CallRecorder
{
public:
    CallRecorder(const CallSid &sid, RecordingFolder &folder);
    ~CallRecorder();
    CallRecorder(const CallRecorder &) = delete;
    CallRecorder &operator=(const CallRecorder &) = delete;

    /// @param mulaw  8000 Hz; @param streamTime  the carrier's time of its first sample
    void calleeSaid(QByteArrayView mulaw, std::chrono::milliseconds streamTime);
    /// The callee has just heard the last sample of this.
    void calleeHeard(QByteArrayView mulaw);

private:
    CallSid m_sid;
    QPointer<RecordingFolder> m_folder; // a call may be deleted after the engine
    TwoTrackTimeline m_timeline;
    std::chrono::milliseconds m_now{0};   // the carrier's time
    std::chrono::milliseconds m_taken{0}; // what was given to the disk
};

} // namespace engine::recording
