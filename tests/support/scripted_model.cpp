#include "tests/support/scripted_model.h"

#include <QCoreApplication>
#include <QEvent>

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

namespace support {

void ScriptedModelJob::say(const QString &delta)
{
    m_said += delta;
    emit text(delta);
}

void ScriptedModelJob::finish(const std::vector<ModelToolCall> &calls, const engine::pipeline::ModelUsage &usage)
{
    ModelAnswer answer;
    answer.message = {.role = Message::Role::Agent, .text = m_said, .toolCalls = calls};
    answer.message.vendorParts = {QJsonObject{{u"text"_s, m_said}}};
    answer.message.vendor = u"scripted"_s;
    answer.usage = usage;
    end(answer);
}

void ScriptedModelJob::finish(const ModelAnswer &answer)
{
    end(answer);
}

void ScriptedModelJob::fail(const QString &code)
{
    end(engine::failure(engine::Fault::Vendor, code, u"The scripted model failed with %1."_s.arg(code)));
}

void ScriptedModelJob::end(const engine::Result<ModelAnswer> &result)
{
    deleteLater();
    emit finished(result);
}

ModelJob *ScriptedModel::generate(const ModelRequest &request, QObject *parent)
{
    requests.push_back(request);
    auto *job = new ScriptedModelJob(parent);
    m_jobs.push_back(job);
    return job;
}

ScriptedModelJob &ScriptedModel::job(int n) const
{
    if (n < 0 || n >= requestCount() || !m_jobs.at(static_cast<size_t>(n)))
        qFatal("ScriptedModel: there is no request %d waiting for an answer", n);
    return *m_jobs.at(static_cast<size_t>(n));
}

bool ScriptedModel::isGone(int n) const
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return !m_jobs.at(static_cast<size_t>(n));
}

} // namespace support
