#include "engine/idempotency.h"
#include "tests/support/test_program.h"


using namespace engine;

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
    Idempotency keys;
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
    void theSameRequestIsCarriedOutOnceAtATime();
    void anotherBodyIsAConflict();
    void requestsThatComeMeanwhileGetTheSameAnswer();
    void keysAreApart();
    void finishingAnUnknownKeyIsHarmless();
};

void TestIdempotency::theSameRequestIsCarriedOutOnceAtATime()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    rig.keys.finish("k", answer(200));
    QVERIFY(rig.ask("k", "body")); // what came of the first is the journal's to say
    QCOMPARE(rig.answers, QList<int>({200}));
}

void TestIdempotency::anotherBodyIsAConflict()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "other"));
    QVERIFY(!rig.ask("k", "body "));
    QCOMPARE(rig.answers, QList<int>({409, 409}));
}

void TestIdempotency::requestsThatComeMeanwhileGetTheSameAnswer()
{
    Rig rig;
    QVERIFY(rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    QVERIFY(!rig.ask("k", "body"));
    QVERIFY(rig.answers.isEmpty());
    rig.keys.finish("k", answer(502));
    QCOMPARE(rig.answers, QList<int>({502, 502}));
}

void TestIdempotency::keysAreApart()
{
    Rig rig;
    QVERIFY(rig.ask("a", "body"));
    QVERIFY(rig.ask("b", "body"));
    QVERIFY(rig.ask("A", "body"));
}

void TestIdempotency::finishingAnUnknownKeyIsHarmless()
{
    Rig rig;
    rig.keys.finish("nobody", answer(200));
    QVERIFY(rig.ask("nobody", "body"));
}

DIALDESK_TEST(TestIdempotency)
#include "tst_idempotency.moc"
