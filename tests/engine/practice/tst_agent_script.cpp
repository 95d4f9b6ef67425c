#include "engine/practice/agent_script.h"
#include "tests/support/test_program.h"


using namespace Qt::StringLiterals;
using namespace engine::practice;

class TestAgentScript : public QObject
{
    Q_OBJECT

    static AgentConversation heard(const QString &text, bool introduced = true, bool offered = false)
    {
        AgentConversation conversation;
        conversation.functions = {"end_call", "do_not_call"};
        if (introduced)
            conversation.lines = {{false, u"Hello?"_s}, {true, u"Hello, this is Ava."_s}};
        if (offered)
            conversation.lines.push_back({true, u"Great. Your check up is due, and I can offer Tuesday."_s});
        conversation.lines.push_back({false, text});
        return conversation;
    }

private slots:
    void answersByWhatWasSaid_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("introduced");
        QTest::addColumn<QString>("answerBegins");
        QTest::addColumn<QString>("reason");
        const QString introduction = u"Hello, this is Ava, the assistant of Bright Dental. I am calling about"_s;
        QTest::newRow("call connected") << u"(call connected)"_s << false << introduction << QString();
        QTest::newRow("hello") << u"Hello?"_s << false << introduction << QString();
        QTest::newRow("yes as hello") << u"Yes, hello?"_s << false << introduction << QString();
        QTest::newRow("nothing") << QString() << false << introduction << QString();
        QTest::newRow("note of silence") << u"(The callee has said nothing.)"_s << true << introduction << QString();
        QTest::newRow("good time") << u"Yes, it is a good time."_s << true << u"Great. Your check up is due"_s
                                   << QString();
        QTest::newRow("options") << u"What are all the options?"_s << true << u"Certainly"_s << QString();
        QTest::newRow("wait") << u"Wait, wait."_s << true << u"Of course, please go ahead."_s << QString();
        QTest::newRow("question") << u"I have a question."_s << true << u"Of course, please go ahead."_s << QString();
        QTest::newRow("thursday") << u"Thursday, please."_s << true << u"Thursday at half past two is booked"_s
                                  << QString();
        QTest::newRow("tuesday") << u"tuesday is better"_s << true << u"Tuesday at ten is booked"_s << QString();
        QTest::newRow("reminder") << u"Can I get a reminder?"_s << true << u"Of course. You will get a text message"_s
                                  << QString();
        QTest::newRow("next is not text") << u"What is next?"_s << true << u"I see."_s << QString();
        QTest::newRow("yesterday is not yes") << u"It was yesterday."_s << true << u"I see."_s << QString();
        QTest::newRow("list") << u"Please take me off your list."_s << true << u"I understand."_s
                              << u"asked not to be called"_s;
        QTest::newRow("do not call") << u"Do not call me again."_s << true << u"I understand."_s
                                     << u"asked not to be called"_s;
        QTest::newRow("goodbye") << u"No, that is everything. Goodbye."_s << true << u"Thank you for your time."_s
                                 << u"conversation complete"_s;
        QTest::newRow("voicemail") << u"Please leave a message after the tone."_s << false
                                   << u"Hello, this is Ava from Bright Dental. Please call us back"_s << u"voicemail"_s;
        QTest::newRow("long talk") << u"One of my teeth is a little sore when I drink something cold."_s << true
                                   << u"I am sorry, and the doctor"_s << QString();
        QTest::newRow("there") << u"Are you there?"_s << true << u"Yes, I am here."_s << QString();
        QTest::newRow("anything else") << u"The weather is nice."_s << true << u"I see. Is there anything else"_s
                                       << QString();
    }
    void answersByWhatWasSaid()
    {
        QFETCH(QString, said);
        QFETCH(bool, introduced);
        QFETCH(QString, answerBegins);
        QFETCH(QString, reason);
        const AgentReply reply = replyOfAva(heard(said, introduced));
        QVERIFY2(reply.text.startsWith(answerBegins), qPrintable(reply.text));
        QCOMPARE(reply.reason, reason);
    }

    void customerIsGreetedByName()
    {
        AgentConversation conversation = heard(u"Hello?"_s, false);
        conversation.instruction = u"You are Ava.\ncustomer_name: Robin\nother: x"_s;
        QVERIFY(replyOfAva(conversation).text.startsWith(u"Hello Robin, this is Ava,"_s));
    }

    void yesAfterTheOfferIsNoNewOffer()
    {
        QVERIFY(!replyOfAva(heard(u"Yes."_s, true, true)).text.startsWith(u"Great."_s));
    }

    void callIsEndedOnlyWithTheTool()
    {
        AgentConversation conversation = heard(u"Goodbye."_s);
        conversation.functions.clear();
        QCOMPARE(replyOfAva(conversation).reason, QString());
        QVERIFY(!replyOfAva(conversation).text.isEmpty());
    }

    void nothingIsSaidAfterTheEnd()
    {
        AgentConversation conversation = heard(u"Goodbye."_s);
        conversation.endingAnswered = true;
        QCOMPARE(replyOfAva(conversation).text, QString());
        QCOMPARE(replyOfAva(conversation).reason, QString());
    }

    void longAnswerHasFiveSentences()
    {
        const QString text = replyOfAva(heard(u"Read me all the options."_s)).text;
        QCOMPARE(text.count(u'.'), 5);
        QVERIFY(text.size() > 280 && text.size() < 480); // at about 18 letters a second
    }

    void piecesJoinToTheText_data()
    {
        QTest::addColumn<int>("letters");
        QTest::addColumn<int>("pieces");
        QTest::newRow("none") << 0 << 1;
        QTest::newRow("one") << 1 << 1;
        QTest::newRow("sixty") << 60 << 1;
        QTest::newRow("a hundred") << 100 << 2;
        QTest::newRow("a thousand") << 1000 << 6;
    }
    void piecesJoinToTheText()
    {
        QFETCH(int, letters);
        QFETCH(int, pieces);
        QString text;
        for (int i = 0; i < letters; ++i)
            text += QChar(u'a' + i % 26);
        const QStringList cut = streamedPieces(text);
        QCOMPARE(cut.size(), pieces);
        QCOMPARE(cut.join(QString()), text);
    }
};

DIALDESK_TEST(TestAgentScript)
#include "tst_agent_script.moc"
