#pragma once

#include "engine/dialogue/language_model.h"

#include <QString>

#include <vector>

namespace engine::dialogue {

/// What was said on a call so far, as the model is to see it. A value; no clock, no I/O.
///
/// What the agent says enters when it was generated and counts as said until it is known better: heard() settles it
/// with the words the callee really heard. After interrupted() nothing unsettled of that turn is believed any more. A
/// message of which words were cut is plain text afterwards (its vendor's form no longer fits); one that was not heard
/// at all is left out, its tool calls stay.
class Conversation
{
public:
    /// The oldest messages are forgotten beyond this many.
    static constexpr size_t kMaxMessages = 400;
    /// A single text longer than this is cut.
    static constexpr qsizetype kMaxTextChars = 20'000;

    /// @param language  BCP 47; heard words come as they were spoken, so texts are compared in their spoken form
    explicit Conversation(QString language = QStringLiteral("en")) : m_language(std::move(language)) {}

    /// @param text  what the callee said; "" becomes a note that nothing was said
    void addUser(pipeline::TurnId turn, const QString &text);
    /// A note to the model, seen from its next request on.
    void addNote(const QString &text);
    /// What the model answered. `message.text` is about to be spoken.
    void addAnswer(pipeline::TurnId turn, const Message &message);
    /// Words spoken in this turn that are not the model's and are not kept: a filler, an apology.
    void addUnrecorded(pipeline::TurnId turn, const QString &text);
    void addToolResult(pipeline::TurnId turn, const QString &id, const QString &name, const QJsonObject &result);

    /// The turn, and every earlier one not settled yet, was interrupted: its words count as unheard until heard() says
    /// otherwise.
    void interrupted(pipeline::TurnId turn);
    /// The final account of a turn. A turn without answers is a fixed phrase, which is recorded as heard.
    void heard(const pipeline::AgentHeard &account);
    /// Forgets a turn: what the callee said, and every answer to it. Notes stay.
    void removeTurn(pipeline::TurnId turn);

    std::vector<Message> messages() const;

private:
    struct Entry
    {
        enum class Kind
        {
            Message,
            Note,
            Unrecorded
        };
        enum class State
        {
            Said,
            Unheard,
            Settled
        };
        pipeline::TurnId turn = 0;
        Kind kind = Kind::Message;
        Message message;
        State state = State::Settled; // Said and Unheard: the account is still to come
    };
    void forgetRepeated(pipeline::TurnId turn, const QString &words);
    void insert(Entry entry);
    std::vector<Entry *> unsettled(pipeline::TurnId turn);
    void settle(Entry &entry, QStringList &heardWords);

    QString m_language;
    std::vector<Entry> m_entries; // ordered by turn, then by time
};

} // namespace engine::dialogue
