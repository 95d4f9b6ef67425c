#include "engine/dialogue/conversation.h"

#include "engine/dialogue/speakable.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

QString bounded(const QString &text)
{
    return text.left(Conversation::kMaxTextChars);
}

/// Only what sounds, so that marks and capitals changed on the way do not count.
QString soundOf(const QString &text)
{
    QString sound;
    for (const QChar c : text)
        if (c.isLetterOrNumber() || c.isSurrogate())
            sound += c.toLower();
    return sound;
}

/// How many of the first `words` say exactly `sound`; -1 when they do not, or not all of it.
qsizetype wordsThatSay(const QString &sound, const QStringList &words)
{
    qsizetype matched = 0;
    qsizetype count = 0;
    while (matched < sound.size()) {
        if (count == words.size())
            return -1;
        const QString word = soundOf(words.at(count));
        if (!QStringView(sound).sliced(matched).startsWith(word))
            return -1;
        matched += word.size();
        ++count;
    }
    return count;
}

} // namespace

void Conversation::addUser(pipeline::TurnId turn, const QString &text)
{
    const QString words = text.trimmed();
    forgetRepeated(turn, words);
    insert({.turn = turn,
            .message = {.role = Message::Role::User,
                        .text = words.isEmpty() ? u"(The person has said nothing yet.)"_s : bounded(words)}});
}

/// A turn that was interrupted before anything of its answer was heard is said again by the next one, with what followed.
void Conversation::forgetRepeated(pipeline::TurnId turn, const QString &words)
{
    for (auto entry = m_entries.crbegin(); entry != m_entries.crend(); ++entry) {
        if (entry->kind != Entry::Kind::Message || entry->turn >= turn)
            continue;
        if (entry->message.role == Message::Role::User) {
            if (!entry->message.text.isEmpty() && words.startsWith(entry->message.text))
                removeTurn(entry->turn);
            return;
        }
        const bool silent = entry->state == Entry::State::Unheard || entry->message.text.trimmed().isEmpty();
        if (!silent)
            return;
    }
}

void Conversation::addNote(const QString &text)
{
    const pipeline::TurnId turn = m_entries.empty() ? 0 : m_entries.back().turn;
    insert({.turn = turn,
            .kind = Entry::Kind::Note,
            .message = {.role = Message::Role::User, .text = u'(' + bounded(text.trimmed()) + u')'}});
}

void Conversation::addAnswer(pipeline::TurnId turn, const Message &message)
{
    Entry entry{.turn = turn, .message = message, .state = Entry::State::Said};
    entry.message.role = Message::Role::Agent;
    if (entry.message.text.size() > kMaxTextChars) {
        entry.message.text = bounded(entry.message.text);
        entry.message.vendorParts = {};
    }
    insert(std::move(entry));
}

void Conversation::addUnrecorded(pipeline::TurnId turn, const QString &text)
{
    insert({.turn = turn,
            .kind = Entry::Kind::Unrecorded,
            .message = {.role = Message::Role::Agent, .text = text},
            .state = Entry::State::Said});
}

void Conversation::addToolResult(pipeline::TurnId turn, const QString &id, const QString &name,
                                 const QJsonObject &result)
{
    insert({.turn = turn,
            .message = {.role = Message::Role::ToolResult, .toolId = id, .toolName = name, .toolResult = result}});
}

/// Behind everything of this and earlier turns: an account may arrive after the callee's next words.
void Conversation::insert(Entry entry)
{
    const auto place = std::upper_bound(m_entries.begin(), m_entries.end(), entry.turn,
                                        [](pipeline::TurnId turn, const Entry &other) { return turn < other.turn; });
    m_entries.insert(place, std::move(entry));
    if (m_entries.size() > kMaxMessages)
        m_entries.erase(m_entries.begin());
}

std::vector<Conversation::Entry *> Conversation::unsettled(pipeline::TurnId turn)
{
    std::vector<Entry *> entries;
    for (Entry &entry : m_entries)
        if (entry.turn == turn && entry.state != Entry::State::Settled)
            entries.push_back(&entry);
    return entries;
}

void Conversation::interrupted(pipeline::TurnId turn)
{
    for (Entry &entry : m_entries)
        if (entry.turn <= turn && entry.state == Entry::State::Said)
            entry.state = Entry::State::Unheard;
}

void Conversation::heard(const pipeline::AgentHeard &account)
{
    const std::vector<Entry *> entries = unsettled(account.turn);
    if (entries.empty()) {
        const QString words = account.heard.trimmed();
        if (!words.isEmpty())
            insert({.turn = account.turn, .message = {.role = Message::Role::Agent, .text = bounded(words)}});
        return;
    }
    const bool allHeard = !account.interrupted && account.cut.trimmed().isEmpty();
    QStringList words = account.heard.simplified().split(u' ', Qt::SkipEmptyParts);
    for (Entry *entry : entries) {
        if (!allHeard)
            settle(*entry, words);
        entry->state = Entry::State::Settled;
    }
}

/// Takes the words of this entry from the front of `heardWords`, and keeps only those in it unless they are all there.
void Conversation::settle(Entry &entry, QStringList &heardWords)
{
    const QString spoken = speakable(entry.message.text, m_language);
    const qsizetype whole = wordsThatSay(soundOf(spoken), heardWords);
    if (whole >= 0) {
        heardWords.erase(heardWords.begin(), heardWords.begin() + whole);
        return;
    }
    const qsizetype expected = spoken.split(u' ', Qt::SkipEmptyParts).size();
    const qsizetype taken = std::min(expected, heardWords.size());
    entry.message.text = heardWords.first(taken).join(u' ');
    entry.message.vendorParts = {};
    entry.message.vendor.clear();
    heardWords.erase(heardWords.begin(), heardWords.begin() + taken);
}

void Conversation::removeTurn(pipeline::TurnId turn)
{
    std::erase_if(m_entries,
                  [turn](const Entry &entry) { return entry.turn == turn && entry.kind != Entry::Kind::Note; });
}

std::vector<Message> Conversation::messages() const
{
    std::vector<Message> messages;
    for (const Entry &entry : m_entries) {
        if (entry.kind == Entry::Kind::Unrecorded)
            continue;
        Message message = entry.message;
        if (entry.state == Entry::State::Unheard && !message.text.isEmpty()) {
            message.text.clear();
            message.vendorParts = {};
            message.vendor.clear();
        }
        if (message.role == Message::Role::Agent && message.text.trimmed().isEmpty() && message.toolCalls.empty())
            continue;
        messages.push_back(std::move(message));
    }
    return messages;
}

} // namespace engine::dialogue
