#include "engine/server/body_reader.h"

#include <algorithm>

namespace engine::server {

namespace {

/// A chunk-size line with its extensions, or one trailer line.
constexpr qsizetype kMaxLineBytes = 1024;
constexpr qint64 kMaxTrailerBytes = 8 * 1024;
/// More digits than any size we would take, few enough for qint64.
constexpr qsizetype kMaxSizeDigits = 15;

} // namespace

BodyReader BodyReader::ofLength(qint64 length)
{
    BodyReader reader;
    reader.m_dataLeft = length;
    reader.m_maxBytes = length;
    if (length == 0)
        reader.m_state = State::Complete;
    return reader;
}

BodyReader BodyReader::chunked(qint64 maxBytes)
{
    BodyReader reader;
    reader.m_chunked = true;
    reader.m_maxBytes = maxBytes;
    reader.m_expecting = Expecting::Size;
    return reader;
}

qsizetype BodyReader::push(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (m_state == State::Reading && used < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(used);
        if (m_expecting == Expecting::Data) {
            const auto part = static_cast<qsizetype>(std::min<qint64>(m_dataLeft, rest.size()));
            m_body.append(rest.first(part));
            m_dataLeft -= part;
            used += part;
            if (m_dataLeft == 0) {
                m_expecting = Expecting::EndOfData;
                if (!m_chunked)
                    m_state = State::Complete;
            }
            continue;
        }
        const qsizetype newline = rest.indexOf('\n');
        const qsizetype part = newline < 0 ? rest.size() : newline + 1;
        if (m_line.size() + part > kMaxLineBytes) {
            m_state = State::Malformed;
            break;
        }
        m_line.append(rest.first(part));
        used += part;
        if (newline >= 0)
            endOfLine();
    }
    return used;
}

void BodyReader::endOfLine()
{
    if (!m_line.endsWith("\r\n")) {
        m_state = State::Malformed;
        return;
    }
    m_line.chop(2);
    switch (m_expecting) {
    case Expecting::Size:
        readSize();
        break;
    case Expecting::EndOfData:
        if (!m_line.isEmpty())
            m_state = State::Malformed;
        m_expecting = Expecting::Size;
        break;
    case Expecting::Trailer:
        m_trailerBytes += m_line.size();
        if (m_line.isEmpty())
            m_state = State::Complete;
        else if (m_trailerBytes > kMaxTrailerBytes)
            m_state = State::Malformed;
        break;
    case Expecting::Data:
        Q_UNREACHABLE();
    }
    m_line.clear();
}

void BodyReader::readSize()
{
    const qsizetype extension = m_line.indexOf(';');
    const QByteArray digits = (extension < 0 ? m_line : m_line.first(extension)).trimmed();
    const bool allHex = std::all_of(digits.begin(), digits.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (digits.isEmpty() || digits.size() > kMaxSizeDigits || !allHex) {
        m_state = State::Malformed;
        return;
    }
    m_dataLeft = digits.toLongLong(nullptr, 16);
    if (m_dataLeft == 0)
        m_expecting = Expecting::Trailer;
    else if (m_dataLeft > m_maxBytes - m_body.size())
        m_state = State::TooLarge;
    else
        m_expecting = Expecting::Data;
}

} // namespace engine::server
