#include "ui/format/timeline.h"

#include "ui/format/call_text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace ui::format {

using namespace engine::records;

namespace {

struct Timeline
{
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString noteText(const CallNoted &note)
{
    if (note.what == "connections_ready"_L1)
        return Timeline::tr("Connected to transcriber and voice");
    if (note.what == "twiml_served"_L1)
        return Timeline::tr("Instructions (TwiML) served to the carrier");
    if (note.what == "stream_started"_L1)
        return Timeline::tr("Media stream started");
    if (note.what == "carrier_code"_L1)
        return Timeline::tr("The network answered: SIP %1").arg(note.text);
    return note.text.isEmpty() ? note.what : note.what + ": "_L1 + note.text;
}

TimelineEntry entryOf(const Event &event)
{
    TimelineEntry entry;
    entry.at = std::visit([](const auto &value) { return value.at; }, event);
    if (const auto *changed = std::get_if<CallStateChanged>(&event)) {
        const auto state = engine::calls::callStateFromWord(changed->state);
        entry.text = state ? stateText(*state) : changed->state;
    } else if (const auto *note = std::get_if<CallNoted>(&event)) {
        entry.text = noteText(*note);
    } else if (const auto *tool = std::get_if<ToolCalled>(&event)) {
        entry.text = Timeline::tr("Agent used %1").arg(tool->name);
    } else if (const auto *incident = std::get_if<IncidentHappened>(&event)) {
        entry.text = Timeline::tr("%1 (%2)", "what happened, whose fault")
                         .arg(incident->error.message, faultText(incident->error.fault));
        entry.trouble = true;
    } else if (const auto *ended = std::get_if<CallEnded>(&event)) {
        entry.text = endText(*ended);
    }
    return entry;
}

std::optional<QDateTime> timeOf(const CallRecord &record, QStringView note)
{
    for (const CallNoted &each : record.notes)
        if (each.what == note)
            return each.at;
    return std::nullopt;
}

std::optional<QDateTime> pickUpOf(const CallRecord &record)
{
    for (const auto &[state, at] : record.states)
        if (state == "in-progress"_L1)
            return at;
    return std::nullopt;
}

} // namespace

std::vector<TimelineEntry> timelineOf(const CallRecord &record)
{
    std::vector<TimelineEntry> entries;
    for (const Event &event : eventsOf(record)) {
        TimelineEntry entry = entryOf(event);
        // The terminal state is told by the end, with its reason.
        const bool terminal = std::holds_alternative<CallStateChanged>(event) && record.ended &&
                              std::get<CallStateChanged>(event).state == record.ended->status;
        if (entry.text.isEmpty() || terminal)
            continue;
        entry.afterMs = entries.empty() ? 0.0 : static_cast<double>(entries.front().at.msecsTo(entry.at));
        entries.push_back(entry);
    }
    return entries;
}

QString twimlOf(const CallRecord &record)
{
    for (auto note = record.notes.rbegin(); note != record.notes.rend(); ++note)
        if (note->what == "twiml_served"_L1)
            return note->text;
    return {};
}

QStringList carrierTexts(const CallRecord &record)
{
    QStringList texts;
    for (const CallNoted &note : record.notes)
        if (note.what == "carrier_code"_L1)
            texts.append(noteText(note));
    for (const IncidentHappened &incident : record.incidents)
        if (incident.error.fault == engine::Fault::Carrier)
            texts.append(incident.error.message);
    return texts;
}

std::optional<std::chrono::seconds> timeLeft(const CallRecord &record, std::chrono::seconds limit, const QDateTime &now)
{
    if (record.ended)
        return std::nullopt;
    const auto answered = pickUpOf(record);
    if (!answered)
        return std::nullopt;
    return std::max(limit - std::chrono::seconds(answered->secsTo(now)), std::chrono::seconds(0));
}

std::optional<double> readyBeforePickUpMs(const CallRecord &record)
{
    const auto ready = timeOf(record, u"connections_ready");
    const auto answered = pickUpOf(record);
    if (!ready || !answered)
        return std::nullopt;
    return static_cast<double>(ready->msecsTo(*answered));
}

} // namespace ui::format
