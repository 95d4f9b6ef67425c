#include "ui/models/history_link.h"

#include "engine/call_history.h"
#include "ui/models/engine_link.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace ui::models {

using namespace engine::records;
using engine::CallHistory;
using engine::CallSid;
using engine::Result;

HistoryLink::HistoryLink(EngineLink &link) : QObject(&link), m_link(link)
{
    connect(&link, &EngineLink::detached, this, &HistoryLink::giveUpAll);
}

template <typename T>
void HistoryLink::ask(QObject *context, Then<T> then, Question<T> question)
{
    const int number = ++m_lastQuestion;
    const Then<T> answer = [context = QPointer(context), then = std::move(then)](const Result<T> &result) {
        if (context)
            then(result);
    };
    m_waiting.insert(number, [answer](const engine::Error &error) { answer(tl::unexpected(error)); });
    const bool posted = m_link.post([this, number, answer, question = std::move(question)](engine::Engine &engine) {
        question(engine.history(), &engine, [this, number, answer](const Result<T> &result) {
            const auto deliver = [this, number, answer, result] {
                if (m_waiting.remove(number))
                    answer(result);
            };
            QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
        });
    });
    if (!posted)
        QMetaObject::invokeMethod(
            this, [this, number] { giveUp(number); }, Qt::QueuedConnection);
}

void HistoryLink::giveUp(int number)
{
    if (const auto answer = m_waiting.take(number))
        answer({engine::Fault::Program, u"history_away"_s,
                tr("Dialdesk is starting and cannot read its history yet. Try again in a moment.")});
}

void HistoryLink::giveUpAll()
{
    const auto numbers = m_waiting.keys();
    for (const int number : numbers)
        giveUp(number);
}

void HistoryLink::find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then)
{
    ask<std::optional<CallRecord>>(context, std::move(then), [sid](CallHistory &history, QObject *there, auto answer) {
        history.find(sid, there, std::move(answer));
    });
}

void HistoryLink::list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then)
{
    ask<std::vector<CallSummary>>(context, std::move(then),
                                  [filter](CallHistory &history, QObject *there, auto answer) {
                                      history.list(filter, there, std::move(answer));
                                  });
}

void HistoryLink::listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then)
{
    ask<std::vector<CallRecord>>(context, std::move(then), [filter](CallHistory &history, QObject *there, auto answer) {
        history.listWhole(filter, there, std::move(answer));
    });
}

void HistoryLink::remove(const CallSid &sid, QObject *context, Then<engine::Done> then)
{
    ask<engine::Done>(context, std::move(then), [sid](CallHistory &history, QObject *there, auto answer) {
        history.remove(sid, there, std::move(answer));
    });
}

void HistoryLink::readRecording(const CallSid &sid, QObject *context, Then<QByteArray> then)
{
    ask<QByteArray>(context, std::move(then), [sid](CallHistory &history, QObject *there, auto answer) {
        history.readRecording(sid, there, std::move(answer));
    });
}

} // namespace ui::models
