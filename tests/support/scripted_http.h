#pragma once

#include "engine/net/http_client.h"

#include <QPointer>

#include <vector>

namespace support {

/// A request a test answers by hand.
class ScriptedHttpJob final : public engine::net::HttpJob
{
    Q_OBJECT
public:
    using HttpJob::HttpJob;

    /// Starts a streamed answer.
    void begin(bool connectionReused = false) { emit headersReceived({.status = 200, .connectionReused = connectionReused}); }
    void send(const QByteArray &bytes) { emit data(bytes); }
    /// Ends a streamed answer.
    void end(int status = 200);
    /// Gives a whole answer.
    void answer(int status, const QByteArray &body);
    /// Breaks off with an Error of Fault::Vendor.
    void fail(const QString &code);

private:
    void finish(const engine::Result<engine::net::HttpResponse> &response);
};

/// An HttpClient that records requests and whose answers the test plays. A request nobody answers simply stays open.
class ScriptedHttp final : public engine::net::HttpClient
{
    Q_OBJECT
public:
    using HttpClient::HttpClient;

    engine::net::HttpJob *send(const engine::net::HttpRequest &request, QObject *parent) override;
    void preconnect(const QUrl &url) override { preconnected.append(url); }

    int requestCount() const { return static_cast<int>(requests.size()); }
    /// The job of the n-th request, from 0; fails the test program when there is none or it is gone.
    ScriptedHttpJob &job(int n) const;
    /// The job was deleted or has ended.
    bool isGone(int n) const;

    std::vector<engine::net::HttpRequest> requests;
    QList<QUrl> preconnected;

private:
    std::vector<QPointer<ScriptedHttpJob>> m_jobs;
};

} // namespace support
