#include "tests/support/scripted_http.h"

#include <QCoreApplication>
#include <QEvent>

using namespace Qt::StringLiterals;
using namespace engine::net;

namespace support {

void ScriptedHttpJob::end(int status)
{
    finish(HttpResponse{.status = status});
}

void ScriptedHttpJob::answer(int status, const QByteArray &body)
{
    finish(HttpResponse{.status = status, .body = body});
}

void ScriptedHttpJob::fail(const QString &code)
{
    finish(engine::failure(engine::Fault::Vendor, code, u"Scripted failure %1"_s.arg(code)));
}

void ScriptedHttpJob::finish(const engine::Result<HttpResponse> &response)
{
    deleteLater();
    emit finished(response);
}

HttpJob *ScriptedHttp::send(const HttpRequest &request, QObject *parent)
{
    requests.push_back(request);
    auto *job = new ScriptedHttpJob(parent);
    m_jobs.push_back(job);
    return job;
}

ScriptedHttpJob &ScriptedHttp::job(int n) const
{
    if (n < 0 || n >= requestCount() || !m_jobs.at(static_cast<size_t>(n)))
        qFatal("ScriptedHttp: there is no request %d waiting for an answer", n);
    return *m_jobs.at(static_cast<size_t>(n));
}

bool ScriptedHttp::isGone(int n) const
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return !m_jobs.at(static_cast<size_t>(n));
}

} // namespace support
