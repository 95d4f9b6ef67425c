#include "engine/practice/line_figures.h"
#include "engine/practice/voice.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestLineFigures : public QObject
{
    Q_OBJECT

    static int missing(LineFigures &figures) { return figures.json()["words_missing"].toInt(-1); }

private slots:
    void tellsHowTheTimesAreSpread()
    {
        support::FakeClock clock;
        LineFigures figures(clock);
        QCOMPARE(figures.json()["answer"].toObject(), (QJsonObject{{"samples", 0}}));
        for (int i = 100; i > 0; --i)
            figures.answered(std::chrono::milliseconds(i));
        figures.bargedIn();
        figures.cleared(1500us);
        const QJsonObject answer = figures.json()["answer"].toObject();
        QCOMPARE(answer["samples"].toInt(), 100);
        QCOMPARE(answer["p50_ms"].toDouble(), 50.0);
        QCOMPARE(answer["p95_ms"].toDouble(), 95.0);
        QCOMPARE(answer["p99_ms"].toDouble(), 99.0);
        QCOMPARE(answer["max_ms"].toDouble(), 100.0);
        QCOMPARE(figures.json()["clear"].toObject()["p99_ms"].toDouble(), 1.5);
        QCOMPARE(figures.json()["barge_ins"].toInt(), 1);
    }

    void aWordNeverHeardIsMissing()
    {
        support::FakeClock clock;
        LineFigures figures(clock);
        const Utterance utterance;
        for (int word = 0; word < 3; ++word)
            figures.wordSaid(u"CA1"_s, &utterance, word);
        figures.wordHeard(u"CA1"_s, &utterance, 0);
        figures.wordHeard(u"CA1"_s, &utterance, 2);
        figures.wordHeard(u"CA2"_s, &utterance, 1); // another call's
        clock.advance(1999ms);
        QCOMPARE(missing(figures), 0);
        clock.advance(1ms);
        QCOMPARE(missing(figures), 1);
        QCOMPARE(missing(figures), 1); // counted once
        QCOMPARE(figures.json()["words_said"].toInt(), 3);
    }

    void aWordOnItsWayWhenTheCallEndsIsNot()
    {
        support::FakeClock clock;
        LineFigures figures(clock);
        const Utterance utterance;
        figures.wordSaid(u"CA1"_s, &utterance, 0);
        clock.advance(2s);
        figures.wordSaid(u"CA1"_s, &utterance, 1);
        figures.callEnded(u"CA1"_s);
        clock.advance(1min);
        QCOMPARE(missing(figures), 1);
    }

    void forgetsWhatWasBefore()
    {
        support::FakeClock clock;
        LineFigures figures(clock);
        const QJsonObject fresh = figures.json();
        const Utterance utterance;
        figures.answered(1s);
        figures.cleared(1s);
        figures.bargedIn();
        figures.wordSaid(u"CA1"_s, &utterance, 0);
        clock.advance(3s);
        QCOMPARE(missing(figures), 1);
        figures.forget();
        QCOMPARE(figures.json(), fresh);
    }
};

DIALDESK_TEST(TestLineFigures)
#include "tst_line_figures.moc"
