#include "engine/recording/recording_files.h"

#include <QLoggingCategory>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::recording {

namespace {

Q_LOGGING_CATEGORY(lcRecording, "dialdesk.recording")

constexpr qsizetype kLongestSid = 64;
const auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

/// Writes the lengths the file has now into its header.
bool complete(QFile &file)
{
    const qsizetype headBytes = audio::wavHeader(kRecordingFormat, 0).size();
    const QByteArray header = audio::wavHeader(kRecordingFormat, std::max<qint64>(0, file.size() - headBytes));
    return file.seek(0) && file.write(header) == header.size();
}

Error unwritable(const QString &path, const QString &reason)
{
    return {Fault::Settings, u"recording_unwritable"_s,
            u"The recording %1 cannot be written (%2). The call goes on without; free space or make the data folder "
            u"writable, or turn "
            "recording off with DIALDESK_RECORDING=off."_s.arg(path, reason)};
}

} // namespace

RecordingFiles::RecordingFiles(const QString &folder) : m_folder(folder) {}

RecordingFiles::~RecordingFiles()
{
    for (const auto &file : std::as_const(m_open))
        complete(*file);
}

QString RecordingFiles::pathOf(const CallSid &sid) const
{
    const QString &word = sid.value();
    const bool plain =
        std::all_of(word.begin(), word.end(), [](QChar c) { return c.unicode() < 128 && c.isLetterOrNumber(); });
    return word.isEmpty() || word.size() > kLongestSid || !plain ? QString() : m_folder.filePath(word + ".wav"_L1);
}

QFile *RecordingFiles::open(const CallSid &sid)
{
    if (const auto known = m_open.value(sid))
        return known.get();
    const QString path = pathOf(sid);
    if (path.isEmpty())
        return nullptr;
    const auto file = std::make_shared<QFile>(path);
    const bool folderThere = m_folder.mkpath(u"."_s);
    const QByteArray header = audio::wavHeader(kRecordingFormat, 0);
    // Unbuffered: what was appended survives the program.
    if (!folderThere || !file->open(QIODevice::ReadWrite | QIODevice::Truncate | QIODevice::Unbuffered) ||
        !file->setPermissions(kOwnerOnly) || file->write(header) != header.size()) {
        abandon(sid, unwritable(path, folderThere ? file->errorString() : u"the folder cannot be created"_s));
        return nullptr;
    }
    m_open.insert(sid, file);
    return file.get();
}

void RecordingFiles::append(const CallSid &sid, const QByteArray &interleaved)
{
    if (m_abandoned.contains(sid))
        return;
    QFile *file = open(sid);
    if (!file)
        return;
    if (file->write(interleaved) == interleaved.size())
        m_inTrouble = false;
    else
        abandon(sid, unwritable(file->fileName(), file->errorString()));
}

void RecordingFiles::finish(const CallSid &sid)
{
    m_abandoned.remove(sid);
    const auto file = m_open.take(sid);
    if (file && !complete(*file))
        report(unwritable(file->fileName(), file->errorString()));
}

void RecordingFiles::abandon(const CallSid &sid, const Error &why)
{
    finish(sid); // what is there stays playable
    m_abandoned.insert(sid);
    report(why);
}

void RecordingFiles::remove(const CallSid &sid)
{
    m_open.remove(sid);
    QFile file(pathOf(sid));
    if (file.exists() && !file.remove())
        qCWarning(lcRecording).noquote() << "the recording" << file.fileName()
                                         << "cannot be deleted:" << file.errorString();
}

Result<QByteArray> RecordingFiles::read(const CallSid &sid) const
{
    QFile file(pathOf(sid));
    const QByteArray header = audio::wavHeader(kRecordingFormat, 0);
    if (!file.exists() || !file.open(QIODevice::ReadOnly) || file.size() <= header.size())
        return failure(Fault::Settings, u"no_recording"_s, u"There is no recording of this call."_s);
    QByteArray bytes = file.readAll();
    // The header of a file that still grows says nothing yet.
    return bytes.replace(0, header.size(), audio::wavHeader(kRecordingFormat, bytes.size() - header.size()));
}

void RecordingFiles::mend()
{
    for (const QFileInfo &entry : m_folder.entryInfoList({u"*.wav"_s}, QDir::Files)) {
        QFile file(entry.filePath());
        const QByteArray unfinished = audio::wavHeader(kRecordingFormat, 0);
        if (!file.open(QIODevice::ReadWrite))
            continue;
        const QByteArray header = file.read(unfinished.size());
        if (header == unfinished && file.size() > unfinished.size()) {
            file.resize(file.size() - (file.size() - unfinished.size()) % kRecordingFormat.bytesPerBlock());
            complete(file);
            qCInfo(lcRecording).noquote()
                << "the recording" << entry.fileName() << "was cut off and has been completed";
        } else if (file.size() <= unfinished.size() && unfinished.startsWith(header)) {
            file.remove(); // cut off before the first sample
        }
    }
}

void RecordingFiles::report(const Error &error)
{
    if (!std::exchange(m_inTrouble, true))
        emit troubled(error);
}

} // namespace engine::recording
