#include "engine/history_routes.h"

#include "engine/door.h"
#include "engine/history_answers.h"
#include "engine/history_export.h"
#include "engine/history_query.h"
#include "engine/json_bodies.h"
#include "engine/server/byte_range.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

CallSid sidOf(const server::Request &request)
{
    return CallSid(request.captures.value(0));
}

/// An answer that is still to come.
auto later(server::Responder responder)
{
    return std::make_shared<server::Responder>(std::move(responder));
}

} // namespace

HistoryRoutes::HistoryRoutes(server::HttpServer &server, Door &door, CallHistory &history, Clock &clock)
    : m_history(history), m_clock(clock)
{
    const auto bound = [this, &door](void (HistoryRoutes::*method)(const server::Request &, server::Responder)) {
        return door.guarded([this, method](const server::Request &request, server::Responder responder) {
            (this->*method)(request, std::move(responder));
        });
    };
    server.route("GET", u"/api/calls"_s, bound(&HistoryRoutes::listCalls));
    server.route("GET", u"/api/calls/export"_s, bound(&HistoryRoutes::exportList)); // before the route of any one call
    server.route("GET", u"/api/calls/*"_s, bound(&HistoryRoutes::showCall));
    server.route("DELETE", u"/api/calls/*"_s, bound(&HistoryRoutes::removeCall));
    server.route("GET", u"/api/calls/*/recording"_s, bound(&HistoryRoutes::recording));
    server.route("GET", u"/api/calls/*/export"_s, bound(&HistoryRoutes::exportCall));
}

void HistoryRoutes::listCalls(const server::Request &request, server::Responder responder)
{
    const auto filter = parseCallFilter(request);
    if (!filter) {
        responder.send(historyErrorResponse(filter.error()));
        return;
    }
    m_history.list(
        *filter, this, [answer = later(std::move(responder))](const Result<std::vector<records::CallSummary>> &found) {
            if (!found) {
                const bool before = found.error().code == "call_unknown"_L1;
                answer->send(historyErrorResponse(before
                                                      ? Error{Fault::Settings, u"bad_before"_s,
                                                              u"before must be the call_sid of a call in the list."_s}
                                                      : found.error()));
                return;
            }
            QJsonArray calls;
            for (const records::CallSummary &call : *found)
                calls.append(records::toJson(call, false));
            answer->send(json(200, {{u"calls"_s, calls}}));
        });
}

void HistoryRoutes::showCall(const server::Request &request, server::Responder responder)
{
    m_history.find(sidOf(request), this,
                   [answer = later(std::move(responder))](const Result<std::optional<records::CallRecord>> &call) {
                       if (!call)
                           answer->send(historyErrorResponse(call.error()));
                       else
                           answer->send(*call ? json(200, records::toJson(**call, true))
                                              : historyErrorResponse(unknownCall()));
                   });
}

void HistoryRoutes::removeCall(const server::Request &request, server::Responder responder)
{
    m_history.remove(sidOf(request), this, [answer = later(std::move(responder))](const Result<Done> &done) {
        server::Response response;
        response.status = 204;
        answer->send(done ? response : historyErrorResponse(done.error()));
    });
}

void HistoryRoutes::recording(const server::Request &request, server::Responder responder)
{
    const QByteArray range = request.header("Range");
    m_history.readRecording(sidOf(request), this,
                            [range, answer = later(std::move(responder))](const Result<QByteArray> &wav) {
                                if (!wav) {
                                    answer->send(historyErrorResponse(wav.error()));
                                    return;
                                }
                                server::Response whole;
                                whole.contentType = "audio/wav";
                                whole.body = *wav;
                                answer->send(server::rangeOf(whole, range));
                            });
}

void HistoryRoutes::exportCall(const server::Request &request, server::Responder responder)
{
    const auto format = parseExportFormat(request);
    if (!format) {
        responder.send(historyErrorResponse(format.error()));
        return;
    }
    m_history.find(sidOf(request), this,
                   [format = *format,
                    answer = later(std::move(responder))](const Result<std::optional<records::CallRecord>> &call) {
                       if (!call || !*call) {
                           answer->send(historyErrorResponse(call ? unknownCall() : call.error()));
                           return;
                       }
                       server::Response response = exportHead(format, (*call)->sid.value());
                       response.body = records::exportCall(format, **call);
                       answer->send(response);
                   });
}

void HistoryRoutes::exportList(const server::Request &request, server::Responder responder)
{
    const auto filter = parseCallFilter(request);
    const auto format = parseExportFormat(request);
    if (!filter || !format) {
        responder.send(historyErrorResponse(filter ? format.error() : filter.error()));
        return;
    }
    auto *exporting = new HistoryExport(m_history, m_clock, *filter, *format, std::move(responder), this);
    exporting->start();
}

} // namespace engine
