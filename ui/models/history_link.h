#pragma once

#include "engine/records/call_store.h"

#include <QHash>
#include <QObject>

#include <functional>

namespace engine {
class CallHistory;
}

namespace ui::models {

class EngineLink;

/// The window's side of the call history: questions go to the engine's thread, answers come back to `then`, unless
/// `context` is gone by then.
///
/// Every question is answered: with an Error when there is no engine, or when it is replaced before it has answered.
/// Lives on the window's thread, a child of the EngineLink.
class HistoryLink : public QObject
{
    Q_OBJECT
public:
    template <typename T>
    using Then = std::function<void(const engine::Result<T> &)>;

    explicit HistoryLink(EngineLink &link);

    /// As the functions of engine::CallHistory of these names.
    void find(const engine::CallSid &sid, QObject *context, Then<std::optional<engine::records::CallRecord>> then);
    void list(const engine::records::CallFilter &filter, QObject *context,
              Then<std::vector<engine::records::CallSummary>> then);
    void listWhole(const engine::records::CallFilter &filter, QObject *context,
                   Then<std::vector<engine::records::CallRecord>> then);
    void remove(const engine::CallSid &sid, QObject *context, Then<engine::Done> then);
    void readRecording(const engine::CallSid &sid, QObject *context, Then<QByteArray> then);

private:
    template <typename T>
    using Question = std::function<void(engine::CallHistory &history, QObject *context, Then<T> then)>;
    template <typename T>
    void ask(QObject *context, Then<T> then, Question<T> question);
    void giveUp(int number);
    void giveUpAll();

    EngineLink &m_link;
    QHash<int, std::function<void(const engine::Error &)>> m_waiting; // by the number of the question
    int m_lastQuestion = 0;
};

} // namespace ui::models
