#pragma once

#include "ui/models/call_list_model.h"
#include "ui/models/transcript_model.h"

#include <QHash>

#include <memory>

namespace ui::models {

/// Every call the window can show: the list, and a transcript for each. Lives on the window's thread.
class CallBook : public QObject
{
    Q_OBJECT
public:
    explicit CallBook(QObject *parent = nullptr);
    ~CallBook() override;

    void apply(const engine::records::Event &event);
    /// Adds calls that ended before this session.
    void addPast(const std::vector<engine::records::CallRecord> &records);
    CallListModel &calls() { return m_calls; }
    /// nullptr for an unknown call. Goes when the call leaves the list.
    TranscriptModel *transcript(const engine::CallSid &sid);

signals:
    /// Something happened that belongs to no call.
    void incident(const engine::Error &error);

private:
    CallListModel m_calls;
    QHash<engine::CallSid, TranscriptModel *> m_transcripts; // children of this
};

} // namespace ui::models
