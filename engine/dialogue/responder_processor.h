#pragma once

#include "engine/base/clock.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/language_model.h"
#include "engine/pipeline/processor.h"

#include <chrono>
#include <map>
#include <memory>
#include <vector>

namespace engine::dialogue {

struct ResponderSettings
{
    QString systemPrompt; ///< everything the model is told first; see prompt_template.h
    std::vector<ToolDeclaration> tools;
    QString language = QStringLiteral("en"); ///< BCP 47, the same as the sentence processor's

    QString fillerText = QStringLiteral("One moment, please.");
    QString blockedText = QStringLiteral("I'm sorry, I can't help with that."); ///< when the vendor withheld its answer
    QString emptyText =
        QStringLiteral("I'm sorry, could you say that again?"); ///< when the model had nothing to say twice

    std::chrono::milliseconds fillerAfter{1'500};  ///< without a first word
    std::chrono::milliseconds raceAfter{2'500};    ///< a second request joins
    std::chrono::milliseconds giveUpAfter{8'000};  ///< the call cannot go on
    std::chrono::milliseconds retryAfter{300};     ///< between tries; the first is repeated at once
    std::chrono::milliseconds toolTimeout{30'000}; ///< a function without result counts as failed
    int toolRounds = 8; ///< answers with function calls in one turn, before one without functions
    bool operator==(const ResponderSettings &) const = default;
};

/// The agent's mind in the pipeline: keeps the conversation, asks the model, and gives out its text and function calls.
///
/// Downstream in: UserTurn (asks the model), SpeculationResolved, Interrupted. Downstream out: ModelText pieces as they
/// come, at the end of each answer ModelDone and then one ToolCall for each call; Sentence for a filler or a stock
/// phrase. Upstream in: ToolResult (used up here; when all are in and one needs words, the model is asked again for the
/// same turn) and AgentHeard (the account of what was heard). Upstream out: Incident; after a fatal one the turn ends
/// with ModelDone and the owner decides what is said. Everything else passes both ways. Of a speculative turn nothing
/// leaves before it is confirmed.
///
/// Answers are late rather than missing: a filler, then a second request raced against the first, retries while the
/// model is busy, all inside one budget, and never after a word of the answer was given out. Engine thread; owned by
/// its pipeline.
class ResponderProcessor final : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param clock  outlives this
    ResponderProcessor(std::unique_ptr<LanguageModel> model, ResponderSettings settings, Clock &clock);
    ~ResponderProcessor() override;

    /// Opens the model's connection ahead of the first turn.
    void start();
    /// Tells the model something about the call, from its next request on, e.g. that time is running out.
    void addNote(const QString &text);

    void downstream(const pipeline::Frame &frame) override;
    void upstream(const pipeline::Frame &frame) override;

private:
    struct HeldFrame
    {
        pipeline::Frame frame;
        bool upstream = false;
    };
    /// A request on its way; there are two during a race.
    struct Attempt
    {
        ModelJob *job = nullptr; // child of this
        bool second = false;
    };
    /// The turn being answered.
    struct Turn
    {
        pipeline::TurnId id = 0; // 0: none
        bool held = false;       // speculative, not resolved
        std::vector<HeldFrame> heldFrames;

        bool asking = false; // the model owes an answer
        std::vector<Attempt> attempts;
        ModelJob *winner = nullptr; // gave the first word; all others are gone
        QString text;               // given out of the answer under way
        int busyRetries = 0;
        int emptyRetries = 0;
        int malformedRetries = 0;
        Error lastError;

        bool spoke = false; // some answer of this turn had text
        bool fillerSaid = false;
        std::map<QString, QString> openCalls; // id -> name, waiting for results
        pipeline::ModelUsage usage;           // of the answer that made the calls
        bool answerNeeded = false;
        int toolRounds = 0;
        bool withoutTools = false;
    };

    void onUserTurn(const pipeline::UserTurn &turn);
    void onSpeculationResolved(const pipeline::SpeculationResolved &resolved);
    void onInterrupted(pipeline::TurnId turn);
    void onToolResult(const pipeline::ToolResult &result);

    void ask();
    void startAttempt(bool second);
    void onText(ModelJob *job, const QString &delta);
    void onFinished(ModelJob *job, const Result<ModelAnswer> &answer);
    void onFiller();
    void onRace();
    void onGiveUp();
    void onToolTimeout();

    void win(Attempt attempt);
    void succeed(const ModelAnswer &answer);
    void breakOff(const Error &error);
    void fail(const Error &error);
    void retryBusy(const Error &error);
    void say(const QString &stockPhrase);
    void stopListening();
    void endAnswer(const pipeline::ModelUsage &usage = {});
    void failForGood(const Error &error);

    void cancelAttempts();
    void cancelOpenCalls();
    void stopAsking();
    void give(pipeline::Frame frame);
    void report(const Error &error, bool fatal = false);

    std::unique_ptr<LanguageModel> m_model;
    ResponderSettings m_settings;
    Conversation m_conversation;
    ModelRequest m_request;
    Turn m_turn;
    std::unique_ptr<Timer> m_fillerTimer;
    std::unique_ptr<Timer> m_raceTimer;
    std::unique_ptr<Timer> m_giveUpTimer;
    std::unique_ptr<Timer> m_retryTimer;
    std::unique_ptr<Timer> m_toolTimer;
};

} // namespace engine::dialogue
