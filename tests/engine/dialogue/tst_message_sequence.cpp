#include "engine/dialogue/message_sequence.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

namespace {

using Messages = std::vector<Message>;

Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

Message agent(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

ModelToolCall call(const QString &id)
{
    return {.id = id, .name = u"find_slots"_s, .arguments = {{u"day"_s, id}}};
}

Message result(const QString &id, const QJsonObject &value = {{u"output"_s, 1}})
{
    return {.role = Message::Role::ToolResult, .toolId = id, .toolName = u"find_slots"_s, .toolResult = value};
}

const QJsonObject kCancelled{{u"error"_s, u"cancelled by caller"_s}};

} // namespace

class TestMessageSequence : public QObject
{
    Q_OBJECT
private slots:
    void anOrderlyConversationIsUnchanged();
    void itStartsWithTheUser();
    void itEndsWithUserOrResult();
    void everyCallIsFollowedByItsResult();
    void resultsWithoutCallAreLeftOut();
    void idsMayRepeatInLaterAnswers();
    void callsNeverFollowTheAgent();
    void emptyMessagesAreLeftOut();
    void anEmptyConversationIsACallConnected();
};

void TestMessageSequence::anOrderlyConversationIsUnchanged()
{
    const Messages messages{user(u"Hello?"_s), agent(u"One second."_s, {call(u"a"_s), call(u"b"_s)}),
                            result(u"a"_s),    result(u"b"_s),
                            agent(u"Nine."_s), user(u"Fine."_s)};
    QVERIFY(sequenced(messages) == messages);
}

void TestMessageSequence::itStartsWithTheUser()
{
    QVERIFY(sequenced({agent(u"Good morning."_s), user(u"Hi."_s)}) ==
            (Messages{user(u"(call connected)"_s), agent(u"Good morning."_s), user(u"Hi."_s)}));
}

void TestMessageSequence::itEndsWithUserOrResult()
{
    QVERIFY(sequenced({user(u"Hi."_s), agent(u"Still there?"_s)}) ==
            (Messages{user(u"Hi."_s), agent(u"Still there?"_s), user(u"(silence)"_s)}));
    const Messages endsWithResult{user(u"Hi."_s), agent({}, {call(u"a"_s)}), result(u"a"_s)};
    QVERIFY(sequenced(endsWithResult) == endsWithResult);
}

void TestMessageSequence::everyCallIsFollowedByItsResult()
{
    // Results out of order and behind later words, one missing.
    QVERIFY(sequenced({user(u"Hi."_s), agent({}, {call(u"a"_s), call(u"b"_s), call(u"c"_s)}), result(u"c"_s),
                       user(u"Hello?"_s), result(u"a"_s)}) ==
            (Messages{user(u"Hi."_s), agent({}, {call(u"a"_s), call(u"b"_s), call(u"c"_s)}), result(u"a"_s),
                      result(u"b"_s, kCancelled), result(u"c"_s), user(u"Hello?"_s)}));
}

void TestMessageSequence::resultsWithoutCallAreLeftOut()
{
    QVERIFY(sequenced({user(u"Hi."_s), result(u"a"_s)}) == (Messages{user(u"Hi."_s)}));
}

void TestMessageSequence::idsMayRepeatInLaterAnswers()
{
    const QJsonObject one{{u"output"_s, 1}};
    const QJsonObject two{{u"output"_s, 2}};
    const Messages messages{user(u"Hi."_s),    agent({}, {call(u"a"_s)}), result(u"a"_s, one),
                            user(u"Again."_s), agent({}, {call(u"a"_s)}), result(u"a"_s, two)};
    QVERIFY(sequenced(messages) == messages);
    QVERIFY(sequenced({user(u"Hi."_s), agent({}, {call(u"a"_s)}), user(u"Again."_s), agent({}, {call(u"a"_s)}),
                       result(u"a"_s, two)})[2] == result(u"a"_s, kCancelled));
}

void TestMessageSequence::callsNeverFollowTheAgent()
{
    QVERIFY(sequenced({user(u"Hi."_s), agent(u"Still there?"_s), agent({}, {call(u"a"_s)}), result(u"a"_s)}) ==
            (Messages{user(u"Hi."_s), agent(u"Still there?"_s), user(u"(silence)"_s), agent({}, {call(u"a"_s)}),
                      result(u"a"_s)}));
}

void TestMessageSequence::emptyMessagesAreLeftOut()
{
    QVERIFY(sequenced({user(u" "_s), agent(u"\n"_s), user(u"Hi."_s), agent({})}) == (Messages{user(u"Hi."_s)}));
}

void TestMessageSequence::anEmptyConversationIsACallConnected()
{
    QVERIFY(sequenced({}) == (Messages{user(u"(call connected)"_s)}));
}

DIALDESK_TEST(TestMessageSequence)
#include "tst_message_sequence.moc"
