#pragma once

#include "engine/records/events.h"

#include <QStringList>

#include <variant>
#include <vector>

namespace support {

/// Keeps the events of a test and tells them in short.
class EventLog
{
public:
    void add(const engine::records::Event &event) { m_events.push_back(event); }
    const std::vector<engine::records::Event> &all() const { return m_events; }

    template <typename T>
    std::vector<T> only(const engine::CallSid &sid = {}) const
    {
        std::vector<T> found;
        for (const auto &event : m_events)
            if (const T *value = std::get_if<T>(&event); value && (sid.isEmpty() || value->sid == sid))
                found.push_back(*value);
        return found;
    }

    QStringList states(const engine::CallSid &sid = {}) const
    {
        QStringList words;
        for (const auto &changed : only<engine::records::CallStateChanged>(sid))
            words.append(changed.state);
        return words;
    }
    QStringList incidents(const engine::CallSid &sid = {}) const ///< their codes
    {
        QStringList codes;
        for (const auto &incident : only<engine::records::IncidentHappened>(sid))
            codes.append(incident.error.code);
        return codes;
    }
    QStringList heard(const engine::CallSid &sid = {}) const ///< what the callee heard of each turn of the agent
    {
        QStringList texts;
        for (const auto &turn : only<engine::records::AgentTurn>(sid))
            texts.append(turn.heard);
        return texts;
    }
    QStringList speaking(const engine::CallSid &sid = {}) const ///< sentences queued
    {
        QStringList texts;
        for (const auto &speaking : only<engine::records::AgentSpeaking>(sid))
            texts.append(speaking.text);
        return texts;
    }
    QStringList said(const engine::CallSid &sid = {}) const ///< the callee's final words
    {
        QStringList texts;
        for (const auto &said : only<engine::records::CalleeSaid>(sid))
            if (said.final)
                texts.append(said.text);
        return texts;
    }
    /// The ends of calls; one at most for a call that works.
    std::vector<engine::records::CallEnded> ends(const engine::CallSid &sid = {}) const
    {
        return only<engine::records::CallEnded>(sid);
    }

private:
    std::vector<engine::records::Event> m_events;
};

} // namespace support
