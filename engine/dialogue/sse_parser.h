#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace engine::dialogue {

/// One Server-Sent Event.
struct SseEvent
{
    QByteArray name; ///< the "event" field, usually empty
    QByteArray data; ///< its "data" lines joined with \n, still as bytes: UTF-8 is decoded per event, never per read
    bool operator==(const SseEvent &) const = default;
};

/// Cuts a text/event-stream body into events. Pure; works on bytes, which may be split anywhere.
///
/// Follows the WHATWG stream format: lines end in \n, \r\n or \r; a blank line ends an event; a line that starts with
/// ":" is a comment; "data", "event", "id" and "retry" are fields; an event without data is dropped. For example
///
///     : keep-alive
///     data: {"a":
///     data: 1}
///     <blank line>
///
/// is one event with the data "{\"a\":\n1}". Vendors also put plain JSON into such a body after a 200; lines that are
/// no field are therefore kept and can be read with stray().
class SseParser
{
public:
    /// The largest event (its data, or one line of it) that is accepted.
    static constexpr qsizetype kMaxEventBytes = 1024 * 1024;
    /// How much of the lines that are no field is kept.
    static constexpr qsizetype kMaxStrayBytes = 64 * 1024;

    /// @return the events these bytes completed, in order; none once overflowed()
    [[nodiscard]] std::vector<SseEvent> push(QByteArrayView bytes);

    /// For the end of the body: the data of an event that no blank line has ended, its last line perhaps cut; empty if
    /// none.
    [[nodiscard]] QByteArray unfinishedData() const;
    /// The lines seen so far that are no field of an event, joined with \n, and the unfinished line behind them if it
    /// is none either.
    [[nodiscard]] QByteArray stray() const;
    /// An event was larger than kMaxEventBytes; everything after it is ignored.
    bool overflowed() const { return m_overflowed; }

private:
    void endLine(std::vector<SseEvent> &events);
    void addStray(QByteArrayView line);

    QByteArray m_line; // the line being read, without its end
    QByteArray m_stray;
    SseEvent m_event;
    bool m_hasData = false;
    bool m_lastWasCarriageReturn = false;
    bool m_firstLine = true;
    bool m_overflowed = false;
};

} // namespace engine::dialogue
