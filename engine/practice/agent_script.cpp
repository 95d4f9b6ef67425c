#include "engine/practice/agent_script.h"

#include "engine/practice/long_talk.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kPieceLetters = 70; // longTalkReply()'s answers come in one piece each
constexpr qsizetype kMaxReplyPieces = 6;
constexpr auto kEndCall = "end_call"_L1;
constexpr auto kDoNotCall = "do_not_call"_L1;

/// Any of these as whole words. "|" stands between alternatives.
bool says(const QString &text, const QString &alternatives)
{
    const QRegularExpression words(u"\\b(%1)\\b"_s.arg(alternatives), QRegularExpression::CaseInsensitiveOption);
    return words.match(text).hasMatch();
}

QString introduction(const AgentConversation &conversation)
{
    static const QRegularExpression name(u"customer_name:[ \\t]*([^\\r\\n]*\\S)"_s);
    const auto match = name.match(conversation.instruction);
    return (match.hasMatch() ? u"Hello %1, this is Ava"_s.arg(match.captured(1)) : u"Hello, this is Ava"_s) +
           u", the assistant of Bright Dental. I am calling about your appointment. Is this a good time to talk?"_s;
}

bool agentHasSaid(const AgentConversation &conversation, const QString &words)
{
    return std::any_of(conversation.lines.begin(), conversation.lines.end(),
                       [&words](const AgentConversation::Line &line) {
                           return line.fromAgent && line.text.contains(words, Qt::CaseInsensitive);
                       });
}

/// Last words, with the first of these functions that there is.
AgentReply ending(const AgentConversation &conversation, const QString &text, const QString &reason,
                  const QStringList &functions = {kEndCall})
{
    for (const QString &function : functions)
        if (conversation.functions.contains(function))
            return {text, function, reason};
    return {text, {}, {}};
}

} // namespace

QString AgentConversation::lastUserText() const
{
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (!line->fromAgent)
            return line->text;
    return {};
}

bool endsTheCall(const QString &function)
{
    return function == kEndCall || function == kDoNotCall;
}

bool asksForBusyModel(const AgentConversation &conversation)
{
    return conversation.lastUserText().contains(u"is your system busy"_s, Qt::CaseInsensitive);
}

bool asksForSlowModel(const AgentConversation &conversation)
{
    return conversation.lastUserText().contains(u"please take your time"_s, Qt::CaseInsensitive);
}

AgentReply replyOfAva(const AgentConversation &conversation)
{
    if (conversation.endingAnswered)
        return {};
    const QString said = conversation.lastUserText();
    if (const QString reply = longTalkReply(said); !reply.isEmpty())
        return {reply, {}};
    const bool introduced = std::any_of(conversation.lines.begin(), conversation.lines.end(), [](const auto &line) {
        return line.fromAgent && !line.text.trimmed().isEmpty();
    });
    const bool offered = agentHasSaid(conversation, u"check up is due"_s);

    if (says(said, u"after the (tone|beep)|voicemail|leave a message"_s))
        return ending(conversation,
                      u"Hello, this is Ava from Bright Dental. Please call us back about your appointment. Goodbye."_s,
                      u"voicemail"_s);
    if (says(said, u"off your list|not call|stop calling"_s))
        return ending(conversation,
                      u"I understand. I will take you off our list right away. I am sorry for the trouble. Goodbye."_s,
                      u"asked not to be called"_s, {kDoNotCall, kEndCall});
    if (says(said, u"goodbye|good bye|bye|everything"_s))
        return ending(conversation, u"Thank you for your time. Have a nice day. Goodbye."_s,
                      u"conversation complete"_s);
    if (says(said, u"are you( still)? there"_s))
        return {u"Yes, I am here. Is this a good time to talk?"_s, {}, {}};
    if (says(said, u"all the options"_s))
        return {u"Certainly, I will read you all the options for this week. On Tuesday you can come at ten in the "
                u"morning or at a "
                "quarter past four in the afternoon. On Wednesday the doctor is free at half past eight and again at "
                "noon. On "
                "Thursday there is half past two, and after that ten minutes to five. On Friday we only have eight "
                "o'clock in the "
                "morning, so please tell me which of these you would like."_s,
                {}, {}};
    if (says(said, u"wait|question"_s))
        return {u"Of course, please go ahead. I can also tell you more about our opening hours, which are from eight "
                u"in the morning "
                "until six in the evening on every working day."_s,
                {}, {}};
    if (says(said, u"thursday"_s))
        return {u"Thursday at half past two is booked for you. Is there anything else I can help you with?"_s, {}, {}};
    if (says(said, u"tuesday"_s))
        return {u"Tuesday at ten is booked for you. Is there anything else I can help you with?"_s, {}, {}};
    if (says(said, u"reminder|text"_s))
        return {u"Of course. You will get a text message the day before. Is there anything else?"_s, {}, {}};
    if (introduced && !offered && says(said, u"good time|yes|sure|go ahead"_s))
        return {
            u"Great. Your check up is due, and I can offer Tuesday at ten or Thursday at half past two. Which suits you better?"_s,
            {}, {}};
    if (!introduced || says(said, u"said nothing|nothing was said|silent|silence"_s) ||
        said.startsWith(u"(call connected"_s))
        return {introduction(conversation), {}, {}};
    if (says(said, u"hello"_s))
        return {u"Yes, I am here. Is this a good time to talk?"_s, {}, {}};
    return {u"I see. Is there anything else I can help you with?"_s, {}, {}};
}

QStringList streamedPieces(const QString &text)
{
    const qsizetype count =
        std::clamp<qsizetype>((text.size() + kPieceLetters - 1) / kPieceLetters, 1, kMaxReplyPieces);
    QStringList pieces;
    for (qsizetype i = 0; i < count; ++i) {
        const qsizetype from = text.size() * i / count;
        pieces.append(text.mid(from, text.size() * (i + 1) / count - from));
    }
    return pieces;
}

} // namespace engine::practice
