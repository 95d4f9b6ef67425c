#include "engine/do_not_call_routes.h"

#include "engine/door.h"
#include "engine/json_bodies.h"
#include "engine/records/do_not_call.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

constexpr qsizetype kRejectedNamed = 100;

QJsonObject toJson(const records::DoNotCallEntry &entry)
{
    return {{u"number"_s, entry.number.value()},
            {u"date"_s, entry.date.isValid() ? QJsonValue(entry.date.toString(Qt::ISODate)) : QJsonValue()},
            {u"reason"_s, entry.reason}};
}

/// Answers when the change is written, or says that it is not.
void answerAfter(records::DoNotCallJob *job, server::Responder responder, const server::Response &response)
{
    QObject::connect(
        job, &records::DoNotCallJob::finished, job,
        [responder = std::make_shared<server::Responder>(std::move(responder)), response](const Result<Done> &done) {
            responder->send(done ? response : server::errorResponse(500, done.error().code, done.error().message));
        });
}

} // namespace

DoNotCallRoutes::DoNotCallRoutes(server::HttpServer &server, Door &door, records::DoNotCallList &list,
                                 const QString &homeRegion, Clock &clock)
    : m_list(list), m_homeRegion(homeRegion), m_clock(clock)
{
    const auto bound = [this, &door](void (DoNotCallRoutes::*method)(const server::Request &, server::Responder)) {
        return door.guarded([this, method](const server::Request &request, server::Responder responder) {
            (this->*method)(request, std::move(responder));
        });
    };
    server.route("GET", u"/api/do-not-call"_s, bound(&DoNotCallRoutes::list));
    server.route("POST", u"/api/do-not-call"_s, bound(&DoNotCallRoutes::add));
    server.route("POST", u"/api/do-not-call/import"_s, bound(&DoNotCallRoutes::import));
    server.route("DELETE", u"/api/do-not-call/*"_s, bound(&DoNotCallRoutes::remove));
}

void DoNotCallRoutes::list(const server::Request &, server::Responder responder)
{
    QJsonArray numbers;
    for (const records::DoNotCallEntry &entry : m_list.entries())
        numbers.append(toJson(entry));
    responder.send(json(200, {{u"numbers"_s, numbers}}));
}

void DoNotCallRoutes::add(const server::Request &request, server::Responder responder)
{
    if (const auto refusal = refuseOtherThanJson(request)) {
        responder.send(*refusal);
        return;
    }
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (!document.isObject()) {
        responder.send(server::errorResponse(
            400, u"not_json"_s,
            u"The body must be a JSON object such as {\"number\": \"+14155550142\", \"reason\": \"asked by mail\"}."_s));
        return;
    }
    const auto number = E164Number::parse(document[u"number"_s].toString(), m_homeRegion);
    if (!number) {
        responder.send(server::errorResponse(400, number.error().code, number.error().message));
        return;
    }
    const records::DoNotCallEntry entry{*number, m_clock.wallTime().date(),
                                        document[u"reason"_s].toString().simplified()};
    const auto there = m_list.entryOf(*number);
    auto *job = m_list.add({entry}, records::DoNotCallList::Keep::OnDisk, this);
    answerAfter(job, std::move(responder), json(there ? 200 : 201, toJson(there.value_or(entry))));
}

void DoNotCallRoutes::remove(const server::Request &request, server::Responder responder)
{
    const auto number = E164Number::parse(request.captures.value(0), m_homeRegion);
    if (!number || !m_list.contains(*number)) {
        responder.send(
            server::errorResponse(404, u"number_unknown"_s, u"This number is not on the do-not-call list."_s));
        return;
    }
    answerAfter(m_list.remove(*number, this), std::move(responder), {204, {}, {}, {}});
}

void DoNotCallRoutes::import(const server::Request &request, server::Responder responder)
{
    const QByteArray type = mediaTypeOf(request);
    if (type != "text/csv" && type != "text/plain") {
        responder.send(server::errorResponse(
            400, u"not_csv"_s,
            u"Send the list as CSV or with one number a line, with the header 'Content-Type: text/csv' (curl: --data-binary @FILE -H 'Content-Type: text/csv')."_s));
        return;
    }
    const records::DoNotCallImport import = m_list.readImport(request.body, m_homeRegion, m_clock.wallTime().date());
    QJsonArray rejected;
    for (const auto &row : import.rejected.first(std::min(kRejectedNamed, import.rejected.size())))
        rejected.append(QJsonObject{{u"line"_s, row.line}, {u"text"_s, row.text}});
    answerAfter(m_list.add(import.entries, records::DoNotCallList::Keep::OnDisk, this), std::move(responder),
                json(200, {{u"added"_s, import.added},
                           {u"already_there"_s, import.alreadyThere},
                           {u"rejected_rows"_s, static_cast<int>(import.rejected.size())},
                           {u"rejected"_s, rejected}}));
}

} // namespace engine
