#include "tests/support/fake_http_client.h"

#include <QTest>

#include <algorithm>

namespace support {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::net::HttpJob;
using engine::net::HttpRequest;
using engine::net::HttpResponse;

void FakeHttpJob::finish(const Result<HttpResponse> &response)
{
    if (m_finished)
        return;
    m_finished = true;
    deleteLater();
    emit finished(response);
}

void FakeHttpClient::answer(const QByteArray &method, const QString &path, int status, const QByteArray &body,
                            const engine::net::HeaderList &headers)
{
    m_script.push_back({method, path, HttpResponse{status, headers, body}, {}, false});
}

void FakeHttpClient::fail(const QByteArray &method, const QString &path, const Error &error)
{
    m_script.push_back({method, path, tl::unexpected<Error>(error), {}, false});
}

void FakeHttpClient::stream(const QByteArray &method, const QString &path, const QList<QByteArray> &chunks, int status)
{
    m_script.push_back({method, path, HttpResponse{status}, chunks, false});
}

void FakeHttpClient::hold(const QByteArray &method, const QString &path)
{
    m_script.push_back({method, path, HttpResponse{}, {}, true});
}

HttpJob *FakeHttpClient::send(const HttpRequest &request, QObject *parent)
{
    if (m_ignored.contains(std::pair(request.method, request.url.path())))
        return new FakeHttpJob(request, parent);
    requests.append(request);
    auto *job = new FakeHttpJob(request, parent);
    const auto found = std::find_if(m_script.begin(), m_script.end(), [&request](const Step &step) {
        return step.method == request.method && step.path == request.url.path();
    });
    if (found == m_script.end()) {
        const QByteArray what = "unscripted request: " + request.method + ' ' + request.url.toEncoded();
        QTest::qFail(what.constData(), __FILE__, __LINE__);
        QMetaObject::invokeMethod(
            job,
            [job] {
                job->finish(engine::failure(Fault::Program, QStringLiteral("unscripted"),
                                            QStringLiteral("unscripted request")));
            },
            Qt::QueuedConnection);
        return job;
    }

    const Step step = *found;
    m_script.erase(found);
    if (step.hold) {
        held.append(job);
        return job;
    }
    QMetaObject::invokeMethod(
        job,
        [job, step] {
            const QPointer<FakeHttpJob> alive(job);
            if (step.response && job->request.streaming) {
                job->giveHeaders(*step.response);
                const bool success = step.response->status / 100 == 2;
                QList<QByteArray> chunks = step.chunks;
                if (success && chunks.isEmpty() && !step.response->body.isEmpty())
                    chunks.append(step.response->body);
                for (const QByteArray &chunk : chunks)
                    if (alive && success)
                        job->giveData(chunk);
                if (alive) {
                    HttpResponse end = *step.response;
                    if (success)
                        end.body.clear();
                    job->finish(end);
                }
                return;
            }
            job->finish(step.response);
        },
        Qt::QueuedConnection);
    return job;
}

} // namespace support
