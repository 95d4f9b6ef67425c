#include "engine/door.h"

#include "engine/access.h"

#include <QLoggingCategory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

Q_LOGGING_CATEGORY(lcDoor, "dialdesk.door")

namespace {

constexpr auto kBetweenIncidents = 60s;

/// Only what was presented and is wrong can be a guess; who presents nothing learns nothing.
bool isGuess(Refusal refusal)
{
    return refusal == Refusal::WrongKey || refusal == Refusal::WrongSignature;
}

QString whatToDo(Refusal refusal)
{
    switch (refusal) {
    case Refusal::WrongKey:
    case Refusal::NoKey:
        return u"If the request was yours, send DIALDESK_API_KEY as the bearer token."_s;
    case Refusal::NotLocal:
        return u"If the request was yours, set DIALDESK_API_KEY and send it as the bearer token."_s;
    case Refusal::WrongSignature:
    case Refusal::NoSignature:
        return u"If it was Twilio, TWILIO_AUTH_TOKEN is not the token of this account, or LOCAL_SERVER_URL is not the "
               u"address Twilio "
               "was given."_s;
    case Refusal::WrongToken:
        return u"If it was Twilio, the stream came too late or for a second time; otherwise somebody else knows the auth token: change it."_s;
    }
    Q_UNREACHABLE();
}

QString whatHappened(Refusal refusal)
{
    switch (refusal) {
    case Refusal::WrongKey:
        return u"A request to the API with a wrong key was refused"_s;
    case Refusal::NoKey:
        return u"A request to the API without its key was refused"_s;
    case Refusal::NotLocal:
        return u"A request to the API from outside this machine was refused"_s;
    case Refusal::WrongSignature:
        return u"A request to Twilio's addresses with a wrong signature was refused"_s;
    case Refusal::NoSignature:
        return u"A request to Twilio's addresses without a signature was refused"_s;
    case Refusal::WrongToken:
        return u"A media stream without the token of its call was refused"_s;
    }
    Q_UNREACHABLE();
}

bool comesStraightFromHere(const server::Request &request)
{
    return request.peer.isLoopback() && !isForwarded(request);
}

server::Response tooManyFailures(std::chrono::seconds wait)
{
    server::Response response = server::errorResponse(
        429, u"too_many_failures"_s,
        u"Too many requests of this address were refused. Try again in %1 s."_s.arg(wait.count()));
    response.headers.emplaceBack("Retry-After", QByteArray::number(static_cast<qlonglong>(wait.count())));
    return response;
}

} // namespace

QString toWord(Refusal refusal)
{
    switch (refusal) {
    case Refusal::WrongKey:
        return u"wrong_key"_s;
    case Refusal::NoKey:
        return u"no_key"_s;
    case Refusal::NotLocal:
        return u"not_local"_s;
    case Refusal::WrongSignature:
        return u"wrong_signature"_s;
    case Refusal::NoSignature:
        return u"no_signature"_s;
    case Refusal::WrongToken:
        return u"wrong_token"_s;
    }
    Q_UNREACHABLE();
}

QHostAddress senderOf(const server::Request &request)
{
    // Anybody can write this header; only the last entry, and only a tunnel on this machine, is to be believed.
    if (!request.peer.isLoopback())
        return request.peer;
    QByteArray hops;
    for (const auto &[name, value] : request.headers)
        if (name.compare("X-Forwarded-For", Qt::CaseInsensitive) == 0)
            hops = value;
    const QHostAddress last(QString::fromLatin1(hops.mid(hops.lastIndexOf(',') + 1).trimmed()));
    return last.isNull() ? request.peer : last;
}

Door::Door(const Secret &apiKey, Clock &clock, QObject *parent)
    : QObject(parent), m_apiKey(apiKey), m_clock(clock), m_limiter(clock)
{
}

std::optional<server::Response> Door::refuseStranger(const server::Request &request)
{
    if (const auto refusal = engine::refuseStranger(request, m_apiKey)) {
        const bool keyGiven = request.hasHeader("Authorization");
        return turnAway(m_apiKey.isEmpty() ? Refusal::NotLocal
                        : keyGiven         ? Refusal::WrongKey
                                           : Refusal::NoKey,
                        request, *refusal);
    }
    if (const auto wait = m_limiter.waitOf(senderOf(request)); wait > 0s && !comesStraightFromHere(request))
        return tooManyFailures(wait); // also with the right key: else the answer would tell a guesser that it is
    return std::nullopt;
}

bool Door::knows(const server::Request &request) const
{
    return !engine::refuseStranger(request, m_apiKey);
}

server::Handler Door::guarded(server::Handler handler)
{
    return [this, handler = std::move(handler)](const server::Request &request, server::Responder responder) {
        if (const auto refusal = refuseStranger(request))
            responder.send(*refusal);
        else
            handler(request, std::move(responder));
    };
}

std::optional<server::Response> Door::refuseUnsigned(const server::Request &request, bool proven)
{
    if (proven)
        return std::nullopt;
    return turnAway(request.hasHeader("X-Twilio-Signature") ? Refusal::WrongSignature : Refusal::NoSignature, request,
                    server::errorResponse(
                        403, u"bad_signature"_s,
                        u"This address is for Twilio only: the request is not signed with the account's auth token "
                        "for this server's public address."_s));
}

void Door::streamRefused()
{
    note(Refusal::WrongToken, {});
}

server::Response Door::turnAway(Refusal refusal, const server::Request &request, const server::Response &answer)
{
    const QHostAddress sender = senderOf(request);
    const auto wait = m_limiter.waitOf(sender);
    if (isGuess(refusal))
        m_limiter.fail(sender);
    note(refusal, sender.toString());
    // Of the request only its sender is logged: the rest is a stranger's own words.
    if (wait == 0s)
        qCWarning(lcDoor).noquote() << whatHappened(refusal) << "- from" << sender.toString();
    return wait > 0s && isGuess(refusal) ? tooManyFailures(wait) : answer;
}

void Door::note(Refusal refusal, const QString &from)
{
    ++m_refusals[toWord(refusal)];
    Telling &telling = m_tellings[refusal];
    ++telling.untold;
    const auto now = m_clock.now();
    if (now < telling.next)
        return;
    QString text = whatHappened(refusal);
    if (!from.isEmpty())
        text += u", from "_s + from;
    if (telling.untold > 1)
        text += u" (%1 since the last notice)"_s.arg(telling.untold);
    telling = {now + kBetweenIncidents, 0};
    emit incident({Fault::Settings, u"refused_"_s + toWord(refusal), text + u". "_s + whatToDo(refusal)});
}

} // namespace engine
