#pragma once

#include "engine/base/background_thread.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QObject>

#include <atomic>
#include <functional>

namespace engine::recording {

class RecordingFiles;

/// The calls' recordings: `recordings/<call>.wav` in the data folder, two channels of 8000 Hz mu-law, callee left,
/// agent right.
///
/// Nothing here waits for the disk, except the destructor: all work on files is done on a thread of its own, in the
/// order of the commands. A file grows while its call runs and is whole at every moment but for the lengths in its
/// header, which are written at the end, or by the next run of the program. Engine thread.
class RecordingFolder : public QObject
{
    Q_OBJECT
public:
    template <typename T>
    using Then = std::function<void(const Result<T> &)>;

    /// Mends the files an earlier run of the program left without an end.
    /// @param dataDir  the recordings go into its folder "recordings", made when first written to
    explicit RecordingFolder(const QString &dataDir, QObject *parent = nullptr);
    /// Does all that was commanded and completes the files.
    ~RecordingFolder() override;

    /// Adds to the end of a call's recording, which begins with the first piece. @param interleaved  whole samples of
    /// both channels
    void append(const CallSid &sid, const QByteArray &interleaved);
    /// The recording is complete.
    void finish(const CallSid &sid);
    /// Deletes the recording of a call, if there is one.
    void remove(const CallSid &sid);
    /// A whole WAV file, also of a call that is still being recorded. @param then  on this thread, unless `context` is
    /// gone; Error "no_recording" when there is none
    void read(const CallSid &sid, QObject *context, Then<QByteArray> then);

signals:
    /// A recording cannot be written: an incident for the operator. Told once until one can be.
    void troubled(const engine::Error &error);

private:
    void queue(std::function<void(RecordingFiles &)> job);

    BackgroundThread m_thread{QStringLiteral("recordings")};
    RecordingFiles *m_files; // lives on m_thread, which deletes it at its end
    std::atomic<qint64> m_waitingBytes = 0;
};

} // namespace engine::recording
