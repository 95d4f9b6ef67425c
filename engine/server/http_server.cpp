#include "engine/server/http_server.h"

#include "engine/server/guarded_tcp_server.h"
#include "engine/server/qt_http_bridge.h"
#include "engine/server/router.h"
#include "engine/server/vetted_socket.h"
#include "engine/server/web_socket_handshake.h"

#include <QPointer>
#include <QScopedValueRollback>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QWebSocket>

#include <deque>

using namespace Qt::StringLiterals;

namespace engine::server {

class HttpServer::Private final : public ConnectionHost
{
public:
    Private(HttpServer &server, const Limits &bounds, Clock &clock)
        : q(server), limits(bounds), bridge([this](std::unique_ptr<Exchange> exchange, const QByteArray &body) {
              if (delivering)
                  delivering->requestParsed(std::move(exchange), body);
          }),
          listener(std::make_unique<GuardedTcpServer>(bounds, clock, *this))
    {
    }

    ~Private() override
    {
        waiting.clear();
        for (const auto &handshake : std::as_const(handshakes))
            if (handshake)
                handshake->abandon(); // not deleted: it may be calling us right now
        listener.reset();                 // its connections before the QHttpServer that serves them
    }

    UpgradeVerdict judgeUpgrade(Request request) override
    {
        const auto match = router.findUpgrade(request.target);
        if (!match)
            return NoUpgrade{};
        request.captures = match->captures;
        if (auto fault = handshakeFault(request))
            return *std::move(fault);
        if (auto refusal = match->guard ? match->guard(request) : std::nullopt)
            return *std::move(refusal);
        return Upgrade{std::move(request), match->handler};
    }

    void takeOver(std::unique_ptr<QTcpSocket> wire, Upgrade upgrade, const QByteArray &early) override
    {
        handshakes.removeIf([](const auto &handshake) { return !handshake; });
        const QPointer<GuardedTcpServer> counter = listener.get();
        auto *handshake =
            new WebSocketHandshake(std::move(wire), std::move(upgrade), early, limits, [counter](QWebSocket &socket) {
                if (!counter)
                    return;
                counter->count(socket);
                QObject::connect(&socket, &QWebSocket::disconnected, counter,
                                 [counter, closing = &socket] { counter->closed(closing); });
            });
        listener->count(*handshake);
        handshakes.append(handshake);
    }

    void introduce(VettedSocket &socket) override { listener->introduce(socket); }

    void deliver(Connection &from, VettedSocket &to, const QByteArray &bytes) override
    {
        const QScopedValueRollback current(delivering, &from);
        to.deliver(bytes);
    }

    void dispatch(Request request, Responder responder) override
    {
        // Queued: a handler may delete anything, this server included, and must not find QHttpServer below it on the
        // stack.
        waiting.push_back({std::move(request), std::move(responder)});
        QMetaObject::invokeMethod(
            &q, [this] { runNext(); }, Qt::QueuedConnection);
    }

    void runNext()
    {
        auto [request, responder] = std::move(waiting.front());
        waiting.pop_front();
        auto found = router.findRoute(request.method, request.target);
        if (const auto *response = std::get_if<Response>(&found)) {
            responder.send(*response);
            return;
        }
        auto &match = std::get<Router::RouteMatch>(found);
        request.captures = std::move(match.captures);
        match.handler(request, std::move(responder)); // may delete this server
    }

    HttpServer &q;
    const Limits limits;
    Router router;
    Connection *delivering = nullptr;
    QtHttpBridge bridge;
    std::unique_ptr<GuardedTcpServer> listener;
    QList<QPointer<WebSocketHandshake>> handshakes;
    std::deque<std::pair<Request, Responder>> waiting;
};

HttpServer::HttpServer(const Limits &limits, Clock &clock, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, limits, clock))
{
}

HttpServer::~HttpServer() = default;

void HttpServer::route(const QByteArray &method, const QString &pattern, Handler handler)
{
    d->router.addRoute(method, pattern, std::move(handler));
}

void HttpServer::upgrade(const QString &pattern, UpgradeGuard guard, UpgradeHandler handler)
{
    d->router.addUpgrade(pattern, std::move(guard), std::move(handler));
}

void HttpServer::useTls(const QList<QSslCertificate> &certificateChain, const QSslKey &privateKey)
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(certificateChain);
    tls.setPrivateKey(privateKey);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone); // clients prove themselves with keys and signatures
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setAllowedNextProtocols({QSslConfiguration::NextProtocolHttp1_1});
    d->listener->useTls(tls);
}

Result<quint16> HttpServer::listen(const QHostAddress &address, quint16 port)
{
    if (!d->listener->listen(address, port)) {
        switch (d->listener->serverError()) {
        case QAbstractSocket::AddressInUseError:
            return failure(
                Fault::Settings, u"port_in_use"_s,
                u"Port %1 is already in use on %2; stop the other program, choose another port with --port, or let the "
                "system choose one with --port 0."_s.arg(QString::number(port), address.toString()));
        case QAbstractSocket::SocketAccessError:
            return failure(
                Fault::Settings, u"address_unusable"_s,
                u"This user may not listen on port %1; choose a port above 1023 with --port, or let the system choose "
                "one with --port 0."_s.arg(port));
        default:
            return failure(
                Fault::Settings, u"address_unusable"_s,
                u"Cannot listen on %1, port %2 (%3); set --bind to an address of this computer, such as 127.0.0.1."_s
                    .arg(address.toString(), QString::number(port), d->listener->errorString()));
        }
    }
    d->bridge.bind(*d->listener);
    return d->listener->serverPort();
}

void HttpServer::stopListening()
{
    d->listener->stopAccepting();
}

int HttpServer::openConnections() const
{
    return d->listener->openConnections();
}

} // namespace engine::server
