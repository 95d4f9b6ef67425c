#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

class QWebSocket;

namespace engine::server {

/// A request as the routes see it: bytes as they came, nothing decoded twice.
struct Request
{
    QByteArray method;
    QByteArray target; ///< path and query exactly as sent: what a signature covers
    QString path;      ///< decoded, without query
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    QHostAddress peer;
    QStringList captures; ///< what the `*` segments of the route's pattern matched

    /// First value of a header, any letter case; empty when absent.
    QByteArray header(QByteArrayView name) const;
    bool hasHeader(QByteArrayView name) const;
    /// Value of a query parameter, decoded; nullopt when absent.
    std::optional<QString> queryValue(const QString &name) const;
};

struct Response
{
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers;
};

/// The contract's error body, {"detail": sentence, "code": word}, with a status.
[[nodiscard]] Response errorResponse(int status, const QString &code, const QString &detail);

/// Answers one request, once, now or later. Movable; destroyed unanswered it answers 500. After the peer has gone it does nothing.
class Responder
{
public:
    class Sink
    {
    public:
        virtual ~Sink() = default;
        virtual void send(const Response &response) = 0;
    };
    explicit Responder(std::unique_ptr<Sink> sink) : m_sink(std::move(sink)) {}
    Responder(Responder &&) noexcept = default;
    Responder &operator=(Responder &&) noexcept = default;
    ~Responder();

    void send(const Response &response);

private:
    std::unique_ptr<Sink> m_sink;
};

/// Bounds enforced on the socket, before anything is parsed; see contract.md section 3.
struct Limits
{
    qint64 maxBodyBytes = 64 * 1024;
    qint64 maxHeaderBytes = 16 * 1024;
    std::chrono::milliseconds requestTimeout{10'000};
    int maxConnections = 1024;
    qint64 maxWebSocketMessageBytes = 1024 * 1024;
};

/// The embedded HTTP and WebSocket server: listens, limits, routes. Knows no domain words. Engine thread.
class HttpServer : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<void(const Request &, Responder)>;
    /// Decides about an upgrade before the handshake: nullopt lets it in, a response refuses it.
    using UpgradeGuard = std::function<std::optional<Response>(const Request &)>;
    /// Gets an open socket and owns it from then on.
    using UpgradeHandler = std::function<void(std::unique_ptr<QWebSocket>, const Request &)>;

    HttpServer(const Limits &limits, Clock &clock, QObject *parent = nullptr);
    ~HttpServer() override;

    /// @param pattern  a path; a segment `*` matches any one segment and is captured, e.g. "/api/calls/*/hangup".
    ///                 Other methods on a known path get 405 with `Allow`; unknown paths 404.
    void route(const QByteArray &method, const QString &pattern, Handler handler);
    /// A WebSocket endpoint (GET with Upgrade). Without an Upgrade header the path answers 426.
    void upgrade(const QString &pattern, UpgradeGuard guard, UpgradeHandler handler);

    /// @return the port that listens, or an Error (code "port_in_use", "address_unusable", Fault::Settings) with what to do
    [[nodiscard]] Result<quint16> listen(const QHostAddress &address, quint16 port);
    /// Stops accepting; open connections go on.
    void stopListening();
    int openConnections() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace engine::server
