#pragma once

#include "engine/records/call_store.h"
#include "engine/records/export.h"

#include <QObject>
#include <QSaveFile>
#include <QThreadPool>

#include <optional>

namespace ui::models {

class HistoryLink;

/// Writes calls to a file, which appears only when it is complete.
///
/// Lives on the window's thread; makes and writes the text on one of its own. Deletes itself after finished().
class CallExportJob : public QObject
{
    Q_OBJECT
public:
    CallExportJob(const QString &path, engine::records::ExportFormat format, QObject *parent);

    void exportOne(const engine::records::CallRecord &record);
    /// Every call that passes, page by page. @param history  outlives the job
    void exportAll(HistoryLink &history, engine::records::CallFilter filter);

signals:
    /// How many calls the file holds.
    void finished(const engine::Result<int> &count);

private:
    void askForPage(HistoryLink &history, const engine::records::CallFilter &filter);
    void write(std::function<QByteArray()> text);
    void complete();
    void end(const engine::Result<int> &count);

    int m_count = 0;
    // Used on the writer's thread alone, until it is done.
    QSaveFile m_file;
    engine::records::CallExport m_export;
    engine::records::ExportFormat m_format;
    QThreadPool m_writer; // one thread, so all is done in order; last, for its destructor waits
};

} // namespace ui::models
