#pragma once

#include "engine/server/http_message.h"

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>

#include <functional>
#include <memory>

class QTcpServer;

namespace engine::server {

/// One request inside QHttpServer, waiting for its answer.
///
/// Destroy it before the socket it came from: from Qt 6.5 on QHttpServer relies on that.
class Exchange
{
public:
    explicit Exchange(QHttpServerResponder &&responder) : m_responder(std::move(responder)) {}
    void write(const Response &response);

private:
    QHttpServerResponder m_responder;
};

/// QHttpServer as this folder uses it: without routes, every request goes to one function. All that differs between
/// Qt 6.4 and Qt 6.8 is in this class and in Exchange.
class QtHttpBridge
{
public:
    using OnRequest = std::function<void(std::unique_ptr<Exchange>, const QByteArray &body)>;

    explicit QtHttpBridge(OnRequest onRequest);

    /// Takes the connections of a listening server from now on, and becomes its parent.
    void bind(QTcpServer &server);

private:
    OnRequest m_onRequest;
    QHttpServer m_server;
};

} // namespace engine::server
