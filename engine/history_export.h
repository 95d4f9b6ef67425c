#pragma once

#include "engine/call_history.h"
#include "engine/records/export.h"
#include "engine/server/handlers.h"

#include <QObject>

#include <memory>

namespace engine {

/// Answers one request with every call of a filter, page by page, so that neither memory nor the database is held by a
/// long history. Engine thread; deletes itself when the answer is complete or nobody wants it any more.
class HistoryExport : public QObject
{
    Q_OBJECT
public:
    /// @param history, clock  outlive this
    HistoryExport(CallHistory &history, Clock &clock, const records::CallFilter &filter, records::ExportFormat format,
                  server::Responder responder, QObject *parent);

    void start() { askForPage(); }

private:
    void askForPage();
    void goOn();
    void onPage(const Result<std::vector<records::CallRecord>> &calls);

    CallHistory &m_history;
    records::CallFilter m_filter;
    records::ExportFormat m_format;
    records::CallExport m_export;
    server::Responder m_responder;
    std::unique_ptr<server::BodyStream> m_stream; // once the first page is there
    std::unique_ptr<Timer> m_patience;            // until the peer has taken what it was sent
};

} // namespace engine
