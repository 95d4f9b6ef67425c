#include "engine/net/check_job.h"

#include <utility>

namespace engine::net {

void CheckJob::conclude(const Result<CheckNote> &found)
{
    if (std::exchange(m_over, true))
        return;
    deleteLater();
    emit finished(found);
}

HttpCheck::HttpCheck(HttpClient &http, const HttpRequest &request, Verdict verdict, QObject *parent) : CheckJob(parent)
{
    connect(
        http.send(request, this), &HttpJob::finished, this,
        [this, verdict = std::move(verdict)](const Result<HttpResponse> &response) { conclude(verdict(response)); });
}

KnownCheck::KnownCheck(const Result<CheckNote> &found, QObject *parent) : CheckJob(parent)
{
    QMetaObject::invokeMethod(
        this, [this, found] { conclude(found); }, Qt::QueuedConnection);
}

} // namespace engine::net
