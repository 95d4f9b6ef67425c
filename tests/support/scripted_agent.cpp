#include "tests/support/scripted_agent.h"

#include <QTest>

using namespace engine;
using namespace std::chrono_literals;

namespace support {

namespace {

constexpr auto kModelDelay = 20ms;
constexpr auto kWord = 100ms;

class StepJob final : public dialogue::ModelJob
{
public:
    StepJob(FakeClock &clock, ModelStep step, QObject *parent)
        : ModelJob(parent), m_step(std::move(step)), m_timer(clock.makeTimer([this] { answer(); }))
    {
        if (!m_step.silent)
            m_timer->start(kModelDelay);
    }

private:
    void answer()
    {
        deleteLater();
        m_timer.reset();
        const QPointer<StepJob> alive(this);
        if (m_step.error) {
            emit finished(tl::unexpected(*m_step.error));
            return;
        }
        if (!m_step.text.isEmpty())
            emit text(m_step.text);
        if (!alive)
            return;
        dialogue::ModelAnswer answer;
        answer.message.role = dialogue::Message::Role::Agent;
        answer.message.text = m_step.text;
        answer.message.toolCalls = m_step.calls;
        answer.usage = {100, 20, true};
        emit finished(answer);
    }

    ModelStep m_step;
    std::unique_ptr<Timer> m_timer;
};

} // namespace

class StepModel final : public dialogue::LanguageModel
{
public:
    StepModel(ScriptedAgentFactory &factory, FakeClock &clock) : m_factory(factory), m_clock(clock) {}
    void warmUp() override {}
    dialogue::ModelJob *generate(const dialogue::ModelRequest &request, QObject *parent) override
    {
        m_factory.requests.push_back(request);
        ModelStep step{.silent = true};
        if (m_factory.script.empty()) {
            QTest::qFail("the model was asked something the script does not hold", __FILE__, __LINE__);
        } else {
            step = m_factory.script.front();
            m_factory.script.pop_front();
        }
        return new StepJob(m_clock, step, parent);
    }

private:
    ScriptedAgentFactory &m_factory;
    FakeClock &m_clock;
};

ScriptedTextToSpeech::ScriptedTextToSpeech(FakeClock &clock) : m_timer(clock.makeTimer([this] { deliver(); })) {}

void ScriptedTextToSpeech::speak(int context, const QString &sentence)
{
    spoken.append(sentence);
    m_work.push_back({context, sentence});
    if (!mute && !m_timer->isActive())
        m_timer->start(kDelay);
}

void ScriptedTextToSpeech::finish(int context)
{
    m_work.push_back({context, std::nullopt});
    if (!mute && !m_timer->isActive())
        m_timer->start(kDelay);
}

void ScriptedTextToSpeech::cancel(int context)
{
    std::erase_if(m_work, [context](const Work &work) { return work.context == context; });
}

void ScriptedTextToSpeech::reconnect()
{
    m_work.clear();
}

void ScriptedTextToSpeech::close()
{
    m_open = false;
    m_work.clear();
    m_timer->stop();
}

void ScriptedTextToSpeech::deliver()
{
    size_t due = m_work.size();
    const QPointer<ScriptedTextToSpeech> alive(this);
    while (alive && due-- > 0 && !m_work.empty()) {
        const Work work = m_work.front();
        m_work.pop_front();
        if (!work.sentence) {
            emit finished(work.context);
            continue;
        }
        std::vector<pipeline::WordTime> times;
        auto &at = m_lengths[work.context];
        const QStringList texts = work.sentence->split(u' ', Qt::SkipEmptyParts);
        for (const QString &text : texts) {
            times.push_back({text, at, at + kWord});
            at += kWord;
        }
        emit words(work.context, times);
        emit audio(work.context, QByteArray(texts.size() * kWordBytes, '\x55'));
    }
    if (alive && !m_work.empty())
        m_timer->start(kDelay);
}

std::unique_ptr<speech::SpeechToText> ScriptedAgentFactory::makeSpeechToText(const CallSid &)
{
    ++made;
    auto fresh = std::make_unique<ScriptedSpeechToText>();
    ears = fresh.get();
    return fresh;
}

std::unique_ptr<speech::TextToSpeech> ScriptedAgentFactory::makeTextToSpeech(const CallSid &)
{
    auto fresh = std::make_unique<ScriptedTextToSpeech>(m_clock);
    fresh->mute = muteVoices;
    voice = fresh.get();
    return fresh;
}

std::unique_ptr<dialogue::LanguageModel> ScriptedAgentFactory::makeLanguageModel(const CallSid &)
{
    return std::make_unique<StepModel>(*this, m_clock);
}

} // namespace support
