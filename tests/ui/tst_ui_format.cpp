#include "tests/support/test_program.h"
#include "ui/format/call_text.h"
#include "ui/format/latency.h"
#include "ui/format/number_text.h"
#include "ui/format/time_text.h"

#include <QLocale>

using namespace ui::format;
using engine::calls::CallState;

/// Values as words.
class TestUiFormat : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

    void runningTimes_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.0 << "0:00";
        QTest::newRow("before its start") << -3.0 << "0:00";
        QTest::newRow("seconds") << 8.9 << "0:08";
        QTest::newRow("a minute") << 72.0 << "1:12";
        QTest::newRow("an hour") << 3723.0 << "1:02:03";
    }
    void runningTimes()
    {
        QFETCH(double, seconds);
        QTEST(runningTime(seconds), "text");
    }

    void timesOfDayFollowTheLocale()
    {
        const QDateTime at(QDate(2026, 11, 23), QTime(15, 4, 5, 67));
        QCOMPARE(clockTime(at), QString("15:04:05"));
        QCOMPARE(exactTime(at), QString("15:04:05.067"));
        QCOMPARE(clockTime({}), QString());
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QCOMPARE(clockTime(at), QString("3:04:05 PM"));
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        QCOMPARE(inSeconds(710), QString("0,71 s"));
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
        QCOMPARE(inSeconds(710), QString("0.71 s"));
    }

    void grades_data()
    {
        QTest::addColumn<double>("ms");
        QTest::addColumn<int>("grade");
        QTest::newRow("fast") << 300.0 << int(LatencyGrade::Good);
        QTest::newRow("still green") << 1200.0 << int(LatencyGrade::Good);
        QTest::newRow("amber") << 1200.1 << int(LatencyGrade::Slow);
        QTest::newRow("still amber") << 2000.0 << int(LatencyGrade::Slow);
        QTest::newRow("red") << 2000.1 << int(LatencyGrade::Bad);
    }
    void grades()
    {
        QFETCH(double, ms);
        QFETCH(int, grade);
        QCOMPARE(int(gradeOf(ms)), grade);
    }

    void nineStepsFoldIntoFour()
    {
        engine::records::TurnLatency latency;
        latency.totalMs = 890;
        latency.stepsMs = {{"speech_end", 0},       {"vad_end", 190},         {"stt_final", 180},
                           {"turn_end", 10},        {"llm_first_token", 350}, {"first_sentence", 20},
                           {"tts_first_byte", 130}, {"first_audio_sent", 10}, {"first_mark", 195}};
        QCOMPARE(partsOf(latency), (LatencyParts{200, 180, 370, 140}));
        QCOMPARE(partsText(latency), QString("listening 0.20 s, words 0.18 s, model 0.37 s, voice 0.14 s"));
    }

    void everyStateHasAWordAndASign()
    {
        QStringList words, signs;
        for (int state = int(CallState::Queued); state <= int(CallState::Canceled); ++state) {
            words.append(stateText(CallState(state)));
            QVERIFY(!words.last().isEmpty());
            QVERIFY(!iconOf(CallState(state)).isEmpty());
        }
        words.removeDuplicates();
        QCOMPARE(words.size(), 9);
    }

    void ends()
    {
        engine::records::CallEnded ended;
        ended.status = "completed";
        ended.reason = "agent_ended";
        ended.durationS = 125;
        QCOMPARE(endText(ended), QString("Completed, 2:05 · agent said goodbye"));
        ended = {};
        ended.status = "busy";
        ended.reason = "busy";
        QCOMPARE(endText(ended), QString("Busy"));
        ended.reason = "something_new";
        QCOMPARE(endText(ended), QString("Busy · something new"));
    }

    void numbersAndCountries()
    {
        QCOMPARE(numberText("+14155550101", "US"), QString("(415) 555-0101"));
        QCOMPARE(numberText("+442079460018", "US"), QString("+44 20 7946 0018"));
        QCOMPARE(numberText("anonymous", "US"), QString("anonymous"));
        QCOMPARE(countryName("US"), QString("United States"));
        QCOMPARE(countryName(""), QString());
        QCOMPARE(problemText(engine::NumberProblem::TooLong, "US"),
                 QString("This number is too long for United States."));
    }
};

DIALDESK_TEST(TestUiFormat)
#include "tst_ui_format.moc"
