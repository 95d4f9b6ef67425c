#pragma once

#include "engine/dialogue/language_model.h"

#include <QPointer>

#include <vector>

namespace support {

/// An answer a test gives by hand.
class ScriptedModelJob final : public engine::dialogue::ModelJob
{
    Q_OBJECT
public:
    using ModelJob::ModelJob;

    /// Gives out text, which also becomes part of the answer of finish().
    void say(const QString &delta);
    /// Ends with all that was said and these calls.
    void finish(const std::vector<engine::dialogue::ModelToolCall> &calls = {},
                const engine::pipeline::ModelUsage &usage = {});
    void finish(const engine::dialogue::ModelAnswer &answer);
    /// Fault::Vendor and a message that names the code.
    void fail(const QString &code);

private:
    void end(const engine::Result<engine::dialogue::ModelAnswer> &result);

    QString m_said;
};

/// A LanguageModel that records what it was asked and whose answers the test plays. Answers carry vendor "scripted" and
/// one vendor part with their text, as a real vendor's do.
class ScriptedModel final : public engine::dialogue::LanguageModel
{
    Q_OBJECT
public:
    using LanguageModel::LanguageModel;

    void warmUp() override { ++warmUps; }
    engine::dialogue::ModelJob *generate(const engine::dialogue::ModelRequest &request, QObject *parent) override;

    int requestCount() const { return static_cast<int>(requests.size()); }
    /// The job of the n-th request, from 0; fails the test program when there is none or it is gone.
    ScriptedModelJob &job(int n) const;
    ScriptedModelJob &lastJob() const { return job(requestCount() - 1); }
    /// The job was deleted, or is about to be, or has ended.
    bool isGone(int n) const;

    std::vector<engine::dialogue::ModelRequest> requests;
    int warmUps = 0;

private:
    std::vector<QPointer<ScriptedModelJob>> m_jobs;
};

} // namespace support
