#pragma once

#include "engine/records/dial_journal.h"

#include <QMetaObject>

#include <algorithm>

namespace support {

/// A journal in memory that answers when events are processed, as the real one does. The test sees every entry and may
/// let the disk fail.
class FakeDialJournal final : public engine::records::DialJournal
{
    Q_OBJECT
public:
    std::vector<engine::records::DialEntry> entries;
    std::optional<engine::Error> trouble; ///< the answer to everything while it is set

    const engine::records::DialEntry *entry(const engine::CallSid &sid) const
    {
        const auto found =
            std::find_if(entries.begin(), entries.end(), [&](const auto &each) { return each.answer.sid == sid; });
        return found == entries.end() ? nullptr : &*found;
    }

    void write(const engine::records::DialWish &wish, QObject *context, Then<qint64> then) override
    {
        const auto id = static_cast<qint64>(entries.size()) + 1;
        if (!trouble)
            entries.push_back({id, wish, {}, std::nullopt, false});
        answer<qint64>(id, context, std::move(then));
    }
    void probe(QObject *context, Then<engine::Done> then) override
    {
        answer<engine::Done>(engine::Done{}, context, std::move(then));
    }
    void settle(qint64 id, const engine::records::DialAnswer &settled, QObject *context,
                Then<engine::Done> then) override
    {
        const bool isTaken = !settled.sid.isEmpty() && entry(settled.sid) && entry(settled.sid)->id != id;
        if (isTaken) {
            answer<engine::Done>(engine::failure(engine::Fault::Program, QStringLiteral("call_taken"), {}), context,
                                 std::move(then));
            return;
        }
        if (!trouble)
            entries[static_cast<size_t>(id - 1)].answer = settled;
        answer<engine::Done>(engine::Done{}, context, std::move(then));
    }
    void end(const engine::CallSid &sid, const engine::records::DialEnd &end) override
    {
        for (auto &each : entries)
            if (each.answer.sid == sid && !trouble)
                each.end = end;
    }
    void open(QObject *context, Then<std::vector<engine::records::DialEntry>> then) override
    {
        std::vector<engine::records::DialEntry> found;
        for (const auto &each : entries)
            if (!each.end && each.answer.outcome != engine::records::DialOutcome::Refused)
                found.push_back(each);
        answer<std::vector<engine::records::DialEntry>>(found, context, std::move(then));
    }
    void find(const QList<engine::CallSid> &sids, QObject *context,
              Then<std::vector<engine::records::DialEntry>> then) override
    {
        std::vector<engine::records::DialEntry> found;
        for (const auto &each : entries)
            if (sids.contains(each.answer.sid))
                found.push_back(each);
        answer<std::vector<engine::records::DialEntry>>(found, context, std::move(then));
    }
    void findRequest(const QByteArray &key, QObject *context,
                     Then<std::optional<engine::records::DialEntry>> then) override
    {
        std::optional<engine::records::DialEntry> found;
        for (const auto &each : entries)
            if (each.wish.requestKey == key && each.answer.outcome != engine::records::DialOutcome::Refused)
                found = each;
        answer<std::optional<engine::records::DialEntry>>(found, context, std::move(then));
    }

private:
    template <typename T>
    void answer(const engine::Result<T> &value, QObject *context, Then<T> then)
    {
        const engine::Result<T> result = trouble ? engine::Result<T>(tl::unexpected(*trouble)) : value;
        QMetaObject::invokeMethod(
            context, [result, then = std::move(then)] { then(result); }, Qt::QueuedConnection);
    }
};

} // namespace support
