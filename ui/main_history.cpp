// The history in the main window: opening its calls, deleting and exporting them, today's calls in the list.
#include "ui/format/number_text.h"
#include "ui/main_window.h"
#include "ui/models/call_export_job.h"
#include "ui/models/history_link.h"
#include "ui/pages/call_page.h"
#include "ui/pages/export_dialog.h"
#include "ui/pages/history_page.h"
#include "ui/pages/left_column.h"
#include "ui/pages/questions.h"
#include "ui/pages/status_line.h"
#include "ui/pages/top_bar.h"
#include "ui/theme.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace ui {

using engine::CallSid;
using engine::Result;
using engine::records::CallRecord;
using engine::records::ExportFormat;

void MainWindow::connectHistory()
{
    connect(&m_link, &models::EngineLink::attached, this, &MainWindow::showToday);
    connect(m_topBar, &pages::TopBar::historyAsked, this, &MainWindow::toggleHistory);
    connect(m_historyPage, &pages::HistoryPage::closeAsked, this, &MainWindow::toggleHistory);
    connect(m_historyPage, &pages::HistoryPage::callSelected, this, &MainWindow::openPast);
    connect(m_historyPage, &pages::HistoryPage::callClicked, this, &MainWindow::lookAtCall);
    connect(m_historyPage, &pages::HistoryPage::exportAsked, this, &MainWindow::exportCalls);
    connect(m_callPage, &pages::CallPage::exportAsked, this, &MainWindow::exportCall);
    connect(m_callPage, &pages::CallPage::deleteAsked, this, &MainWindow::deleteCall);
    connect(m_callPage, &pages::CallPage::canPlayChanged, this, &MainWindow::enableActions);
    connect(m_callPage, &pages::CallPage::recordingAsked, this, [this](const CallSid &sid) {
        m_link.history().readRecording(sid, this, [this, sid](const Result<QByteArray> &wav) { m_callPage->setRecording(sid, wav); });
    });
}

void MainWindow::showToday()
{
    engine::records::CallFilter today;
    today.from = QDate::currentDate().startOfDay().toUTC();
    today.limit = models::CallListModel::kEndedKept;
    m_link.history().listWhole(today, this, [this](const Result<std::vector<CallRecord>> &calls) {
        if (calls)
            m_book.addPast(*calls);
        else
            m_status->showNews(calls.error().message);
    });
}

void MainWindow::toggleHistory()
{
    setHistoryShown(!m_historyShown);
}

void MainWindow::setHistoryShown(bool shown)
{
    m_historyShown = shown;
    m_topBar->setHistoryShown(shown);
    m_historyAction->setChecked(shown);
    m_unfolded = shown && width() < metrics::kFoldList;
    fold();
    if (shown)
        m_historyPage->open();
    else
        m_leftColumn->selectCall(m_callPage->shown());
}

void MainWindow::openPast(const CallSid &sid)
{
    m_pastWanted = sid;
    if (m_book.record(sid)) {
        m_leftColumn->selectCall(sid);
        showCall(sid);
        return;
    }
    m_link.history().find(sid, this, [this, sid](const Result<std::optional<CallRecord>> &call) {
        if (m_pastWanted != sid)
            return; // another one was chosen since
        if (!call) {
            pages::showFailure(tr("The call cannot be opened"), call.error(), this);
        } else if (!*call) {
            m_historyPage->remove(sid);
            m_status->showNews(tr("This call has been deleted."));
        } else {
            m_leftColumn->clearSelection();
            m_book.open(**call);
            showCall(sid);
        }
    });
}

void MainWindow::deleteCall(const CallSid &sid)
{
    const CallRecord *record = m_book.record(sid);
    if (!record)
        return;
    pages::askToDelete(format::numberText(record->to, m_link.facts().homeRegion), this, [this, sid] {
        m_link.history().remove(sid, this, [this, sid](const Result<engine::Done> &removed) {
            if (!removed && removed.error().code != "call_unknown"_L1) {
                pages::showFailure(tr("The call cannot be deleted"), removed.error(), this);
                return;
            }
            m_historyPage->remove(sid);
            m_book.forget(sid);
            if (m_callPage->shown() == sid)
                showCall({});
            m_status->showNews(tr("The call is deleted."));
        });
    });
}

void MainWindow::exportCall(const CallSid &sid)
{
    const CallRecord *shown = m_book.record(sid);
    if (!shown)
        return;
    pages::askForExportFile(tr("call %1").arg(sid.value()), this,
                            [this, record = *shown](const QString &path, ExportFormat format) {
                                startExport(path, format)->exportOne(record);
                            });
}

void MainWindow::exportCalls(const engine::records::CallFilter &filter)
{
    const QString day = QDate::currentDate().toString(Qt::ISODate);
    pages::askForExportFile(tr("calls %1").arg(day), this, [this, filter](const QString &path, ExportFormat format) {
        startExport(path, format)->exportAll(m_link.history(), filter);
    });
}

models::CallExportJob *MainWindow::startExport(const QString &path, ExportFormat format)
{
    auto *job = new models::CallExportJob(path, format, this);
    m_status->showNews(tr("Writing %1 …").arg(QDir::toNativeSeparators(path)));
    connect(job, &models::CallExportJob::finished, this, [this, path](const Result<int> &count) {
        if (!count) {
            m_status->showNews({});
            pages::showFailure(tr("The calls are not exported"), count.error(), this);
            return;
        }
        const QString place = QDir::toNativeSeparators(path);
        m_status->showNews(*count == 1 ? tr("One call is saved in %1").arg(place)
                                       : tr("%n calls are saved in %1", nullptr, *count).arg(place));
    });
    return job;
}

} // namespace ui
