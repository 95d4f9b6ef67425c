#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <optional>
#include <variant>
#include <vector>

namespace engine::practice {

/// `<Stream>` inside `<Connect>`, attributes as written.
struct StreamNoun
{
    QString url;
    QString name;
    QString track;
    QString statusCallback;
    QByteArray statusCallbackMethod = "POST";
    QMap<QString, QString> parameters;
    bool operator==(const StreamNoun &) const = default;
};

struct ConnectVerb
{
    QString action;
    QByteArray method = "POST";
    std::optional<StreamNoun> stream; ///< nullopt: a noun the practice line does not play
    bool operator==(const ConnectVerb &) const = default;
};
struct SayVerb
{
    QString text;
    bool operator==(const SayVerb &) const = default;
};
struct PauseVerb
{
    int seconds = 1;
    bool operator==(const PauseVerb &) const = default;
};
/// A recording or DTMF digits; the practice line keeps the time it would take and plays nothing.
struct PlayVerb
{
    QString digits;
    bool operator==(const PlayVerb &) const = default;
};
struct DialVerb
{
    QString target;
    bool operator==(const DialVerb &) const = default;
};
struct RedirectVerb
{
    QString url;
    QByteArray method = "POST";
    bool operator==(const RedirectVerb &) const = default;
};
struct HangupVerb
{
    bool operator==(const HangupVerb &) const = default;
};
using Verb = std::variant<ConnectVerb, SayVerb, PauseVerb, PlayVerb, DialVerb, RedirectVerb, HangupVerb>;

struct TwimlDocument
{
    std::vector<Verb> verbs;
    QStringList warnings; ///< one sentence for each unknown verb or attribute (warning 12200); the rest still runs
};

/// Why a document cannot be run: the carrier's code and words.
struct TwimlError
{
    int code = 0;
    QString text;
    bool operator==(const TwimlError &) const = default;
};

/// Reads a reply to a TwiML request, judging content type, XML and root as strictly as the carrier.
///
/// text/xml, application/xml and text/html must hold a `<Response>`; text/plain may, and is spoken otherwise; audio/*
/// is played. A real reply: `<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream
/// url="wss://dial.example.com/ws"> <Parameter name="to_number" value="+14155550142"/></Stream></Connect></Response>`
[[nodiscard]] tl::expected<TwimlDocument, TwimlError> readTwiml(const QByteArray &contentType, const QByteArray &body);

} // namespace engine::practice
