#include "engine/twilio/media_message_scanner.h"

#include "engine/twilio/media_stream_json.h"

#include <algorithm>

namespace engine::twilio {

namespace {

constexpr qsizetype kMostDigits = 12;

/// Walks over JSON text; every step says whether it found what it looked for.
class Scanner
{
public:
    explicit Scanner(QByteArrayView json) : m_at(json.begin()), m_end(json.end()) {}

    bool take(char wanted)
    {
        skipSpace();
        if (m_at == m_end || *m_at != wanted)
            return false;
        ++m_at;
        return true;
    }

    /// A string of printable ASCII without escapes. @return its bytes, a part of the text
    std::optional<QByteArrayView> string()
    {
        if (!take('"'))
            return std::nullopt;
        const char *first = m_at;
        m_at = std::find_if(m_at, m_end, [](char c) { return c == '"' || c == '\\' || c < 0x20 || c > 0x7E; });
        if (m_at == m_end || *m_at != '"')
            return std::nullopt;
        return QByteArrayView(first, m_at++ - first);
    }

    bool atEnd()
    {
        skipSpace();
        return m_at == m_end;
    }

private:
    void skipSpace()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\t' || *m_at == '\n' || *m_at == '\r'))
            ++m_at;
    }

    const char *m_at;
    const char *m_end;
};

/// The members of one object. `readMember` takes a name, reads the value behind it and says whether it liked it.
/// @return how many there were; nullopt when something else was found
template <typename ReadMember>
std::optional<int> scanObject(Scanner &scanner, ReadMember readMember)
{
    if (!scanner.take('{'))
        return std::nullopt;
    int members = 0;
    do {
        const auto name = scanner.string();
        if (!name || !scanner.take(':') || !readMember(*name))
            return std::nullopt;
        ++members;
    } while (scanner.take(','));
    return scanner.take('}') ? std::optional(members) : std::nullopt;
}

std::optional<qint64> number(QByteArrayView digits)
{
    if (digits.isEmpty() || digits.size() > kMostDigits)
        return std::nullopt;
    qint64 value = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    return value;
}

struct Members
{
    std::optional<QByteArrayView> event, sequenceNumber, streamSid, track, chunk, timestamp, payload;
};

/// Reads a member that was not there yet.
bool readInto(std::optional<QByteArrayView> &member, Scanner &scanner)
{
    if (member)
        return false;
    member = scanner.string();
    return member.has_value();
}

} // namespace

std::optional<Media> scanMedia(QByteArrayView json)
{
    Members found;
    Scanner scanner(json);
    const auto detail = [&](QByteArrayView name) {
        return name == "payload"     ? readInto(found.payload, scanner)
               : name == "chunk"     ? readInto(found.chunk, scanner)
               : name == "timestamp" ? readInto(found.timestamp, scanner)
               : name == "track"     ? readInto(found.track, scanner)
                                     : false;
    };
    const auto member = [&](QByteArrayView name) {
        return name == "media"            ? scanObject(scanner, detail) == 4
               : name == "event"          ? readInto(found.event, scanner)
               : name == "streamSid"      ? readInto(found.streamSid, scanner)
               : name == "sequenceNumber" ? readInto(found.sequenceNumber, scanner)
                                          : false;
    };
    // None can be there twice, so four of four are all.
    if (scanObject(scanner, member) != 4 || !scanner.atEnd() || !found.payload || found.event != "media")
        return std::nullopt;
    if (found.track != "inbound" && found.track != "outbound")
        return std::nullopt;

    const auto sequenceNumber = number(*found.sequenceNumber);
    const auto chunk = number(*found.chunk);
    const auto timestamp = number(*found.timestamp);
    auto mulaw = media_json::strictBase64(*found.payload);
    if (!sequenceNumber || !chunk || !timestamp || !mulaw)
        return std::nullopt;
    Media media{.sequenceNumber = *sequenceNumber, .streamSid = StreamSid(QString::fromLatin1(*found.streamSid))};
    media.track = found.track == "inbound" ? Track::Inbound : Track::Outbound;
    media.chunk = *chunk;
    media.timestamp = std::chrono::milliseconds(*timestamp);
    media.mulaw = std::move(*mulaw);
    return media;
}

} // namespace engine::twilio
