#include "ui/models/call_book.h"

namespace ui::models {

using engine::CallSid;

CallBook::CallBook(QObject *parent) : QObject(parent)
{
    connect(&m_calls, &CallListModel::callForgotten, this, [this](const CallSid &sid) {
        if (TranscriptModel *transcript = m_transcripts.take(sid))
            transcript->deleteLater();
    });
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
    if (!transcript && std::holds_alternative<engine::records::CallStateChanged>(event)) {
        transcript = new TranscriptModel(this);
        m_transcripts.insert(sid, transcript);
    }
    if (transcript)
        transcript->apply(event);
    m_calls.apply(event);
}

TranscriptModel *CallBook::transcript(const CallSid &sid) const
{
    return m_transcripts.value(sid);
}

} // namespace ui::models
