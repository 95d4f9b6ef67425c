#pragma once

#include "engine/records/call_store.h"
#include "ui/models/engine_questions.h"

namespace ui::models {

/// The window's side of the call history. Lives on the window's thread, a child of the EngineLink.
class HistoryLink : public EngineQuestions
{
    Q_OBJECT
public:
    using EngineQuestions::EngineQuestions;

    /// As the functions of engine::CallHistory of these names; answered to `then`, unless `context` is gone by then.
    void find(const engine::CallSid &sid, QObject *context, Then<std::optional<engine::records::CallRecord>> then);
    void list(const engine::records::CallFilter &filter, QObject *context,
              Then<std::vector<engine::records::CallSummary>> then);
    void listWhole(const engine::records::CallFilter &filter, QObject *context,
                   Then<std::vector<engine::records::CallRecord>> then);
    void remove(const engine::CallSid &sid, QObject *context, Then<engine::Done> then);
    void readRecording(const engine::CallSid &sid, QObject *context, Then<QByteArray> then);
};

} // namespace ui::models
