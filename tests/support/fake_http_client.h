#pragma once

#include "engine/net/http_client.h"

#include <QPointer>

#include <deque>

namespace support {

/// A request under way whose answer the test gives by hand.
class FakeHttpJob final : public engine::net::HttpJob
{
    Q_OBJECT
public:
    FakeHttpJob(engine::net::HttpRequest asked, QObject *parent) : HttpJob(parent), request(std::move(asked)) {}

    const engine::net::HttpRequest request;

    void giveHeaders(const engine::net::HttpResponse &head) { emit headersReceived(head); }
    void giveData(const QByteArray &bytes) { emit data(bytes); }
    /// The end; the job deletes itself afterwards.
    void finish(const engine::Result<engine::net::HttpResponse> &response);

private:
    bool m_finished = false;
};

/// An HttpClient that answers from a script and fails the test on a request the script does not hold.
///
/// Answers come from the event loop, as real ones do: QTRY_COMPARE or QCoreApplication::processEvents() brings them.
class FakeHttpClient final : public engine::net::HttpClient
{
    Q_OBJECT
public:
    using HttpClient::HttpClient;

    /// The next request of this method and path gets this answer. Requests to different paths may come in any order;
    /// those to the same path are answered in the order scripted. Query, host and scheme are not compared: look at
    /// `requests`.
    void answer(const QByteArray &method, const QString &path, int status, const QByteArray &body = {},
                const engine::net::HeaderList &headers = {});
    void fail(const QByteArray &method, const QString &path, const engine::Error &error);
    /// A streamed 2xx answer in pieces.
    void stream(const QByteArray &method, const QString &path, const QList<QByteArray> &chunks, int status = 200);
    /// The next request of this method and path stays open until the test ends it through `held`.
    void hold(const QByteArray &method, const QString &path);

    /// Requests of this method and path are of no interest: they are not recorded and never answered.
    void ignore(const QByteArray &method, const QString &path) { m_ignored.append({method, path}); }

    QList<engine::net::HttpRequest> requests; ///< all but the ignored, in order
    QList<QPointer<FakeHttpJob>> held;        ///< those asked for by hold(), in order; null once deleted
    QList<QUrl> preconnected;

    /// Whether everything scripted was asked for.
    bool isExhausted() const { return m_script.empty(); }

    engine::net::HttpJob *send(const engine::net::HttpRequest &request, QObject *parent) override;
    void preconnect(const QUrl &url) override { preconnected.append(url); }

private:
    struct Step
    {
        QByteArray method;
        QString path;
        engine::Result<engine::net::HttpResponse> response;
        QList<QByteArray> chunks;
        bool hold = false;
    };
    std::deque<Step> m_script;
    QList<std::pair<QByteArray, QString>> m_ignored;
};

} // namespace support
