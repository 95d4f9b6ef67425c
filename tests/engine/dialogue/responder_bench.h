#pragma once

#include "engine/dialogue/responder_processor.h"
#include "tests/engine/dialogue/dialogue_bench.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_model.h"

#include <QStringList>

/// What the tests of the responder share: a responder between two recorders, with a scripted model and a clock.
namespace responder_bench {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;
using namespace engine::pipeline;

using Messages = std::vector<Message>;

inline Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

inline Message plain(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

/// As ScriptedModel answers.
inline Message answer(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    Message message = plain(text, calls);
    message.vendorParts = {QJsonObject{{u"text"_s, text}}};
    message.vendor = u"scripted"_s;
    return message;
}

inline Message toolMessage(const QString &id, const QString &name, const QJsonObject &value)
{
    return {.role = Message::Role::ToolResult, .toolId = id, .toolName = name, .toolResult = value};
}

inline const ModelToolCall kSlots{.id = u"a"_s, .name = u"find_slots"_s, .arguments = {{u"day"_s, u"Tuesday"_s}}};
inline const ModelToolCall kEnd{.id = u"b"_s, .name = u"end_call"_s};
inline const QJsonObject kOutput{{u"output"_s, u"09:00"_s}};

inline ResponderSettings defaults()
{
    return {.systemPrompt = u"Be brief."_s,
            .tools = {{.name = u"find_slots"_s, .description = u"Free appointments"_s}}};
}

class Bench
{
public:
    explicit Bench(const ResponderSettings &settings = defaults())
    {
        auto owned = std::make_unique<support::ScriptedModel>();
        model = owned.get();
        auto processor = std::make_unique<ResponderProcessor>(std::move(owned), settings, clock);
        responder = processor.get();
        pipe = std::make_unique<DialogueBench>(std::move(processor));
    }

    void turn(int number, const QString &text, bool speculative = false)
    {
        pipe->downstream(UserTurn{.turn = number, .text = text, .speculative = speculative});
    }
    void heard(int number, const QString &text) { pipe->upstream(AgentHeard{.turn = number, .heard = text}); }
    void cut(int number, const QString &text, const QString &rest)
    {
        pipe->upstream(AgentHeard{.turn = number, .heard = text, .cut = rest, .interrupted = true});
    }
    void toolResult(int number, const ModelToolCall &call, bool answerNeeded = true)
    {
        pipe->upstream(ToolResult{
            .turn = number, .id = call.id, .name = call.name, .result = kOutput, .answerNeeded = answerNeeded});
    }
    Messages asked() const { return model->requests.back().messages; }
    QString text() const
    {
        QString all;
        for (const ModelText &piece : pipe->downOf<ModelText>())
            all += piece.text;
        return all;
    }
    QStringList incidents() const
    {
        QStringList codes;
        for (const Incident &incident : pipe->upOf<Incident>())
            codes.append(incident.error.code + (incident.fatal ? u"!"_s : QString()));
        return codes;
    }
    QStringList sentences() const
    {
        QStringList texts;
        for (const Sentence &sentence : pipe->downOf<Sentence>())
            texts.append(sentence.text);
        return texts;
    }
    int dones() const { return static_cast<int>(pipe->downOf<ModelDone>().size()); }

    support::FakeClock clock;
    support::ScriptedModel *model = nullptr;
    ResponderProcessor *responder = nullptr;
    std::unique_ptr<DialogueBench> pipe;
};

} // namespace responder_bench
