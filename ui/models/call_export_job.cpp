#include "ui/models/call_export_job.h"

#include "ui/models/history_link.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace ui::models {

using namespace engine::records;
using engine::Result;

namespace {

constexpr int kExportPage = 50;

} // namespace

CallExportJob::CallExportJob(const QString &path, ExportFormat format, QObject *parent)
    : QObject(parent), m_file(path), m_export(format), m_format(format)
{
    m_writer.setMaxThreadCount(1);
    m_writer.start([this] { (void)m_file.open(QIODevice::WriteOnly); }); // a failure shows when it is completed
}

void CallExportJob::exportOne(const CallRecord &record)
{
    m_count = 1;
    write([this, record] { return exportCall(m_format, record); });
    complete();
}

void CallExportJob::exportAll(HistoryLink &history, CallFilter filter)
{
    filter.limit = kExportPage;
    filter.before = std::nullopt;
    write([this] { return m_export.head(); });
    askForPage(history, filter);
}

void CallExportJob::askForPage(HistoryLink &history, const CallFilter &filter)
{
    history.listWhole(filter, this, [this, &history, filter](const Result<std::vector<CallRecord>> &calls) {
        if (!calls) {
            end(tl::unexpected(calls.error()));
            return;
        }
        m_count += static_cast<int>(calls->size());
        write([this, calls = *calls] { return m_export.rows(calls); });
        if (static_cast<int>(calls->size()) == kExportPage) {
            CallFilter next = filter;
            next.before = calls->back().sid;
            askForPage(history, next);
            return;
        }
        write([this] { return m_export.tail(); });
        complete();
    });
}

void CallExportJob::write(std::function<QByteArray()> text)
{
    m_writer.start([this, text = std::move(text)] {
        if (m_file.isOpen() && m_file.error() == QFileDevice::NoError)
            m_file.write(text());
    });
}

void CallExportJob::complete()
{
    m_writer.start([this] {
        Result<int> result = m_count;
        if (!m_file.isOpen() || !m_file.commit())
            result = engine::failure(engine::Fault::Settings, u"export_unwritable"_s,
                                     tr("%1 cannot be written (%2). Choose another place.")
                                         .arg(QDir::toNativeSeparators(m_file.fileName()), m_file.errorString()));
        QMetaObject::invokeMethod(
            this, [this, result] { end(result); }, Qt::QueuedConnection);
    });
}

void CallExportJob::end(const Result<int> &count)
{
    deleteLater();
    emit finished(count);
}

} // namespace ui::models
