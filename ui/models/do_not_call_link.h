#pragma once

#include "engine/records/do_not_call.h"
#include "ui/models/engine_questions.h"

namespace ui::models {

/// The window's side of the list of numbers that must not be called. Answers come to `then`, unless `asker` is gone by then.
/// Lives on the window's thread, a child of the EngineLink.
class DoNotCallLink : public EngineQuestions
{
    Q_OBJECT
public:
    explicit DoNotCallLink(EngineLink &link);

    void list(QObject *asker, Then<QList<engine::records::DoNotCallEntry>> then);
    /// @param reason  may be empty; the date is today's. Answered when it is on the disk
    void add(const engine::E164Number &number, const QString &reason, QObject *asker, Then<engine::Done> then);
    void remove(const engine::E164Number &number, QObject *asker, Then<engine::Done> then);
    /// Adds the numbers of a text; see engine::records::parseDoNotCall().
    void import(const QByteArray &text, QObject *asker, Then<engine::records::DoNotCallImport> then);

signals:
    /// The list is another one than before, or another engine's.
    void changed();

private:
    void watch();
};

} // namespace ui::models
