#include "engine/recording/recording_folder.h"

#include "engine/recording/recording_files.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace engine::recording {

namespace {

constexpr qint64 kMostWaitingBytes = 64 * 1024 * 1024; // a disk this far behind will not catch up

} // namespace

RecordingFolder::RecordingFolder(const QString &dataDir, QObject *parent)
    : QObject(parent), m_files(new RecordingFiles(QDir(dataDir).filePath(u"recordings"_s)))
{
    m_files->moveToThread(&m_thread);
    connect(m_files, &RecordingFiles::troubled, this, &RecordingFolder::troubled);
    connect(&m_thread, &QThread::finished, m_files, &QObject::deleteLater);
    m_thread.start();
    queue([](RecordingFiles &files) { files.mend(); });
}

RecordingFolder::~RecordingFolder()
{
    queue([this](RecordingFiles &) { m_thread.quit(); }); // behind everything else
    m_thread.wait();
}

void RecordingFolder::queue(std::function<void(RecordingFiles &)> job)
{
    QMetaObject::invokeMethod(
        m_files, [files = m_files, job = std::move(job)] { job(*files); }, Qt::QueuedConnection);
}

void RecordingFolder::append(const CallSid &sid, const QByteArray &interleaved)
{
    if (interleaved.isEmpty())
        return;
    if (m_waitingBytes + interleaved.size() > kMostWaitingBytes) {
        queue([sid](RecordingFiles &files) {
            files.abandon(sid, {Fault::Program, u"recording_too_slow"_s,
                                u"The disk of the data folder is too slow for the recordings. Calls go on without: "
                                u"choose another disk with "
                                "--data-dir, or turn recording off with DIALDESK_RECORDING=off."_s});
        });
        return;
    }
    m_waitingBytes += interleaved.size();
    queue([this, sid, interleaved](RecordingFiles &files) {
        files.append(sid, interleaved);
        m_waitingBytes -= interleaved.size();
    });
}

void RecordingFolder::finish(const CallSid &sid)
{
    queue([sid](RecordingFiles &files) { files.finish(sid); });
}

void RecordingFolder::remove(const CallSid &sid)
{
    queue([sid](RecordingFiles &files) { files.remove(sid); });
}

void RecordingFolder::read(const CallSid &sid, QObject *context, Then<QByteArray> then)
{
    // The answer's receiver stays on this thread; only its address travels, and it is looked at here again.
    auto answer = std::make_shared<std::function<void(const Result<QByteArray> &)>>(
        [context = QPointer(context), then = std::move(then)](const Result<QByteArray> &bytes) {
            if (context)
                then(bytes);
        });
    queue([this, sid, answer = std::move(answer)](RecordingFiles &files) mutable {
        QMetaObject::invokeMethod(
            this, [answer = std::move(answer), bytes = files.read(sid)] { (*answer)(bytes); }, Qt::QueuedConnection);
    });
}

} // namespace engine::recording
