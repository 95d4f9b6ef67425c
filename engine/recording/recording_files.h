#pragma once

#include "engine/audio/wav.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QObject>
#include <QSet>

#include <memory>

namespace engine::recording {

/// What the recordings are encoded as: the carrier's own encoding, so nothing is lost and a minute takes 0.96 MB.
inline constexpr audio::WavFormat kRecordingFormat = {audio::WavFormat::Encoding::Mulaw, 2, 8000};

/// The files of the RecordingFolder. Lives on its thread, which owns it and is the only one to touch it.
class RecordingFiles : public QObject
{
    Q_OBJECT
public:
    explicit RecordingFiles(const QString &folder);
    /// Completes the files still open.
    ~RecordingFiles() override;

    void append(const CallSid &sid, const QByteArray &interleaved);
    void finish(const CallSid &sid);
    /// Takes no more of a call: what follows would not fit behind what is there.
    void abandon(const CallSid &sid, const Error &why);
    void remove(const CallSid &sid);
    [[nodiscard]] Result<QByteArray> read(const CallSid &sid) const;
    /// Completes the header of every file that an earlier run left open, and deletes those without a sample.
    void mend();

signals:
    void troubled(const engine::Error &error);

private:
    QFile *open(const CallSid &sid);
    /// "" for an id that is no plain word, and so cannot be the name of a file of ours.
    QString pathOf(const CallSid &sid) const;
    void report(const Error &error);

    QDir m_folder;
    QHash<CallSid, std::shared_ptr<QFile>> m_open;
    QSet<CallSid> m_abandoned;
    bool m_inTrouble = false;
};

} // namespace engine::recording
