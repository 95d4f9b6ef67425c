#include "engine/dialogue/sse_parser.h"

#include <algorithm>
#include <utility>

namespace engine::dialogue {

namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

struct Field
{
    QByteArrayView name;
    QByteArrayView value;
};

/// "data: x" and "data:x" both hold "x"; a line without a colon is a field with an empty value.
Field splitField(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return {line, {}};
    QByteArrayView value = line.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    return {line.first(colon), value};
}

bool isKnownField(QByteArrayView name)
{
    return name == "data" || name == "event" || name == "id" || name == "retry";
}

} // namespace

std::vector<SseEvent> SseParser::push(QByteArrayView bytes)
{
    std::vector<SseEvent> events;
    while (!bytes.isEmpty() && !m_overflowed) {
        if (std::exchange(m_lastWasCarriageReturn, false) && bytes.front() == '\n') {
            bytes = bytes.sliced(1);
            continue;
        }
        const auto *end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
        const qsizetype length = end - bytes.begin();
        m_line.append(bytes.first(length));
        if (m_line.size() + m_event.data.size() > kMaxEventBytes) {
            m_overflowed = true;
            m_line.clear();
            break;
        }
        if (end == bytes.end())
            break;
        m_lastWasCarriageReturn = *end == '\r';
        bytes = bytes.sliced(length + 1);
        endLine(events);
    }
    return events;
}

void SseParser::endLine(std::vector<SseEvent> &events)
{
    QByteArray line = std::exchange(m_line, {});
    if (std::exchange(m_firstLine, false) && line.startsWith(kByteOrderMark))
        line.remove(0, 3);

    if (line.isEmpty()) {
        SseEvent event = std::exchange(m_event, {});
        if (std::exchange(m_hasData, false))
            events.push_back(std::move(event));
        return;
    }
    if (line.startsWith(':'))
        return;
    const auto [name, value] = splitField(line);
    if (name == "data") {
        if (m_hasData)
            m_event.data.append('\n');
        m_event.data.append(value);
        m_hasData = true;
    } else if (name == "event") {
        m_event.name = value.toByteArray();
    } else if (!isKnownField(name)) {
        addStray(line);
    }
}

void SseParser::addStray(QByteArrayView line)
{
    if (m_stray.size() + line.size() >= kMaxStrayBytes)
        return;
    if (!m_stray.isEmpty())
        m_stray.append('\n');
    m_stray.append(line);
}

QByteArray SseParser::unfinishedData() const
{
    QByteArray data = m_event.data;
    const auto [name, value] = splitField(m_line);
    if (name == "data" && m_line.contains(':')) {
        if (m_hasData)
            data.append('\n');
        data.append(value);
    }
    return data;
}

QByteArray SseParser::stray() const
{
    if (m_line.isEmpty() || m_line.startsWith(':') || isKnownField(splitField(m_line).name))
        return m_stray;
    return m_stray.isEmpty() ? m_line : m_stray + '\n' + m_line;
}

} // namespace engine::dialogue
