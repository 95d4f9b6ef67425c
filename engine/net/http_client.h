#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QUrl>

#include <chrono>
#include <optional>
#include <utility>

namespace engine::net {

using HeaderList = QList<std::pair<QByteArray, QByteArray>>;

struct HttpRequest
{
    QByteArray method = "GET";
    QUrl url;
    HeaderList headers;
    QByteArray body;
    std::chrono::milliseconds timeout{10'000}; ///< no byte for this long ends the request
    bool streaming = false; ///< true: the body of a 2xx answer arrives by HttpJob::data() and is not collected
    bool operator==(const HttpRequest &) const = default;
};

struct HttpResponse
{
    int status = 0;
    HeaderList headers;
    QByteArray body;               ///< empty for a streaming 2xx answer
    bool connectionReused = false; ///< no new connection was made for it: an earlier request or preconnect() had
    /// First value of a header, any letter case; empty when absent.
    QByteArray header(QByteArrayView name) const;
    bool operator==(const HttpResponse &) const = default;
};

/// One request. finished() comes once, then the job deletes itself; deleting it earlier aborts the request.
class HttpJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// Status and headers are in, the body is not. Only for streaming requests, before the first data().
    void headersReceived(const engine::net::HttpResponse &head);
    void data(const QByteArray &bytes);
    /// Any HTTP status is a value; an Error (code "unreachable", "timeout", "too_large") means there was no whole
    /// answer, and code "not_sent" that no byte of a POST's body left this machine. The Fault of that Error is Vendor; callers that know better replace it.
    void finished(const engine::Result<engine::net::HttpResponse> &response);
};

/// Outgoing HTTP. One per engine; shares connections between requests. Engine thread.
class HttpClient : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// @return never null; signals come later, never from within this call
    [[nodiscard]] virtual HttpJob *send(const HttpRequest &request, QObject *parent) = 0;
    /// Opens a connection (TCP, TLS) for a request soon to come. Failing is silent.
    virtual void preconnect(const QUrl &url) = 0;
};

} // namespace engine::net
