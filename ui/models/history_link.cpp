#include "ui/models/history_link.h"

#include "engine/call_history.h"

namespace ui::models {

using namespace engine::records;
using engine::CallSid;
using engine::Engine;

void HistoryLink::find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then)
{
    ask<std::optional<CallRecord>>(context, std::move(then), [sid](Engine &engine, auto answer) {
        engine.history().find(sid, &engine, std::move(answer));
    });
}

void HistoryLink::list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then)
{
    ask<std::vector<CallSummary>>(context, std::move(then), [filter](Engine &engine, auto answer) {
        engine.history().list(filter, &engine, std::move(answer));
    });
}

void HistoryLink::listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then)
{
    ask<std::vector<CallRecord>>(context, std::move(then), [filter](Engine &engine, auto answer) {
        engine.history().listWhole(filter, &engine, std::move(answer));
    });
}

void HistoryLink::remove(const CallSid &sid, QObject *context, Then<engine::Done> then)
{
    ask<engine::Done>(context, std::move(then), [sid](Engine &engine, auto answer) {
        engine.history().remove(sid, &engine, std::move(answer));
    });
}

void HistoryLink::readRecording(const CallSid &sid, QObject *context, Then<QByteArray> then)
{
    ask<QByteArray>(context, std::move(then), [sid](Engine &engine, auto answer) {
        engine.history().readRecording(sid, &engine, std::move(answer));
    });
}

} // namespace ui::models
