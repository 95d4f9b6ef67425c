#include "engine/audio/mulaw.h"
#include "engine/practice/callee.h"
#include "engine/practice/long_talk.h"
#include "engine/practice/turn_listener.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

#include <cmath>

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

const QByteArray kSilence(160, '\xff');

/// 20 ms of a 400 Hz tone at about -15 dBFS.
QByteArray loudFrame()
{
    QByteArray frame(160, '\xff');
    for (int i = 0; i < 160; ++i)
        frame[i] = static_cast<char>(
            engine::audio::mulawFromLinear(static_cast<std::int16_t>(8000 * std::sin(i * 0.314159265))));
    return frame;
}

/// Speaks every line as 400 ms of tone and remembers which line was asked for.
struct FakeSpeech
{
    QStringList asked;
    QStringList answers; ///< what the agent was asked to say
    milliseconds length{400};
    Synthesis synthesis()
    {
        return [this](Speaker speaker, const QString &text, QObject *,
                      const std::function<void(std::shared_ptr<const Utterance>)> &done) {
            (speaker == Speaker::Agent ? answers : asked).append(text);
            auto utterance = std::make_shared<Utterance>();
            utterance->text = text;
            utterance->mulaw = loudFrame().repeated(length / 20ms);
            done(utterance);
        };
    }
};

/// Lives through a call with a callee and notes when they begin and stop speaking.
class Conversation
{
public:
    explicit Conversation(int scenario)
        : m_callee(calleeScript(scenario), m_speech.synthesis(), nullptr), m_hungUp(&m_callee, &Callee::hungUp)
    {
    }

    void agentSays(milliseconds length) { pass(length, loudFrame()); }
    void agentIsSilent(milliseconds length) { pass(length, kSilence); }
    /// Agent silent until the callee begins; false when they do not within `most`.
    bool untilCalleeSpeaks(milliseconds most, const QByteArray &heard = kSilence)
    {
        for (milliseconds passed{0}; passed < most; passed += 20ms) {
            step(heard);
            if (m_callee.isSpeaking())
                return true;
        }
        return false;
    }
    bool untilCalleeStops(const QByteArray &heard = kSilence)
    {
        for (int i = 0; i < 500 && m_callee.isSpeaking(); ++i)
            step(heard);
        return !m_callee.isSpeaking();
    }
    bool untilHangUp(milliseconds most)
    {
        for (milliseconds passed{0}; passed < most && m_hungUp.isEmpty(); passed += 20ms)
            step(kSilence);
        return !m_hungUp.isEmpty();
    }
    bool hungUp() const { return !m_hungUp.isEmpty(); }
    milliseconds now() const { return m_now; }
    Callee &callee() { return m_callee; }
    const FakeSpeech &speech() const { return m_speech; }
    const QByteArray &lastFrame() const { return m_lastFrame; }

private:
    void pass(milliseconds length, const QByteArray &heard)
    {
        for (milliseconds passed{0}; passed < length; passed += 20ms)
            step(heard);
    }
    void step(const QByteArray &heard)
    {
        m_lastFrame = m_callee.step(heard);
        m_now += 20ms;
    }

    FakeSpeech m_speech;
    Callee m_callee;
    QSignalSpy m_hungUp;
    milliseconds m_now{0};
    QByteArray m_lastFrame;
};

} // namespace

class TestCallee : public QObject
{
    Q_OBJECT
private slots:
    void preparesEveryLineBeforeTheAnswer();
    void saysHelloShortlyAfterAnswering();
    void lineIsNeverDigitallySilentYetQuiet();
    void answersWhenTheAgentHasFallenSilent();
    void doesNotSpeakIntoAPauseBetweenWords();
    void waitsLongerAfterAShortSound();
    void holdsHelloWhileSomebodyTalks();
    void interruptsInMidSentenceTwice();
    void showsAttentionWithoutTakingTheTurn();
    void takesAPauseAtItsAttentionForNoEnd();
    void leavesAttentionOutWhenTheTurnIsOver();
    void asksOnceThenGivesUp();
    void hangsUpWhenEverythingHasBeenSaid();
    void longTalkHasNoEnd();
    void longTalkHasItsAnswersSpokenBeforehand();
    void tellsWhenItsWordsWereSaid();
    void voicemailGreetsBeepsAndListens();
    void silentCalleeStaysSilent();
    void hangsUpTwoSecondsAfterAnswering();
    void breaksTheSocketInTheSecondAgentTurn();
    void knowsEveryScenario_data();
    void knowsEveryScenario();
    void lastDigitsChooseTheScenario();
};

void TestCallee::preparesEveryLineBeforeTheAnswer()
{
    Conversation talk(100);
    QCOMPARE(talk.speech().asked,
             (QStringList{u"Hello?"_s, u"Yes, this is a good time."_s, u"Tuesday at ten works for me."_s,
                          u"Can you send me a reminder by text?"_s, u"No, that is everything. Thank you. Goodbye."_s,
                          u"Are you there?"_s}));
}

void TestCallee::saysHelloShortlyAfterAnswering()
{
    Conversation talk(100);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QCOMPARE(talk.now(), 600ms);
    QVERIFY(mulawLevelDbfs(talk.lastFrame()) > -20.0);
    QVERIFY(talk.untilCalleeStops());
    QCOMPARE(talk.now(), 980ms); // 400 ms of hello
}

void TestCallee::lineIsNeverDigitallySilentYetQuiet()
{
    Conversation talk(107);
    talk.agentIsSilent(100ms);
    const double level = mulawLevelDbfs(talk.lastFrame());
    QVERIFY2(level > -80.0 && level < -55.0, qPrintable(QString::number(level)));
}

void TestCallee::answersWhenTheAgentHasFallenSilent()
{
    Conversation talk(100);
    for (int turn = 0; turn < 5; ++turn) {
        QVERIFY(talk.untilCalleeSpeaks(1s));
        QVERIFY(talk.untilCalleeStops());
        talk.agentIsSilent(600ms);
        QVERIFY(!talk.callee().isSpeaking());
        talk.agentSays(2s);
        QVERIFY(!talk.callee().isSpeaking());
        talk.agentIsSilent(660ms);
        QVERIFY(!talk.callee().isSpeaking());
    }
    QVERIFY(!talk.untilCalleeSpeaks(5s)); // five lines, no more
    QVERIFY(!talk.hungUp());
}

void TestCallee::doesNotSpeakIntoAPauseBetweenWords()
{
    Conversation talk(100);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    for (int word = 0; word < 10; ++word) {
        talk.agentSays(300ms);
        talk.agentIsSilent(500ms);
        QVERIFY(!talk.callee().isSpeaking());
    }
}

void TestCallee::waitsLongerAfterAShortSound()
{
    Conversation talk(112);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(800ms); // "One moment."
    talk.agentIsSilent(5900ms);
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(200ms));
}

void TestCallee::holdsHelloWhileSomebodyTalks()
{
    Conversation talk(100);
    talk.agentIsSilent(200ms);
    talk.agentSays(2s);
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QCOMPARE(talk.now(), 200ms + 2s + 700ms);
}

void TestCallee::interruptsInMidSentenceTwice()
{
    Conversation talk(101);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(2s); // the greeting, not to be interrupted
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(1s)); // "Can you tell me about all the options?"
    QVERIFY(talk.untilCalleeStops());
    for (int i = 0; i < 2; ++i) {
        talk.agentIsSilent(500ms);
        const milliseconds began = talk.now();
        QVERIFY(talk.untilCalleeSpeaks(3s, loudFrame()));
        QCOMPARE(talk.now() - began, 1500ms);
        talk.agentSays(200ms); // an agent needs a moment to stop
        QVERIFY(talk.untilCalleeStops());
    }
    talk.agentIsSilent(500ms);
    talk.agentSays(5s);
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(1s)); // "Thursday is fine. ..."
}

void TestCallee::showsAttentionWithoutTakingTheTurn()
{
    Conversation talk(108);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(2s);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentIsSilent(500ms);
    const milliseconds began = talk.now();
    QVERIFY(talk.untilCalleeSpeaks(3s, loudFrame()));
    QCOMPARE(talk.now() - began, 1500ms);
    QVERIFY(talk.untilCalleeStops(loudFrame()));
    QVERIFY(talk.untilCalleeSpeaks(5s, loudFrame()));
    QCOMPARE(talk.now() - began, 4000ms);
    QVERIFY(talk.untilCalleeStops(loudFrame()));
    talk.agentSays(2s);
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(1s)); // "Thank you. Goodbye."
}

void TestCallee::takesAPauseAtItsAttentionForNoEnd()
{
    Conversation talk(108);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(2s);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentIsSilent(500ms);
    const milliseconds began = talk.now();
    QVERIFY(talk.untilCalleeSpeaks(3s, loudFrame()));
    QVERIFY(talk.untilCalleeStops()); // the agent listens
    talk.agentIsSilent(1s);
    QVERIFY(!talk.callee().isSpeaking());
    QVERIFY(talk.untilCalleeSpeaks(5s, loudFrame()));
    QCOMPARE(talk.now() - began, 4000ms); // its second word of attention, at the moment it is due
}

void TestCallee::leavesAttentionOutWhenTheTurnIsOver()
{
    Conversation talk(108);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(2s);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(1300ms);
    QVERIFY(talk.untilCalleeSpeaks(1s)); // "Thank you. Goodbye.", not "Mhm."
    QVERIFY(talk.untilCalleeStops());
    QVERIFY(talk.untilHangUp(12'100ms)); // nothing left to say
}

void TestCallee::asksOnceThenGivesUp()
{
    Conversation talk(100);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    const milliseconds saidHello = talk.now();
    QVERIFY(talk.untilCalleeSpeaks(11s)); // "Are you there?"
    QCOMPARE(talk.now() - saidHello, 10'000ms);
    QVERIFY(talk.untilCalleeStops());
    const milliseconds asked = talk.now();
    QVERIFY(talk.untilHangUp(11s));
    QCOMPARE(talk.now() - asked, 10'000ms);
}

void TestCallee::hangsUpWhenEverythingHasBeenSaid()
{
    Conversation talk(114);
    for (int line = 0; line < 2; ++line) {
        QVERIFY(talk.untilCalleeSpeaks(1s));
        QVERIFY(talk.untilCalleeStops());
        talk.agentSays(2s);
    }
    const milliseconds agentStopped = talk.now();
    QVERIFY(talk.untilHangUp(13s));
    QCOMPARE(talk.now() - agentStopped, 12s);
}

void TestCallee::longTalkHasNoEnd()
{
    Conversation talk(180);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    for (int minute = 0; minute < 3; ++minute) {
        for (int line = 0; line < 5; ++line) {
            talk.agentSays(4s);
            QVERIFY(talk.untilCalleeSpeaks(1s));
            QVERIFY(talk.untilCalleeStops());
        }
        const milliseconds began = talk.now();
        QVERIFY(talk.untilCalleeSpeaks(4s, loudFrame())); // once a minute it interrupts
        QCOMPARE(talk.now() - began, 1500ms);
        QVERIFY(talk.untilCalleeStops());
    }
}

void TestCallee::longTalkHasItsAnswersSpokenBeforehand()
{
    const Conversation talk(180);
    QStringList replies;
    for (const CalleeLine &line : calleeScript(180).lines)
        if (const QString reply = longTalkReply(line.text); !reply.isEmpty())
            replies.append(reply);
    QCOMPARE(replies.size(), 6);
    QCOMPARE(talk.speech().answers, replies);
}

void TestCallee::tellsWhenItsWordsWereSaid()
{
    const auto utterance = std::make_shared<Utterance>();
    utterance->mulaw = loudFrame().repeated(3);
    utterance->words = {{u"one"_s, 40, 170}, {u"two"_s, 200, 400}};
    utterance->firstAudible = 40;
    utterance->endAudible = 400;
    Callee callee(
        calleeScript(100), [&](Speaker, const QString &, QObject *, const auto &done) { done(utterance); }, nullptr);
    QList<int> words;
    std::chrono::microseconds began{0};
    std::chrono::microseconds ended{0};
    connect(&callee, &Callee::wordSaid, this, [&](const Utterance &, int word) { words.append(word); });
    connect(&callee, &Callee::soundBegan, this, [&](auto before) { began = before; });
    connect(&callee, &Callee::soundEnded, this, [&](auto before) { ended = before; });
    while (!callee.isSpeaking())
        (void)callee.step(kSilence);
    // A frame is 160 samples, a sample 125 microseconds.
    QCOMPARE(began, 120 * 125us);
    QVERIFY(words.isEmpty());
    (void)callee.step(kSilence);
    QCOMPARE(words, QList<int>{0});
    QCOMPARE(ended, 0us);
    (void)callee.step(kSilence);
    QCOMPARE(words, (QList<int>{0, 1}));
    QCOMPARE(ended, 80 * 125us);
}

void TestCallee::voicemailGreetsBeepsAndListens()
{
    Conversation talk(105);
    QCOMPARE(talk.speech().asked,
             QStringList{u"You have reached the voicemail of Robin. Please leave a message after the tone."_s});
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    const milliseconds greeted = talk.now();
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QCOMPARE(talk.now() - greeted, 300ms);
    QVERIFY(mulawLevelDbfs(talk.lastFrame()) > -20.0);
    QVERIFY(talk.untilCalleeStops());
    QCOMPARE(talk.now() - greeted, 780ms); // 0.5 s of beep
    talk.agentSays(3s);
    QVERIFY(!talk.untilCalleeSpeaks(60s));
    QVERIFY(!talk.hungUp());
    QVERIFY(talk.untilHangUp(60s));
    QCOMPARE(talk.now(), 120s);
}

void TestCallee::silentCalleeStaysSilent()
{
    Conversation talk(107);
    QVERIFY(!talk.untilCalleeSpeaks(20s));
    talk.agentSays(3s);
    QVERIFY(!talk.untilCalleeSpeaks(60s));
    QVERIFY(!talk.hungUp());
}

void TestCallee::hangsUpTwoSecondsAfterAnswering()
{
    Conversation talk(106);
    QVERIFY(talk.untilHangUp(3s));
    QCOMPARE(talk.now(), 2s);
}

void TestCallee::breaksTheSocketInTheSecondAgentTurn()
{
    Conversation talk(109);
    QSignalSpy drops(&talk.callee(), &Callee::socketDropDue);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    talk.agentSays(3s);
    QVERIFY(talk.untilCalleeSpeaks(1s));
    QVERIFY(talk.untilCalleeStops());
    QCOMPARE(drops.count(), 0);
    talk.agentSays(980ms);
    QCOMPARE(drops.count(), 0);
    talk.agentSays(3s);
    QCOMPARE(drops.count(), 1);
}

void TestCallee::knowsEveryScenario_data()
{
    QTest::addColumn<int>("scenario");
    QTest::addColumn<Reachability>("reachability");
    QTest::addColumn<QString>("secondLine");
    const QString usual = u"Yes, this is a good time."_s;
    QTest::newRow("friendly") << 100 << Reachability::Answers << usual;
    QTest::newRow("busy") << 102 << Reachability::Busy << QString();
    QTest::newRow("no answer") << 103 << Reachability::NoAnswer << QString();
    QTest::newRow("failed") << 104 << Reachability::Fails << QString();
    QTest::newRow("transcriber drops") << 110 << Reachability::Answers << usual;
    QTest::newRow("model refuses") << 111 << Reachability::Answers << u"Yes, is your system busy today?"_s;
    QTest::newRow("model stalls") << 112 << Reachability::Answers << u"Yes, please take your time."_s;
    QTest::newRow("speech half-dies") << 113 << Reachability::Answers << usual;
    QTest::newRow("off the list") << 114 << Reachability::Answers
                                  << u"Please take me off your list and do not call again."_s;
    QTest::newRow("rings long") << 115 << Reachability::Answers << usual;
    QTest::newRow("any other") << 7777 << Reachability::Answers << usual;
}

void TestCallee::knowsEveryScenario()
{
    QFETCH(int, scenario);
    QFETCH(QString, secondLine);
    const CalleeScript script = calleeScript(scenario);
    QTEST(script.reachability, "reachability");
    if (!secondLine.isEmpty())
        QCOMPARE(script.lines.at(1).text, secondLine);
    QCOMPARE(script.ringsFor.has_value(), scenario == 115);
}

void TestCallee::lastDigitsChooseTheScenario()
{
    QCOMPARE(scenarioNumber(u"+14155550115"_s), 115);
    QCOMPARE(scenarioNumber(u"+442079460018"_s), 18);
    QCOMPARE(scenarioNumber(QString()), 0);
}

DIALDESK_TEST(TestCallee)
#include "tst_callee.moc"
