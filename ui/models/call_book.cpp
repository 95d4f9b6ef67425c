#include "ui/models/call_book.h"

#include <utility>

namespace ui::models {

using engine::CallSid;

CallBook::CallBook(QObject *parent) : QObject(parent)
{
    connect(&m_calls, &CallListModel::callForgotten, this, &CallBook::dropTranscript);
}

CallBook::~CallBook() = default;

void CallBook::apply(const engine::records::Event &event)
{
    const CallSid sid = engine::records::callOf(event);
    if (sid.isEmpty()) {
        if (const auto *happened = std::get_if<engine::records::IncidentHappened>(&event))
            emit incident(happened->error);
        return;
    }
    // The transcript first: who hears that the call changed finds both up to date.
    TranscriptModel *transcript = m_transcripts.value(sid);
    if (!transcript && !m_calls.record(sid) && std::holds_alternative<engine::records::CallStateChanged>(event)) {
        transcript = new TranscriptModel(this);
        m_transcripts.insert(sid, transcript);
    }
    if (transcript)
        transcript->apply(event);
    m_calls.apply(event);
    if (std::holds_alternative<engine::records::CallEnded>(event))
        dropIfUnseen(sid);
}

void CallBook::addPast(const std::vector<engine::records::CallRecord> &records)
{
    m_calls.addPast(records);
}

void CallBook::open(const engine::records::CallRecord &record)
{
    if (m_calls.record(record.sid))
        return;
    dropTranscript(m_opened.sid);
    m_opened = record;
}

void CallBook::forget(const CallSid &sid)
{
    m_calls.forget(sid);
    if (sid != m_opened.sid)
        return;
    dropTranscript(sid);
    m_opened = {};
}

const engine::records::CallRecord *CallBook::record(const CallSid &sid) const
{
    if (const auto *listed = m_calls.record(sid))
        return listed;
    return !sid.isEmpty() && sid == m_opened.sid ? &m_opened : nullptr;
}

void CallBook::dropTranscript(const CallSid &sid)
{
    if (m_calls.record(sid))
        return; // opened first, then listed
    if (TranscriptModel *transcript = m_transcripts.take(sid))
        transcript->deleteLater();
}

void CallBook::dropIfUnseen(const CallSid &sid)
{
    const engine::records::CallRecord *record = this->record(sid);
    if (sid == m_lookedAt || !record || !record->ended)
        return;
    if (TranscriptModel *transcript = m_transcripts.take(sid))
        transcript->deleteLater();
}

TranscriptModel *CallBook::transcript(const CallSid &sid)
{
    dropIfUnseen(std::exchange(m_lookedAt, sid));
    if (TranscriptModel *known = m_transcripts.value(sid))
        return known;
    // A past call's words are laid out when somebody looks at them.
    const engine::records::CallRecord *record = this->record(sid);
    if (!record)
        return nullptr;
    auto *transcript = new TranscriptModel(this);
    for (const engine::records::Event &event : engine::records::eventsOf(*record))
        transcript->apply(event);
    m_transcripts.insert(sid, transcript);
    return transcript;
}

} // namespace ui::models
