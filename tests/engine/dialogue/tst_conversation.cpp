#include "engine/dialogue/conversation.h"
#include "engine/dialogue/message_sequence.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;
using engine::pipeline::AgentHeard;

namespace {

using Messages = std::vector<Message>;

Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

Message plain(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

/// As a vendor's codec makes it.
Message answer(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    Message message = plain(text, calls);
    message.vendorParts = {QJsonObject{{u"text"_s, text}, {u"signature"_s, u"s"_s}}};
    message.vendor = u"gemini"_s;
    return message;
}

ModelToolCall call()
{
    return {.id = u"a"_s, .name = u"find_slots"_s};
}

Message result()
{
    return {.role = Message::Role::ToolResult,
            .toolId = u"a"_s,
            .toolName = u"find_slots"_s,
            .toolResult = {{u"output"_s, 1}}};
}

AgentHeard whole(int turn, const QString &text)
{
    return {.turn = turn, .heard = text};
}

AgentHeard cut(int turn, const QString &heard, const QString &rest)
{
    return {.turn = turn, .heard = heard, .cut = rest, .interrupted = true};
}

} // namespace

class TestConversation : public QObject
{
    Q_OBJECT
private slots:
    void aTurnSaidAgainWithMoreIsKeptOnce();
    void aTurnAnsweredBeforeIsKeptThoughItsWordsComeAgain();
    void wordsHeardWholeKeepTheVendorsForm();
    void aSilentTurnIsANote();
    void cutWordsLeaveTheConversation();
    void whatWasNotHeardAtAllIsDropped();
    void anInterruptedAnswerCountsAsUnheardUntilTheAccount();
    void interruptionBehindTheLastWordKeepsTheVendorsForm();
    void heardWordsAreComparedAsSpoken();
    void anAnswerInTwoPartsIsCutWhereItWasCut_data();
    void anAnswerInTwoPartsIsCutWhereItWasCut();
    void callsOfAnUnheardAnswerStay();
    void fixedPhrasesAreAdded();
    void aLateAccountFindsItsPlace();
    void fillersAreNotStored();
    void aWithdrawnTurnIsForgotten();
    void notesStay();
    void theConversationIsBounded();
    void longTextsAreCut();
};

void TestConversation::wordsHeardWholeKeepTheVendorsForm()
{
    Conversation conversation;
    conversation.addUser(1, u" Hello? "_s);
    conversation.addAnswer(1, answer(u"Good morning, Ana here."_s));
    const Messages expected{user(u"Hello?"_s), answer(u"Good morning, Ana here."_s)};
    QVERIFY(conversation.messages() == expected);
    conversation.heard(whole(1, u"Good morning, Ana here."_s));
    QVERIFY(conversation.messages() == expected);
}

void TestConversation::aSilentTurnIsANote()
{
    Conversation conversation;
    conversation.addUser(1, u" "_s);
    QVERIFY(conversation.messages() == (Messages{user(u"(The person has said nothing yet.)"_s)}));
}

void TestConversation::cutWordsLeaveTheConversation()
{
    Conversation conversation;
    conversation.addUser(1, u"Hello?"_s);
    conversation.addAnswer(1, answer(u"Good morning, this is Ana from Bright Dental."_s));
    conversation.interrupted(1);
    conversation.heard(cut(1, u"Good morning, this"_s, u"is Ana from Bright Dental."_s));
    QVERIFY(conversation.messages() == (Messages{user(u"Hello?"_s), plain(u"Good morning, this"_s)}));
}

void TestConversation::whatWasNotHeardAtAllIsDropped()
{
    Conversation conversation;
    conversation.addUser(1, u"Hello?"_s);
    conversation.addAnswer(1, answer(u"Good morning."_s));
    conversation.interrupted(1);
    conversation.heard(cut(1, {}, u"Good morning."_s));
    conversation.addUser(2, u"Anyone?"_s);
    QVERIFY(conversation.messages() == (Messages{user(u"Hello?"_s), user(u"Anyone?"_s)}));
}

void TestConversation::anInterruptedAnswerCountsAsUnheardUntilTheAccount()
{
    Conversation conversation;
    conversation.addUser(1, u"Hello?"_s);
    conversation.addAnswer(1, answer(u"Good morning, Ana here."_s));
    conversation.interrupted(1);
    QVERIFY(conversation.messages() == (Messages{user(u"Hello?"_s)}));
    conversation.heard(cut(1, u"Good"_s, u"morning, Ana here."_s));
    QVERIFY(conversation.messages() == (Messages{user(u"Hello?"_s), plain(u"Good"_s)}));
    // What was settled stays settled.
    conversation.interrupted(2);
    QCOMPARE(conversation.messages().size(), size_t(2));
}

void TestConversation::interruptionBehindTheLastWordKeepsTheVendorsForm()
{
    Conversation conversation;
    conversation.addUser(1, u"Hello?"_s);
    conversation.addAnswer(1, answer(u"Good morning."_s));
    conversation.interrupted(1);
    conversation.heard(cut(1, u"Good morning."_s, {}));
    QVERIFY(conversation.messages() == (Messages{user(u"Hello?"_s), answer(u"Good morning."_s)}));
}

void TestConversation::heardWordsAreComparedAsSpoken()
{
    const QString text = u"**Sure!** It is at 9:30 and costs $20."_s;
    Conversation conversation;
    conversation.addAnswer(1, answer(text));
    conversation.interrupted(1);
    conversation.heard(cut(1, u"Sure! It is at nine thirty and costs twenty dollars."_s, {}));
    QVERIFY(conversation.messages() == Messages{answer(text)});

    Conversation other;
    other.addAnswer(1, answer(text));
    other.heard(cut(1, u"Sure! It is at nine thirty and"_s, u"costs twenty dollars."_s));
    QVERIFY(other.messages() == Messages{plain(u"Sure! It is at nine thirty and"_s)});
}

void TestConversation::anAnswerInTwoPartsIsCutWhereItWasCut_data()
{
    QTest::addColumn<QString>("heard");
    QTest::addColumn<QString>("first");
    QTest::addColumn<bool>("firstWhole");
    QTest::addColumn<QString>("second");
    QTest::addColumn<bool>("secondWhole");
    QTest::newRow("in the first") << u"One"_s << u"One"_s << false << QString() << false;
    QTest::newRow("between") << u"One second."_s << u"One second."_s << true << QString() << false;
    QTest::newRow("in the second") << u"One second. Nine is"_s << u"One second."_s << true << u"Nine is"_s << false;
    QTest::newRow("behind both") << u"One second. Nine is free."_s << u"One second."_s << true << u"Nine is free."_s
                                 << true;
    QTest::newRow("nowhere") << QString() << QString() << false << QString() << false;
}

void TestConversation::anAnswerInTwoPartsIsCutWhereItWasCut()
{
    QFETCH(QString, heard);
    QFETCH(QString, first);
    QFETCH(bool, firstWhole);
    QFETCH(QString, second);
    QFETCH(bool, secondWhole);
    Conversation conversation;
    conversation.addUser(1, u"Tuesday?"_s);
    conversation.addAnswer(1, answer(u"One second."_s, {call()}));
    conversation.addToolResult(1, u"a"_s, u"find_slots"_s, {{u"output"_s, 1}});
    conversation.addAnswer(1, answer(u"Nine is free."_s));
    conversation.interrupted(1);
    conversation.heard(cut(1, heard, u"..."_s));

    Messages expected{user(u"Tuesday?"_s)};
    expected.push_back(firstWhole ? answer(first, {call()}) : plain(first, {call()}));
    expected.push_back(result());
    if (!second.isEmpty())
        expected.push_back(secondWhole ? answer(second) : plain(second));
    QVERIFY(conversation.messages() == expected);
}

void TestConversation::callsOfAnUnheardAnswerStay()
{
    Conversation conversation;
    conversation.addUser(1, u"Tuesday?"_s);
    conversation.addAnswer(1, answer(u"One second."_s, {call()}));
    conversation.addToolResult(1, u"a"_s, u"find_slots"_s, {{u"output"_s, 1}});
    conversation.interrupted(1);
    QVERIFY(conversation.messages() == (Messages{user(u"Tuesday?"_s), plain({}, {call()}), result()}));

    // An answer of calls alone has nothing to be heard, so its form stays.
    Conversation silent;
    silent.addAnswer(1, answer({}, {call()}));
    silent.interrupted(1);
    QVERIFY(silent.messages() == (Messages{answer({}, {call()})}));
}

void TestConversation::fixedPhrasesAreAdded()
{
    Conversation conversation;
    conversation.heard(whole(1, u"Hello, this is Ana."_s));
    conversation.addUser(2, u"Hi."_s);
    conversation.addAnswer(2, answer(u"How are you?"_s));
    conversation.heard(whole(2, u"How are you?"_s));
    conversation.heard(cut(3, u"Are you"_s, u"still there?"_s));
    conversation.heard(cut(4, {}, u"Goodbye."_s));
    QVERIFY(conversation.messages() == (Messages{plain(u"Hello, this is Ana."_s), user(u"Hi."_s),
                                                 answer(u"How are you?"_s), plain(u"Are you"_s)}));
}

void TestConversation::aLateAccountFindsItsPlace()
{
    Conversation conversation;
    conversation.addUser(2, u"Hi."_s);
    conversation.heard(whole(1, u"Hello, this is Ana."_s));
    QVERIFY(conversation.messages() == (Messages{plain(u"Hello, this is Ana."_s), user(u"Hi."_s)}));
}

void TestConversation::fillersAreNotStored()
{
    const auto withFiller = [](const AgentHeard &account) {
        Conversation conversation;
        conversation.addUser(1, u"Hi."_s);
        conversation.addUnrecorded(1, u"One moment, please."_s);
        conversation.addAnswer(1, answer(u"Nine is free."_s));
        if (account.interrupted)
            conversation.interrupted(1);
        conversation.heard(account);
        return conversation.messages();
    };
    QVERIFY(withFiller(whole(1, u"One moment, please. Nine is free."_s)) ==
            (Messages{user(u"Hi."_s), answer(u"Nine is free."_s)}));
    QVERIFY(withFiller(cut(1, u"One moment, please. Nine is free."_s, {})) ==
            (Messages{user(u"Hi."_s), answer(u"Nine is free."_s)}));
    QVERIFY(withFiller(cut(1, u"One moment, please. Nine"_s, u"is free."_s)) ==
            (Messages{user(u"Hi."_s), plain(u"Nine"_s)}));
    QVERIFY(withFiller(cut(1, u"One moment,"_s, u"please. Nine is free."_s)) == (Messages{user(u"Hi."_s)}));

    Conversation only; // the answer never came
    only.addUnrecorded(1, u"One moment, please."_s);
    only.heard(whole(1, u"One moment, please."_s));
    QVERIFY(only.messages().empty());
}

void TestConversation::aWithdrawnTurnIsForgotten()
{
    Conversation conversation;
    conversation.addUser(1, u"Hi."_s);
    conversation.addAnswer(1, answer(u"Hello."_s));
    conversation.addUser(2, u"I would"_s);
    conversation.addNote(u"Time is short."_s);
    conversation.addAnswer(2, answer(u"Yes?"_s, {call()}));
    conversation.addToolResult(2, u"a"_s, u"find_slots"_s, {});
    conversation.removeTurn(2);
    conversation.addUser(2, u"I would like Tuesday."_s);
    QVERIFY(conversation.messages() == (Messages{user(u"Hi."_s), answer(u"Hello."_s), user(u"(Time is short.)"_s),
                                                 user(u"I would like Tuesday."_s)}));
}

void TestConversation::notesStay()
{
    Conversation conversation;
    conversation.addNote(u"The call must end soon."_s);
    conversation.addUser(1, u"Hi."_s);
    QVERIFY(conversation.messages() == (Messages{user(u"(The call must end soon.)"_s), user(u"Hi."_s)}));
}

void TestConversation::theConversationIsBounded()
{
    Conversation conversation;
    for (int turn = 1; turn <= 1000; ++turn) {
        conversation.addUser(turn, QString::number(turn));
        conversation.addAnswer(turn, answer(u"Yes."_s, {call()}));
        conversation.addToolResult(turn, u"a"_s, u"find_slots"_s, {});
        conversation.heard(whole(turn, u"Yes."_s));
    }
    const Messages messages = conversation.messages();
    QVERIFY(messages.size() <= Conversation::kMaxMessages);
    QCOMPARE(messages.back().role, Message::Role::ToolResult);
    QVERIFY(sequenced(messages).front().role == Message::Role::User);
}

void TestConversation::longTextsAreCut()
{
    Conversation conversation;
    conversation.addUser(1, QString(100'000, u'x'));
    conversation.addAnswer(1, answer(QString(100'000, u'y')));
    for (const Message &message : conversation.messages()) {
        QCOMPARE(message.text.size(), Conversation::kMaxTextChars);
        QVERIFY(message.vendorParts.isEmpty());
    }
}

void TestConversation::aTurnSaidAgainWithMoreIsKeptOnce()
{
    Conversation conversation(u"en"_s);
    conversation.addUser(1, u"I would like"_s);
    conversation.addAnswer(1, {.role = Message::Role::Agent, .text = u"Sure."_s});
    conversation.interrupted(1);
    conversation.addUser(2, u"I would like to move my appointment."_s);
    const auto messages = conversation.messages();
    QCOMPARE(messages.size(), size_t(1));
    QCOMPARE(messages[0].text, u"I would like to move my appointment."_s);
}

void TestConversation::aTurnAnsweredBeforeIsKeptThoughItsWordsComeAgain()
{
    Conversation conversation(u"en"_s);
    conversation.addUser(1, u"Yes."_s);
    conversation.addAnswer(1, {.role = Message::Role::Agent, .text = u"Tuesday?"_s});
    engine::pipeline::AgentHeard account;
    account.turn = 1;
    account.heard = u"Tuesday?"_s;
    conversation.heard(account);
    conversation.addUser(2, u"Yes. Tuesday."_s);
    QCOMPARE(conversation.messages().size(), size_t(3));
}

DIALDESK_TEST(TestConversation)
#include "tst_conversation.moc"
