#pragma once

#include "engine/base/result.h"
#include "ui/models/engine_link.h"

#include <QHash>
#include <QObject>
#include <QPointer>

#include <functional>

namespace ui::models {

/// Questions to the engine whose answers come back to whoever asked, on the window's thread.
///
/// Every question is answered once, unless its asker is gone by then: with an Error when there is no engine, or when it is replaced
/// before it has answered. Lives on the window's thread, a child of the EngineLink.
class EngineQuestions : public QObject
{
    Q_OBJECT
public:
    template <typename T>
    using Then = std::function<void(const engine::Result<T> &)>;

    explicit EngineQuestions(EngineLink &link);

protected:
    /// @param question  runs on the engine's thread and calls what it is given, on that thread, once it knows
    template <typename T>
    void ask(QObject *asker, Then<T> then, std::function<void(engine::Engine &engine, Then<T> answer)> question)
    {
        const int number = ++m_lastQuestion;
        const Then<T> answer = [asker = QPointer(asker), then = std::move(then)](const engine::Result<T> &result) {
            if (asker)
                then(result);
        };
        m_waiting.insert(number, [answer](const engine::Error &error) { answer(tl::unexpected(error)); });
        const bool posted = m_link.post([this, number, answer, question = std::move(question)](engine::Engine &engine) {
            question(engine, [this, number, answer](const engine::Result<T> &result) {
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

    EngineLink &link() const { return m_link; }

private:
    void giveUp(int number);
    void giveUpAll();

    EngineLink &m_link;
    QHash<int, std::function<void(const engine::Error &)>> m_waiting; // by the number of the question
    int m_lastQuestion = 0;
};

} // namespace ui::models
