#include "engine/checks/check_board.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::checks;
using namespace std::chrono_literals;

namespace {

/// A question the test answers.
class ScriptedCheck final : public net::CheckJob
{
public:
    using CheckJob::CheckJob;
    using CheckJob::conclude;
};

const Error kRefused{Fault::Settings, "stt_key_refused", "The key is refused."};

} // namespace

/// When checks are asked and what they show; five minutes after a good answer, thirty seconds after a bad one.
class TestCheckBoard : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void nothingIsAskedBeforeTheStart();
    void anAnswerIsShownWithItsTime();
    void aGoodCheckIsAskedAgainAfterMinutes();
    void aBadCheckIsAskedAgainSoonAndKeepsShowingWhy();
    void askingAgainSpreadsInTime();
    void retryAsksAtOnceAndShowsIt();
    void retryDoesNotAskTwice();
    void aHangingCheckIsGivenUpAndHoldsUpNoOther();
    void aWarningOffersItsSetting();
    void newChecksAreAskedAndKnownOnesKept();
    void sinceIsWhenTheStateChanged();
    void troubleCastsDoubtOnWhatWasFoundInOrder();
    void whatIsBadAlreadyIsNotDoubted();

private:
    CheckSpec spec(CheckId id)
    {
        return {id, "DEEPGRAM_API_KEY", {}, [this, id](QObject *parent) {
                    auto *job = new ScriptedCheck(parent);
                    m_asked[id].append(job);
                    return job;
                }};
    }
    void start(std::vector<CheckId> ids = {CheckId::Transcriber})
    {
        std::vector<CheckSpec> specs;
        for (const CheckId id : ids)
            specs.push_back(spec(id));
        m_board->setChecks(std::move(specs));
        m_board->start();
    }
    int timesAsked(CheckId id = CheckId::Transcriber) const { return int(m_asked.value(id).size()); }
    void answer(const Result<net::CheckNote> &found, CheckId id = CheckId::Transcriber)
    {
        m_asked[id].last()->conclude(found);
    }
    Check check(int index = 0) const { return m_board->checks().at(index); }

    std::unique_ptr<support::FakeClock> m_clock;
    SeededRandom m_random{7};
    QHash<CheckId, QList<QPointer<ScriptedCheck>>> m_asked;
    std::unique_ptr<CheckBoard> m_board;
};

void TestCheckBoard::init()
{
    m_board.reset();
    m_asked.clear();
    m_clock = std::make_unique<support::FakeClock>();
    m_board = std::make_unique<CheckBoard>(*m_clock, m_random);
}

void TestCheckBoard::nothingIsAskedBeforeTheStart()
{
    m_board->setChecks({});
    std::vector<CheckSpec> specs;
    specs.push_back(spec(CheckId::Transcriber));
    m_board->setChecks(std::move(specs));
    m_board->retry(CheckId::Transcriber);
    m_board->refresh(CheckId::Transcriber);
    QCOMPARE(timesAsked(), 0);
    QCOMPARE(check().state, CheckState::Unknown);
    m_board->start();
    QCOMPARE(timesAsked(), 1);
    QCOMPARE(check().state, CheckState::Checking);
}

void TestCheckBoard::anAnswerIsShownWithItsTime()
{
    start();
    QSignalSpy changed(m_board.get(), &CheckBoard::changed);
    m_clock->advance(310ms);
    answer(net::CheckNote{"Deepgram accepts the key."});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(check().state, CheckState::Good);
    QCOMPARE(check().sentence, QString("Deepgram accepts the key."));
    QCOMPARE(check().took, 310ms);
    QCOMPARE(check().checkedAt, m_clock->wallTime());
    QVERIFY(!check().fault);
}

void TestCheckBoard::aGoodCheckIsAskedAgainAfterMinutes()
{
    start();
    answer(net::CheckNote{"Fine."});
    m_clock->advance(4min - 1ms); // five, less a fifth at most
    QCOMPARE(timesAsked(), 1);
    m_clock->advance(2min + 1ms);
    QCOMPARE(timesAsked(), 2);
    QCOMPARE(check().state, CheckState::Good); // shown until the new answer is in
    answer(tl::unexpected(kRefused));
    QCOMPARE(check().state, CheckState::Bad);
}

void TestCheckBoard::aBadCheckIsAskedAgainSoonAndKeepsShowingWhy()
{
    start();
    answer(tl::unexpected(kRefused));
    QCOMPARE(check().fault, std::optional(Fault::Settings));
    QCOMPARE(check().fix, (Fix{Fix::Kind::OpenSetting, "DEEPGRAM_API_KEY"}));
    m_clock->advance(24s - 1ms);
    QCOMPARE(timesAsked(), 1);
    m_clock->advance(12s + 1ms);
    QCOMPARE(timesAsked(), 2);
    QCOMPARE(check().state, CheckState::Bad);
    answer(net::CheckNote{"Fine."});
    QCOMPARE(check().state, CheckState::Good);
    QCOMPARE(check().fix, Fix{});
}

void TestCheckBoard::askingAgainSpreadsInTime()
{
    // Ten boards of the same pace do not ask in the same second.
    QList<Clock::TimePoint> times;
    for (quint64 seed = 1; seed <= 10; ++seed) {
        SeededRandom random(seed);
        CheckBoard board(*m_clock, random);
        const int before = timesAsked();
        std::vector<CheckSpec> specs;
        specs.push_back(spec(CheckId::Transcriber));
        board.setChecks(std::move(specs));
        board.start();
        const auto begun = m_clock->now();
        answer(net::CheckNote{"Fine."});
        while (timesAsked() == before + 1)
            m_clock->advance(1s);
        times.append(Clock::TimePoint(m_clock->now() - begun));
    }
    const auto [earliest, latest] = std::minmax_element(times.begin(), times.end());
    QVERIFY(*latest - *earliest > 20s);
    QVERIFY(*latest - *earliest <= 121s);
}

void TestCheckBoard::retryAsksAtOnceAndShowsIt()
{
    start();
    answer(tl::unexpected(kRefused));
    m_board->retry(CheckId::Transcriber);
    QCOMPARE(timesAsked(), 2);
    QCOMPARE(check().state, CheckState::Checking);
    answer(net::CheckNote{"Fine."});
    QCOMPARE(check().state, CheckState::Good);
}

void TestCheckBoard::retryDoesNotAskTwice()
{
    start();
    m_board->retry(CheckId::Transcriber);
    m_board->retryAll();
    QCOMPARE(timesAsked(), 1);
}

void TestCheckBoard::aHangingCheckIsGivenUpAndHoldsUpNoOther()
{
    start({CheckId::Transcriber, CheckId::Account});
    answer(net::CheckNote{"Fine."}, CheckId::Account);
    QCOMPARE(check(1).state, CheckState::Good);
    QCOMPARE(check(0).state, CheckState::Checking);
    m_clock->advance(15s);
    QCOMPARE(check(0).state, CheckState::Bad);
    QCOMPARE(check(0).fault, std::optional(Fault::Vendor));
    QVERIFY(check(0).sentence.contains("15 s"));
    QCOMPARE(check(0).fix.kind, Fix::Kind::Retry);
    QVERIFY(!m_asked[CheckId::Transcriber].first()); // the question itself has ended
}

void TestCheckBoard::aWarningOffersItsSetting()
{
    start();
    answer(net::CheckNote{"Not its number.", true, "TWILIO_FROM_NUMBER"});
    QCOMPARE(check().state, CheckState::Warning);
    QCOMPARE(check().fix, (Fix{Fix::Kind::OpenSetting, "TWILIO_FROM_NUMBER"}));
    QVERIFY(!anyBad(m_board->checks()));
}

void TestCheckBoard::newChecksAreAskedAndKnownOnesKept()
{
    start({CheckId::Account, CheckId::Transcriber});
    answer(net::CheckNote{"Fine."}, CheckId::Account);
    std::vector<CheckSpec> specs;
    specs.push_back(spec(CheckId::Account));
    specs.push_back(spec(CheckId::CloudAgent));
    m_board->setChecks(std::move(specs));
    QCOMPARE(m_board->checks().size(), 2);
    QCOMPARE(check(0).state, CheckState::Good);
    QCOMPARE(timesAsked(CheckId::Account), 1);
    QCOMPARE(timesAsked(CheckId::CloudAgent), 1);
    QVERIFY(anyPending(m_board->checks()));
    QVERIFY(!m_asked[CheckId::Transcriber].first()); // nobody waits for it any more
}

void TestCheckBoard::sinceIsWhenTheStateChanged()
{
    start();
    answer(tl::unexpected(kRefused));
    const QDateTime lost = m_clock->wallTime();
    m_clock->advance(36s);
    answer(tl::unexpected(kRefused));
    QCOMPARE(check().checkedAt, lost.addSecs(36));
    QCOMPARE(check().since, lost);
}

void TestCheckBoard::troubleCastsDoubtOnWhatWasFoundInOrder()
{
    start();
    answer(net::CheckNote{"The key works."});
    m_clock->advance(9s);
    m_board->doubt(CheckId::Transcriber); // found in order a moment ago
    QCOMPARE(timesAsked(), 1);
    m_clock->advance(1s);
    m_board->doubt(CheckId::Transcriber);
    QCOMPARE(timesAsked(), 2);
    QCOMPARE(check().state, CheckState::Good); // until the answer is in
    answer(tl::unexpected(kRefused));
    QCOMPARE(check().state, CheckState::Bad);
}

void TestCheckBoard::whatIsBadAlreadyIsNotDoubted()
{
    start();
    answer(tl::unexpected(kRefused));
    m_clock->advance(20s);
    m_board->doubt(CheckId::Transcriber);
    m_board->doubt(CheckId::Voice); // there is no such check
    QCOMPARE(timesAsked(), 1);
}

DIALDESK_TEST(TestCheckBoard)
#include "tst_check_board.moc"
