#include "engine/pipeline/pipeline.h"
#include "engine/telephony/playout_processor.h"
#include "engine/turns/turn_processor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/test_program.h"

#include <map>
#include <random>
#include <set>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine::pipeline;
using engine::telephony::PlayoutProcessor;
using engine::turns::TurnProcessor;

namespace {

constexpr int kBytesPerMs = 8;

/// Stands for model and speech vendor: answers every turn of the callee with a sentence of half-second words, after
/// thinking. The audio of turn n is made of bytes n, in pieces of 250 ms that arrive every 50 ms.
class Answerer final : public Processor
{
public:
    Answerer(engine::Clock &clock, milliseconds thinking)
        : Processor(u"answerer"_s), m_thinking(thinking), m_timer(clock.makeTimer([this] { next(); }))
    {
    }

    QString answer = u"one two three four five six"_s;

    void say(TurnId turn, milliseconds after)
    {
        m_turn = turn;
        m_words = answer.split(u' ');
        m_said = -1;
        m_timer->start(after);
    }

    void downstream(const Frame &frame) override
    {
        if (const auto *turn = std::get_if<UserTurn>(&frame))
            say(turn->turn, m_thinking);
        if (const auto *interrupted = std::get_if<Interrupted>(&frame); interrupted && interrupted->turn >= m_turn)
            m_timer->stop();
        pushDownstream(frame);
    }

private:
    void next()
    {
        if (m_said < 0) {
            pushDownstream(Sentence{m_turn, m_words.join(u' ')});
            m_said = 0;
        }
        if (m_said == 2 * m_words.size()) {
            pushDownstream(SpeechDone{m_turn});
            return;
        }
        m_timer->start(50ms);
        const qsizetype word = m_said / 2;
        const bool firstHalf = m_said++ % 2 == 0;
        if (firstHalf)
            pushDownstream(AgentWords{m_turn, {{m_words[word], word * 500ms, word * 500ms + 450ms}}});
        pushDownstream(AgentAudio{m_turn, QByteArray(250 * kBytesPerMs, static_cast<char>(m_turn))});
    }

    milliseconds m_thinking;
    std::unique_ptr<engine::Timer> m_timer;
    TurnId m_turn = 0;
    QStringList m_words;
    qsizetype m_said = -1;
};

/// Turns, an answerer and the playout in one pipeline, with a carrier that plays in real time, 60 ms away.
class Call final : public Observer
{
public:
    explicit Call(milliseconds thinking = 300ms) : carrier(clock, 60ms)
    {
        auto turnProcessor = std::make_unique<TurnProcessor>(engine::turns::TurnSettings{}, clock);
        auto answererProcessor = std::make_unique<Answerer>(clock, thinking);
        auto playout = std::make_unique<PlayoutProcessor>(clock);
        turns = turnProcessor.get();
        answerer = answererProcessor.get();
        playout->attach(&carrier);
        pipeline.add(std::move(turnProcessor));
        pipeline.add(std::move(answererProcessor));
        pipeline.add(std::move(playout));
        pipeline.addObserver(this);
    }

    void edge(VoiceEdge::Kind kind)
    {
        const TimePoint at = clock.now() - 192ms;
        if (kind == VoiceEdge::Kind::Started)
            speechStartedAt = at;
        pipeline.pushDownstream(
            VoiceEdge{kind, at, clock.now(), std::chrono::duration_cast<milliseconds>(at - speechStartedAt)});
    }
    void start() { edge(VoiceEdge::Kind::Started); }
    void stop() { edge(VoiceEdge::Kind::Stopped); }
    void interim(const QString &text)
    {
        pipeline.pushDownstream(Transcript{Transcript::Kind::Interim, text, clock.now()});
    }
    void final(const QString &text) { pipeline.pushDownstream(Transcript{Transcript::Kind::Final, text, clock.now()}); }
    void calleeSays(const QString &text, milliseconds length = 800ms)
    {
        start();
        clock.advance(length);
        stop();
        clock.advance(250ms);
        final(text);
    }

    void onFrame(const Frame &frame, Direction, const QString &to) override
    {
        if (to == u"playout"_s) {
            if (const auto *sentence = std::get_if<Sentence>(&frame))
                sentences[sentence->turn] = sentence->text;
            return;
        }
        if (to != u"in"_s && to != u"out"_s)
            return;
        if (const auto *turn = std::get_if<UserTurn>(&frame))
            userTurns.append(u"%1 %2"_s.arg(turn->turn).arg(turn->text));
        if (const auto *heard = std::get_if<AgentHeard>(&frame))
            accounts.push_back(*heard);
        if (const auto *resume = std::get_if<PlayoutResume>(&frame))
            resumes.append(resume->reason);
        if (const auto *interrupted = std::get_if<Interrupted>(&frame))
            interruptedTurn = interrupted->turn;
        if (std::holds_alternative<EndOfCall>(frame))
            ended = true;
    }

    /// How long the callee heard the audio of a turn.
    milliseconds playedOf(TurnId turn) const
    {
        return milliseconds(carrier.played().count(static_cast<char>(turn)) / kBytesPerMs);
    }

    support::FakeClock clock;
    TimePoint speechStartedAt;
    support::FakeTransport carrier;
    Pipeline pipeline;
    TurnProcessor *turns = nullptr;
    Answerer *answerer = nullptr;
    QStringList userTurns;
    QStringList resumes;
    std::vector<AgentHeard> accounts;
    std::map<TurnId, QString> sentences;
    TurnId interruptedTurn = 0;
    bool ended = false;
};

} // namespace

class TestTurnsWithPlayout : public QObject
{
    Q_OBJECT
private slots:
    void aCleanExchange()
    {
        Call call;
        call.calleeSays(u"Hello?"_s);
        call.clock.advance(4s);
        QCOMPARE(call.userTurns, QStringList{u"1 Hello?"_s});
        QCOMPARE(call.accounts.size(), size_t(1));
        QCOMPARE(call.accounts[0], (AgentHeard{1, u"one two three four five six"_s, u""_s, false, 3000ms}));
        QCOMPARE(call.playedOf(1), 3000ms);
    }

    void anInterruptionIsHeardToTheWordAndAnswered()
    {
        Call call;
        call.calleeSays(u"Hello?"_s);
        call.clock.advance(300ms + 1300ms); // 1.3 s of the answer sounded: marks up to 1.2 s are back
        call.start();
        QCOMPARE(call.carrier.asked().last(), QByteArray("clear")); // at once
        const qsizetype played = call.carrier.played().size();
        call.clock.advance(400ms);
        call.interim(u"no wait"_s);
        call.clock.advance(400ms);
        call.stop();
        call.clock.advance(250ms);
        call.final(u"No, wait."_s);
        QCOMPARE(call.carrier.played().size(), played);
        QCOMPARE(call.accounts.size(), size_t(1));
        QCOMPARE(call.accounts[0], (AgentHeard{1, u"one two"_s, u"three four five six"_s, true, 1200ms}));
        QCOMPARE(call.userTurns, (QStringList{u"1 Hello?"_s, u"2 No, wait."_s}));
        call.clock.advance(4s);
        QCOMPARE(call.accounts.size(), size_t(2));
        QCOMPARE(call.accounts[1].heard, u"one two three four five six"_s);
    }

    void backchannelsLoseNoWord()
    {
        Call call;
        call.calleeSays(u"Hello?"_s);
        call.clock.advance(300ms + 700ms);
        call.calleeSays(u"Mhm."_s, 350ms);
        call.clock.advance(700ms);
        call.calleeSays(u"Right."_s, 350ms);
        call.clock.advance(6s);
        QCOMPARE(call.resumes, (QStringList{u"backchannel"_s, u"backchannel"_s}));
        QCOMPARE(call.userTurns.size(), 1);
        QCOMPARE(call.accounts.size(), size_t(1));
        QCOMPARE(call.accounts[0], (AgentHeard{1, u"one two three four five six"_s, u""_s, false, 3000ms}));
        // Heard twice: at most one word and one mark's worth for each hold.
        QVERIFY(call.playedOf(1) >= 3000ms);
        QVERIFY(call.playedOf(1) <= 3000ms + 2 * 800ms);
    }

    void aFalseStartResumesAfterTwoSeconds()
    {
        Call call;
        call.calleeSays(u"Hello?"_s);
        call.clock.advance(300ms + 700ms);
        call.start();
        call.clock.advance(1999ms);
        QCOMPARE(call.resumes, QStringList{});
        const qsizetype played = call.carrier.played().size();
        call.clock.advance(1ms);
        QCOMPARE(call.resumes, QStringList{u"false_start"_s});
        call.clock.advance(100ms);
        QVERIFY(call.carrier.played().size() > played);
        call.clock.advance(5s);
        QCOMPARE(call.accounts.size(), size_t(1));
        QCOMPARE(call.accounts[0].cut, u""_s);
    }

    void goingOnWhileTheAgentThinksGetsOneAnswer()
    {
        Call call(600ms);
        call.calleeSays(u"I would like"_s);
        call.clock.advance(200ms);
        call.start(); // 400 ms before the answer would have sounded
        call.clock.advance(700ms);
        call.interim(u"two"_s);
        call.clock.advance(300ms);
        call.stop();
        call.clock.advance(250ms);
        call.final(u"two pizzas."_s);
        call.clock.advance(5s);
        QCOMPARE(call.userTurns, (QStringList{u"1 I would like"_s, u"2 I would like two pizzas."_s}));
        QCOMPARE(call.playedOf(1), 0ms);
        QCOMPARE(call.playedOf(2), 3000ms);
        QCOMPARE(call.accounts.back().heard, u"one two three four five six"_s);
    }

    void aCoughWhileTheAgentThinksOnlyDelaysTheAnswer()
    {
        Call call;
        call.calleeSays(u"I would like two pizzas."_s);
        call.clock.advance(100ms);
        call.start();
        call.clock.advance(400ms);
        call.stop();
        QCOMPARE(call.playedOf(1), 0ms);
        call.clock.advance(150ms);
        call.pipeline.pushDownstream(Transcript{Transcript::Kind::FinalizeAnswered, {}, call.clock.now()});
        call.clock.advance(3100ms);
        QCOMPARE(call.playedOf(1), 3000ms);
        QCOMPARE(call.accounts.size(), size_t(1));
    }

    void aGoodbyeThatIsInterruptedDoesNotEndTheCall()
    {
        Call call;
        call.calleeSays(u"Thanks, bye."_s);
        call.clock.advance(500ms);
        call.pipeline.pushDownstream(EndOfCall{u"agent_ended"_s});
        call.clock.advance(500ms);
        call.calleeSays(u"Oh, one more thing."_s);
        call.clock.advance(10s);
        QVERIFY(!call.ended);
        QCOMPARE(call.userTurns.last(), u"2 Oh, one more thing."_s);
        QCOMPARE(call.accounts.back(), (AgentHeard{2, u"one two three four five six"_s, u""_s, false, 3000ms}));
    }

    /// Whatever a callee does: every turn is accounted for once, with all its words; nothing of an interrupted turn
    /// sounds; and afterwards the conversation still works.
    void anyCalleeCanBeTalkedTo_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 60; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    void anyCalleeCanBeTalkedTo()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto below = [&random](unsigned limit) { return static_cast<int>(random() % limit); };
        const QStringList kWords = {u"yes"_s, u"mhm"_s, u"right"_s, u"no"_s, u"pizza"_s, u"tomorrow"_s, u"wait"_s};

        Call call;
        bool speaking = false;
        QString segment;
        for (int step = 0; step < 150; ++step) {
            call.clock.advance(milliseconds(below(4) == 0 ? below(3000) : below(400)));
            const qsizetype sentBefore = call.carrier.sent().size();
            switch (below(8)) {
            case 0:
            case 1:
                speaking = !speaking;
                speaking ? call.start() : call.stop();
                break;
            case 2:
            case 3:
                segment = (segment + u' ' + kWords[below(static_cast<unsigned>(kWords.size()))]).trimmed();
                call.interim(segment);
                break;
            case 4:
                call.final(segment);
                segment.clear();
                break;
            case 5:
                call.pipeline.pushDownstream(Transcript{Transcript::Kind::FinalizeAnswered, {}, call.clock.now()});
                segment.clear();
                break;
            case 6:
                if (below(4) == 0)
                    call.answerer->say(call.turns->openTurn(), milliseconds(below(300)));
                break;
            default:
                break;
            }
            for (const char byte : call.carrier.sent().mid(sentBefore))
                QVERIFY(byte > call.interruptedTurn);
        }

        // Quiet, then a plain question: it is answered in full.
        if (speaking)
            call.stop();
        call.clock.advance(30s);
        call.calleeSays(u"What does it cost?"_s);
        call.clock.advance(10s);
        const TurnId last = call.turns->currentTurn();
        QVERIFY(call.userTurns.last().endsWith(u"What does it cost?"_s));
        QCOMPARE(call.accounts.back(), (AgentHeard{last, u"one two three four five six"_s, u""_s, false, 3000ms}));

        std::set<TurnId> accounted;
        for (const AgentHeard &account : call.accounts) {
            QVERIFY2(accounted.insert(account.turn).second, qPrintable(QString::number(account.turn)));
            QStringList words =
                account.heard.split(u' ', Qt::SkipEmptyParts) + account.cut.split(u' ', Qt::SkipEmptyParts);
            QCOMPARE(words.join(u' '), call.sentences[account.turn]);
            // Only what really sounded is called heard.
            QVERIFY(call.playedOf(account.turn) >= account.heard.split(u' ', Qt::SkipEmptyParts).size() * 450ms);
        }
        for (const auto &[turn, text] : call.sentences)
            QVERIFY2(accounted.contains(turn), qPrintable(QString::number(turn)));
    }
};

DIALDESK_TEST(TestTurnsWithPlayout)
#include "tst_turns_with_playout.moc"
