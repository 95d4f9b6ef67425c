#pragma once

#include "ui/models/call_list_model.h"
#include "ui/models/transcript_model.h"

#include <QHash>

#include <memory>

namespace ui::models {

/// Every call the window can show: the list, and the transcripts of those that are live or looked at. Lives on the window's thread.
class CallBook : public QObject
{
    Q_OBJECT
public:
    explicit CallBook(QObject *parent = nullptr);
    ~CallBook() override;

    void apply(const engine::records::Event &event);
    /// Adds calls that ended before this session.
    void addPast(const std::vector<engine::records::CallRecord> &records);
    /// Keeps one call of the history beside the list, to be looked at; until the next one.
    void open(const engine::records::CallRecord &record);
    /// Forgets everything about a call that has ended.
    void forget(const engine::CallSid &sid);
    CallListModel &calls() { return m_calls; }
    /// All that is known of a call, of the list or opened; nullptr for another. Valid until the next apply().
    const engine::records::CallRecord *record(const engine::CallSid &sid) const;
    /// The transcript to look at from now on; nullptr for an unknown call. Goes when the call leaves the list, and once the call is
    /// over and another one is looked at.
    TranscriptModel *transcript(const engine::CallSid &sid);

signals:
    /// Something happened that belongs to no call.
    void incident(const engine::Error &error);

private:
    void dropTranscript(const engine::CallSid &sid);
    /// Words are laid out for whoever looks: those of a call that is over can be laid out again from its record.
    void dropIfUnseen(const engine::CallSid &sid);

    CallListModel m_calls;
    engine::records::CallRecord m_opened;                    // none without a sid
    engine::CallSid m_lookedAt;
    QHash<engine::CallSid, TranscriptModel *> m_transcripts; // children of this
};

} // namespace ui::models
