#pragma once

#include "engine/base/clock.h"
#include "engine/records/dial_journal.h"

#include <QObject>

#include <memory>

namespace engine {

/// Asks the journal what came of an earlier request with the same Idempotency-Key, also of one before the last start.
/// While that is being found out at the carrier, it waits. A child of who asks; finished() comes once, then it deletes
/// itself. Engine thread.
class EarlierDial : public QObject
{
    Q_OBJECT
public:
    /// @param journal, clock  outlive this
    EarlierDial(const QByteArray &key, records::DialJournal &journal, Clock &clock, QObject *parent);

signals:
    /// The request's entry, Placed or Absent; nullopt: there was none, so it is to be carried out. Error codes
    /// "journal_unreadable", "carrier_unreachable" (still not known).
    void finished(const engine::Result<std::optional<engine::records::DialEntry>> &entry);

private:
    void ask();
    void take(const Result<std::optional<records::DialEntry>> &entry);

    QByteArray m_key;
    records::DialJournal &m_journal;
    std::unique_ptr<Timer> m_timer;
    int m_questions = 0;
};

} // namespace engine
