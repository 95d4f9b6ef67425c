#include "engine/http_api.h"

#include "engine/door.h"
#include "engine/earlier_dial.h"
#include "engine/engine.h"
#include "engine/event_stream.h"
#include "engine/history_answers.h"
#include "engine/history_routes.h"
#include "engine/json_bodies.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

constexpr qsizetype kIdempotencyKeyMost = 255;

/// The one place where an Error of dialing becomes an HTTP status.
int statusOf(const Error &error)
{
    static const QHash<QString, int> statuses = {
        {u"not_json"_s, 400},         {u"number_missing"_s, 400},      {u"number_impossible"_s, 400}, {u"bad_from_number"_s, 400},
        {u"bad_custom_data"_s, 400},  {u"custom_data_invalid"_s, 400}, {u"too_many_calls"_s, 429},    {u"too_fast"_s, 429},
        {u"settings_missing"_s, 503}, {u"public_url_missing"_s, 503},  {u"public_url_unusable"_s, 503},
        {u"agent_incomplete"_s, 503}, {u"shutting_down"_s, 503},       {u"destination_not_allowed"_s, 403}, {u"do_not_call"_s, 403},
        {u"do_not_call_unreadable"_s, 503}, {u"journal_unwritable"_s, 503}, {u"journal_unreadable"_s, 503},
        {u"request_repeated"_s, 409}};
    return statuses.value(error.code, error.fault == Fault::Carrier || error.code.startsWith("carrier_"_L1) ? 502 : 500);
}

QJsonObject toJson(const Readiness &readiness, bool inDetail)
{
    QJsonArray missing;
    for (const config::MissingSetting &setting : readiness.missing)
        missing.append(QJsonObject{{u"name"_s, setting.name}, {u"detail"_s, setting.sentence}});
    QJsonArray checks;
    for (const checks::Check &check : readiness.checks) {
        QJsonObject entry{{u"name"_s, checks::toWord(check.id)}, {u"state"_s, checks::toWord(check.state)}};
        if (inDetail && !check.sentence.isEmpty())
            entry.insert(u"detail"_s, check.sentence);
        if (check.fault)
            entry.insert(u"fault"_s, toWord(*check.fault));
        if (check.checkedAt.isValid()) {
            entry.insert(u"checked_at"_s, check.checkedAt.toString(Qt::ISODateWithMs));
            entry.insert(u"took_ms"_s, static_cast<qint64>(check.took.count()));
        }
        checks.append(entry);
    }
    return {{u"status"_s, readiness.ready() ? u"ready"_s : u"not_ready"_s},
            {u"checking"_s, readiness.checking()},
            {u"missing"_s, missing},
            {u"checks"_s, checks}};
}

/// What a caller should know who dials although a check has failed.
QJsonArray failedChecks(const Readiness &readiness)
{
    QJsonArray sentences;
    for (const checks::Check &check : readiness.checks)
        if (check.state == checks::CheckState::Bad)
            sentences.append(check.sentence);
    return sentences;
}

QJsonObject dialed(const QString &sid, const QString &toNumber)
{
    return {{u"call_sid"_s, sid}, {u"status"_s, u"call_initiated"_s}, {u"to_number"_s, toNumber}};
}

server::Response refused(const Error &error)
{
    return server::errorResponse(statusOf(error), error.code, error.message);
}

} // namespace

HttpApi::HttpApi(server::HttpServer &server, Door &door, Engine &engine, EventStream &events, Clock &clock)
    : m_engine(engine), m_clock(clock)
{
    server.route("GET", u"/readyz"_s, [this, &door](const server::Request &request, server::Responder responder) {
        const Readiness readiness = m_engine.readiness();
        // The whole internet may ask; what the checks found (names, numbers, the balance) is for the operator.
        const bool inDetail = door.knows(request);
        responder.send(json(readiness.ready() ? 200 : 503, toJson(readiness, inDetail)));
    });
    server.route("GET", u"/metrics"_s, [this](const server::Request &, server::Responder responder) {
        responder.send({200, "text/plain; version=0.0.4; charset=utf-8", m_engine.metricsText(), {}});
    });
    const auto bound = [this, &door](void (HttpApi::*method)(const server::Request &, server::Responder)) {
        return door.guarded([this, method](const server::Request &request, server::Responder responder) {
            (this->*method)(request, std::move(responder));
        });
    };
    server.route("POST", u"/dialout"_s, bound(&HttpApi::dialOut));
    server.route("POST", u"/api/calls/*/hangup"_s, bound(&HttpApi::hangUp));
    m_history = std::make_unique<HistoryRoutes>(server, door, engine.history(), clock);
    server.upgrade(
        u"/api/events"_s, [&door](const server::Request &request) { return door.refuseStranger(request); },
        [&events](std::unique_ptr<QWebSocket> socket, const server::Request &) { events.add(std::move(socket)); });
}

HttpApi::~HttpApi() = default;

void HttpApi::dialOut(const server::Request &request, server::Responder responder)
{
    if (const auto refusal = refuseOtherThanJson(request)) {
        responder.send(*refusal);
        return;
    }
    auto wish = parseDialRequest(request.body);
    if (!wish) {
        responder.send(refused(wish.error()));
        return;
    }
    wish->requestKey = request.header("Idempotency-Key").trimmed();
    if (wish->requestKey.size() > kIdempotencyKeyMost) {
        responder.send(server::errorResponse(400, u"bad_idempotency_key"_s, u"An Idempotency-Key has at most 255 characters."_s));
        return;
    }
    if (wish->requestKey.isEmpty())
        return dial(*wish, std::make_shared<server::Responder>(std::move(responder)));
    wish->requestHash = Idempotency::hashOf(request.body);
    auto first = m_idempotency.begin(wish->requestKey, wish->requestHash, std::move(responder));
    if (first)
        dialOnce(*wish, std::move(*first));
}

void HttpApi::dialOnce(const DialRequest &wish, server::Responder responder)
{
    auto shared = std::make_shared<server::Responder>(std::move(responder));
    auto *earlier = new EarlierDial(wish.requestKey, m_engine.journal(), m_clock, this);
    connect(earlier, &EarlierDial::finished, this, [this, wish, shared](const Result<std::optional<records::DialEntry>> &found) {
        if (!found)
            return answerDial(wish, *shared, refused(found.error()));
        if (!*found)
            return dial(wish, shared);
        const records::DialEntry &entry = **found;
        if (entry.wish.requestHash != wish.requestHash)
            answerDial(wish, *shared, Idempotency::conflict());
        else if (entry.answer.error)
            answerDial(wish, *shared, refused(*entry.answer.error));
        else
            answerDial(wish, *shared, json(200, dialed(entry.answer.sid.value(), entry.wish.to)));
    });
}

void HttpApi::dial(const DialRequest &wish, std::shared_ptr<server::Responder> responder)
{
    auto *job = m_engine.dial(wish, this);
    connect(job, &DialJob::finished, this, [this, job, wish, responder](const Result<CallSid> &sid, const QString &toNumber) {
        server::Response response;
        if (sid) {
            QJsonObject answer = dialed(sid->value(), toNumber);
            if (const QJsonArray warnings = failedChecks(m_engine.readiness()); !warnings.isEmpty())
                answer.insert(u"warnings"_s, warnings);
            response = json(200, answer);
        } else {
            response = refused(sid.error());
            if (job->retryAfter.count() > 0)
                response.headers.emplaceBack("Retry-After", QByteArray::number(static_cast<qlonglong>(job->retryAfter.count())));
        }
        answerDial(wish, *responder, response);
    });
}

void HttpApi::answerDial(const DialRequest &wish, server::Responder &responder, const server::Response &response)
{
    responder.send(response);
    if (!wish.requestKey.isEmpty())
        m_idempotency.finish(wish.requestKey, response);
}

void HttpApi::hangUp(const server::Request &request, server::Responder responder)
{
    const CallSid sid(request.captures.value(0));
    m_engine.hangUp(sid); // a call already over: nothing to do, and a success
    auto shared = std::make_shared<server::Responder>(std::move(responder));
    m_engine.history().find(sid, this, [sid, shared](const Result<std::optional<records::CallRecord>> &call) {
        if (call && *call)
            shared->send(json(202, {{u"call_sid"_s, sid.value()}, {u"status"_s, (*call)->ended ? (*call)->state : u"ending"_s}}));
        else
            shared->send(historyErrorResponse(unknownCall()));
    });
}

} // namespace engine
