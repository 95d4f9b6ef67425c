#include "engine/calls/stream_tokens.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QRegularExpression>

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;

namespace {
const CallSid kOne("CA1");
const CallSid kTwo("CA2");
} // namespace

class TestStreamTokens : public QObject
{
    Q_OBJECT

private slots:
    void aTokenWorksOnce();
    void aTokenIsBoundToItsCall();
    void aWrongTokenIsRefusedAndDoesNotUseUpTheRightOne();
    void aTokenLivesForAWhile();
    void askingAgainReplacesIt();
    void aForgottenCallHasNone();
    void tokensAreLongAndDiffer();

private:
    support::FakeClock m_clock;
    SeededRandom m_random{7};
    QString codeOf(const Result<Done> &result) { return result ? QString("ok") : result.error().code; }
};

void TestStreamTokens::aTokenWorksOnce()
{
    StreamTokens tokens(60s, m_clock, m_random);
    const QString token = tokens.issue(kOne);
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("ok"));
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("token_unknown"));
}

void TestStreamTokens::aTokenIsBoundToItsCall()
{
    StreamTokens tokens(60s, m_clock, m_random);
    const QString one = tokens.issue(kOne);
    QCOMPARE(codeOf(tokens.redeem(kTwo, one)), QString("token_unknown"));
    const QString two = tokens.issue(kTwo);
    QCOMPARE(codeOf(tokens.redeem(kTwo, one)), QString("token_wrong"));
    QCOMPARE(codeOf(tokens.redeem(kTwo, two)), QString("ok"));
}

void TestStreamTokens::aWrongTokenIsRefusedAndDoesNotUseUpTheRightOne()
{
    StreamTokens tokens(60s, m_clock, m_random);
    const QString token = tokens.issue(kOne);
    const QStringList wrong = {QString(),          token.chopped(1),         token + "0", token.toUpper() + "x",
                               QString(5000, 'a'), QString::fromUtf8("ключ")};
    for (const QString &text : wrong)
        QCOMPARE(codeOf(tokens.redeem(kOne, text)), QString("token_wrong"));
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("ok"));
}

void TestStreamTokens::aTokenLivesForAWhile()
{
    StreamTokens tokens(60s, m_clock, m_random);
    QString token = tokens.issue(kOne);
    m_clock.advance(60s);
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("ok"));
    token = tokens.issue(kOne);
    m_clock.advance(60s + 1ms);
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("token_expired"));
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("token_unknown"));
}

void TestStreamTokens::askingAgainReplacesIt()
{
    StreamTokens tokens(60s, m_clock, m_random);
    const QString first = tokens.issue(kOne);
    m_clock.advance(50s);
    const QString second = tokens.issue(kOne);
    QCOMPARE(codeOf(tokens.redeem(kOne, first)), QString("token_wrong"));
    m_clock.advance(50s);
    QCOMPARE(codeOf(tokens.redeem(kOne, second)), QString("ok"));
}

void TestStreamTokens::aForgottenCallHasNone()
{
    StreamTokens tokens(60s, m_clock, m_random);
    const QString token = tokens.issue(kOne);
    tokens.forget(kOne);
    QCOMPARE(codeOf(tokens.redeem(kOne, token)), QString("token_unknown"));
}

void TestStreamTokens::tokensAreLongAndDiffer()
{
    StreamTokens tokens(60s, m_clock, m_random);
    static const QRegularExpression kHex("^[0-9a-f]{32}$");
    const QString one = tokens.issue(kOne);
    const QString two = tokens.issue(kTwo);
    QVERIFY(kHex.match(one).hasMatch());
    QVERIFY(kHex.match(two).hasMatch());
    QVERIFY(one != two);
    QVERIFY(tokens.issue(kOne) != one);
}

DIALDESK_TEST(TestStreamTokens)
#include "tst_stream_tokens.moc"
