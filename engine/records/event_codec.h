#pragma once

#include "engine/records/events.h"

#include <QByteArrayView>

/// The form in which the store keeps an event: one compact JSON object with every value exactly as it was, so that a
/// record read back equals the record that was. (toJson() of events.h rounds, for people.) The call is not in it: the
/// store knows whose event it is.
///
///     {"event":"state","state":"ringing","to":"+14155550100","from":"+14155550199","env":"local","practice":true,"at":"2026-03-04T10:00:00.000Z"}
///     {"event":"said","turn":1,"text":"Hello?","at":...}
///     {"event":"turn","turn":1,"heard":"Good","cut":"morning","interrupted":true,"steps":[["speech_end",0],["turn_end",300.25]],...}
///     {"event":"tool",...}  {"event":"incident",...}  {"event":"ended",...}
namespace engine::records {

/// Whether an event is part of a call's record. Interim words and sentences merely queued are not.
[[nodiscard]] bool isLasting(const Event &event);

/// @param event  a lasting one
[[nodiscard]] QByteArray encodeEvent(const Event &event);
/// Total. @return the event of that call, or Error "event_unreadable"
[[nodiscard]] Result<Event> decodeEvent(QByteArrayView json, const CallSid &sid);

} // namespace engine::records
