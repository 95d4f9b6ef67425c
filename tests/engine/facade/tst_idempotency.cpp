#include "engine/idempotency.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace std::chrono_literals;

namespace {

/// Writes down the status of every answer, in order.
class Sink final : public server::Responder::Sink
{
public:
    explicit Sink(QList<int> &answers) : m_answers(answers) {}
    void send(const server::Response &response) override { m_answers.append(response.status); }
    std::unique_ptr<server::BodyStream> stream(const server::Response &) override
    {
        return nullptr;
    } // no answer here is streamed

private:
    QList<int> &m_answers;
};

server::Response answer(int status)
{
    server::Response response;
    response.status = status;
    return response;
}

struct Rig
{
    support::FakeClock clock;
    Idempotency keys{clock};
    QList<int> answers;

    /// @return whether this request is to be carried out; its own answer is then given with finish()
    bool ask(const QByteArray &key, const QByteArray &body)
    {
        auto first = keys.begin(key, body, server::Responder(std::make_unique<Sink>(answers)));
        if (!first)
            return false;
        first->send(answer(0)); // the caller answers it; here it only must not answer 500 by being forgotten
        answers.removeLast();
        return true;
    }
};

} // namespace

class TestIdempotency : public QObject
{
    Q_OBJECT

private slots:
    void theSameRequestIsCarriedOutOnce();
    void anotherBodyIsAConflict();
    void requestsThatComeMeanwhileGetTheSameAnswer();
    void aRefusedRequestMayBeTriedAgain();
    void keysAreApart();
    void answersAreRememberedForADay();
    void theOldestOfTooManyIsForgotten();
    void aRequestUnderWayIsNeverForgotten();
    void retriesDoNotPileUp();
    void finishingAnUnknownKeyIsHarmless();
};

void TestIdempotency::theSameRequestIsCarriedOutOnce()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    rig.keys.finish("k", answer(200), true);
    QVERIFY(!rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    QCOMPARE(rig.answers, QList<int>({200, 200}));
}

void TestIdempotency::anotherBodyIsAConflict()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "other")); // while the first is under way
    rig.keys.finish("k", answer(200), true);
    QVERIFY(!rig.ask("k", "other"));
    QVERIFY(!rig.ask("k", "body "));
    QCOMPARE(rig.answers, QList<int>({409, 409, 409}));
}

void TestIdempotency::requestsThatComeMeanwhileGetTheSameAnswer()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    QVERIFY(rig.answers.isEmpty());
    rig.keys.finish("k", answer(502), false);
    QCOMPARE(rig.answers, QList<int>({502, 502}));
}

void TestIdempotency::aRefusedRequestMayBeTriedAgain()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    rig.keys.finish("k", answer(429), false);
    QVERIFY(rig.ask("k", "other"));
    rig.keys.finish("k", answer(200), true);
    QVERIFY(!rig.ask("k", "other"));
    QCOMPARE(rig.answers, QList<int>({200}));
}

void TestIdempotency::keysAreApart()
{
    Rig rig;
    QVERIFY(rig.ask("a", "body"));
    QVERIFY(rig.ask("b", "body"));
    QVERIFY(rig.ask("A", "body"));
}

void TestIdempotency::answersAreRememberedForADay()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    rig.keys.finish("k", answer(200), true);
    rig.clock.advance(24h - 1ms);
    QVERIFY(!rig.ask("k", "body"));
    rig.clock.advance(1ms);
    QVERIFY(rig.ask("k", "body"));
}

void TestIdempotency::theOldestOfTooManyIsForgotten()
{
    Rig rig;
    for (int i = 0; i <= 10'001; ++i) {
        const QByteArray key = QByteArray::number(i);
        QVERIFY(rig.ask(key, "body"));
        rig.keys.finish(key, answer(200), true);
    }
    QVERIFY(!rig.ask("10001", "body"));
    QVERIFY(!rig.ask("5000", "body"));
    QVERIFY(rig.ask("0", "body"));
}

void TestIdempotency::aRequestUnderWayIsNeverForgotten()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    rig.clock.advance(48h);
    QVERIFY(!rig.ask("k", "body"));
    rig.keys.finish("k", answer(200), true);
    QCOMPARE(rig.answers, QList<int>({200}));
}

void TestIdempotency::retriesDoNotPileUp()
{
    // A script that repeats one refused request with its key for a day leaves one place taken, not a hundred thousand.
    Rig rig;
    QVERIFY(rig.ask("kept", "body"));
    rig.keys.finish("kept", answer(200), true);
    for (int i = 0; i < 100'000; ++i) {
        QVERIFY(rig.ask("k", "body"));
        rig.keys.finish("k", answer(429), false);
    }
    QCOMPARE(rig.keys.remembered(), size_t(1));
}

void TestIdempotency::finishingAnUnknownKeyIsHarmless()
{
    Rig rig;
    rig.keys.finish("nobody", answer(200), true);
    QVERIFY(rig.ask("nobody", "body"));
}

DIALDESK_TEST(TestIdempotency)
#include "tst_idempotency.moc"
