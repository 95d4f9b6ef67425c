#include "engine/history_export.h"

#include "engine/history_answers.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

namespace {

constexpr int kPage = 50;
constexpr qint64 kUnsentEnough = 1024 * 1024;
constexpr auto kPatience = 50ms;

} // namespace

HistoryExport::HistoryExport(CallHistory &history, Clock &clock, const records::CallFilter &filter,
                             records::ExportFormat format, server::Responder responder, QObject *parent)
    : QObject(parent), m_history(history), m_filter(filter), m_format(format), m_export(format),
      m_responder(std::move(responder)), m_patience(clock.makeTimer([this] { goOn(); }))
{
    m_filter.limit = kPage;
}

void HistoryExport::askForPage()
{
    m_history.listWhole(m_filter, this,
                        [this](const Result<std::vector<records::CallRecord>> &calls) { onPage(calls); });
}

void HistoryExport::goOn()
{
    if (m_stream->unsentBytes() > kUnsentEnough)
        m_patience->start(kPatience);
    else
        askForPage();
}

void HistoryExport::onPage(const Result<std::vector<records::CallRecord>> &calls)
{
    if (!calls) {
        // In the middle of the body only a broken connection says that something is missing.
        if (!m_stream)
            m_responder.send(historyErrorResponse(calls.error()));
        deleteLater();
        return;
    }
    if (!m_stream) {
        m_stream = m_responder.stream(exportHead(m_format, u"calls"_s));
        m_stream->write(m_export.head());
    }
    m_stream->write(m_export.rows(*calls));
    if (static_cast<int>(calls->size()) == kPage && !m_stream->isGone()) {
        m_filter.before = calls->back().sid;
        goOn();
        return;
    }
    m_stream->write(m_export.tail());
    m_stream->finish();
    deleteLater();
}

} // namespace engine
