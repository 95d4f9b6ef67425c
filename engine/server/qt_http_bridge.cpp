#include "engine/server/qt_http_bridge.h"

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#include <QHttpServerResponse>
#endif

namespace engine::server {

namespace {

/// RFC 9110 section 6.4.1: answers that never have a body.
bool isBodiless(int status)
{
    return status == 204 || status == 304;
}

} // namespace

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)

void Exchange::write(const Response &response)
{
    const auto status = static_cast<QHttpServerResponder::StatusCode>(response.status);
    QHttpHeaders headers;
    if (!isBodiless(response.status))
        headers.append(QHttpHeaders::WellKnownHeader::ContentType, response.contentType);
    for (const auto &[name, value] : response.headers)
        headers.append(name, value);
    QHttpServerResponse answer(isBodiless(response.status) ? QByteArray() : response.body, status);
    answer.setHeaders(std::move(headers));
    m_responder.sendResponse(answer); // adds Content-Length
}

QtHttpBridge::QtHttpBridge(OnRequest onRequest) : m_onRequest(std::move(onRequest))
{
    m_server.setMissingHandler(&m_server, [this](const QHttpServerRequest &request, QHttpServerResponder &responder) {
        m_onRequest(std::make_unique<Exchange>(std::move(responder)), request.body());
    });
}

#else

void Exchange::write(const Response &response)
{
    m_responder.writeStatusLine(static_cast<QHttpServerResponder::StatusCode>(response.status));
    if (!isBodiless(response.status)) {
        m_responder.writeHeader("Content-Type", response.contentType);
        m_responder.writeHeader("Content-Length", QByteArray::number(response.body.size()));
    }
    for (const auto &[name, value] : response.headers)
        m_responder.writeHeader(name, value);
    m_responder.writeBody(isBodiless(response.status) ? QByteArray() : response.body);
}

QtHttpBridge::QtHttpBridge(OnRequest onRequest) : m_onRequest(std::move(onRequest))
{
    m_server.setMissingHandler([this](const QHttpServerRequest &request, QHttpServerResponder &&responder) {
        m_onRequest(std::make_unique<Exchange>(std::move(responder)), request.body());
    });
}

#endif

void QtHttpBridge::bind(QTcpServer &server)
{
    m_server.bind(&server);
}

} // namespace engine::server
