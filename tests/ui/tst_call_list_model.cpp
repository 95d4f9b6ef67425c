#include "tests/support/test_program.h"
#include "ui/models/call_list_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace engine::records;
using engine::CallSid;
using ui::models::CallListModel;

/// The list of calls as events make it.
class TestCallListModel : public QObject
{
    Q_OBJECT

    static Event state(const QString &sid, const QString &word)
    {
        return CallStateChanged{
            CallSid(sid), word, "+14155550101", "+14155550199", "local", true, QDateTime::currentDateTimeUtc()};
    }
    static Event ended(const QString &sid, const QString &status = "completed")
    {
        CallEnded end;
        end.sid = CallSid(sid);
        end.status = status;
        end.durationS = 12;
        end.at = QDateTime::currentDateTimeUtc();
        return end;
    }
    static QStringList sids(const CallListModel &model)
    {
        QStringList list;
        for (int row = 0; row < model.rowCount(); ++row)
            list.append(model.index(row).data(CallListModel::SidRole).toString());
        return list;
    }

private slots:
    void liveOnTopThenTheLastEnded()
    {
        CallListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const char *sid : {"a", "b", "c", "d"})
            model.apply(state(sid, "queued"));
        QCOMPARE(sids(model), QStringList({"d", "c", "b", "a"}));
        QCOMPARE(model.liveCount(), 4);
        model.apply(ended("c"));
        QCOMPARE(sids(model), QStringList({"d", "b", "a", "c"}));
        model.apply(ended("a", "busy"));
        QCOMPARE(sids(model), QStringList({"d", "b", "a", "c"}));
        model.apply(ended("d"));
        QCOMPARE(sids(model), QStringList({"b", "d", "a", "c"}));
        QCOMPARE(model.liveCount(), 1);
        QCOMPARE(model.index(0).data(CallListModel::SectionRole).toString(), QString("LIVE · 1"));
        QCOMPARE(model.index(1).data(CallListModel::SectionRole).toString(), QString("TODAY · 3"));
        QCOMPARE(model.index(2).data(CallListModel::SectionRole).toString(), QString());
        QCOMPARE(model.index(1).data(CallListModel::LiveRole).toBool(), false);
        model.apply(state("e", "queued"));
        QCOMPARE(sids(model), QStringList({"e", "b", "d", "a", "c"}));
        model.apply(ended("e"));
        model.apply(ended("b"));
        QCOMPARE(model.liveCount(), 0);
        QCOMPARE(model.index(0).data(CallListModel::SectionRole).toString(), QString("TODAY · 5"));
    }

    void theLastWordsStandBelowTheNumber()
    {
        CallListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setHomeRegion("US");
        model.apply(state("a", "ringing"));
        QCOMPARE(model.index(0).data(CallListModel::NumberRole).toString(), QString("(415) 555-0101"));
        QCOMPARE(model.index(0).data(CallListModel::LineRole).toString(), QString("Ringing"));
        model.apply(CalleeSaid{CallSid("a"), 1, "Hello", false, {}});
        QCOMPARE(model.index(0).data(CallListModel::LineRole).toString(), QString("“Hello”"));
        model.apply(AgentSpeaking{CallSid("a"), 1, "Good morning.", {}});
        QCOMPARE(model.index(0).data(CallListModel::LineRole).toString(), QString("Agent: Good morning."));
        model.apply(ended("a"));
        QCOMPARE(model.index(0).data(CallListModel::LineRole).toString(), QString("Completed, 0:12"));
    }

    void pastCallsFindTheirPlace()
    {
        CallListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto past = [](const QString &sid, int daysAgo) {
            CallRecord record;
            record.sid = CallSid(sid);
            record.to = "+14155550101";
            record.state = "busy";
            record.ended = CallEnded{};
            record.ended->status = "busy";
            record.ended->at = QDateTime::currentDateTimeUtc().addDays(-daysAgo);
            return record;
        };
        model.apply(state("live", "ringing"));
        model.apply(state("now", "ringing"));
        model.apply(ended("now"));
        CallRecord running = past("running", 1);
        running.ended.reset();
        model.addPast({past("lastWeek", 7), past("yesterday", 1), running, past("now", 9), past("live", 9)});
        QCOMPARE(sids(model), QStringList({"live", "now", "yesterday", "lastWeek"}));
        const auto section = [&model](int row) { return model.index(row).data(CallListModel::SectionRole).toString(); };
        QCOMPARE(section(0), QString("LIVE · 1"));
        QCOMPARE(section(1), QString("TODAY · 1"));
        QCOMPARE(section(2), QString("EARLIER · 2"));
        QCOMPARE(section(3), QString());
        QCOMPARE(model.index(3).data(CallListModel::StateTextRole).toString(), QString("Busy"));
    }

    void levelsAreOfTheLiveCalls()
    {
        CallListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const char *sid : {"a", "b", "c"})
            model.apply(state(sid, "in-progress"));
        model.apply(ended("a"));
        QSignalSpy changed(&model, &CallListModel::dataChanged);
        model.setLevels({{CallSid("a"), -1, -2}, {CallSid("b"), -30, -20}, {CallSid("unknown"), -1, -1}});
        QCOMPARE(changed.count(), 1); // one for all rows: it comes ten times a second
        const auto levels = [&model](const char *sid) {
            const QModelIndex index = model.index(model.rowOf(CallSid(sid)));
            return std::pair(index.data(CallListModel::CalleeLevelRole).toDouble(),
                             index.data(CallListModel::AgentLevelRole).toDouble());
        };
        QCOMPARE(levels("b"), std::pair(-30.0, -20.0));
        QCOMPARE(levels("c"), std::pair(-100.0, -100.0));
        QCOMPARE(levels("a"), std::pair(-100.0, -100.0));
        model.setLevels({});
        QCOMPARE(levels("b"), std::pair(-100.0, -100.0));
    }

    void lateAndStrangeEventsChangeNothing()
    {
        CallListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply(CalleeSaid{CallSid("unknown"), 1, "Hello", true, {}});
        model.apply(IncidentHappened{});
        QCOMPARE(model.rowCount(), 0);
        model.apply(state("a", "queued"));
        model.apply(ended("a", "failed"));
        model.apply(state("a", "ringing"));
        model.apply(ended("a", "completed"));
        QCOMPARE(model.index(0).data(CallListModel::StateTextRole).toString(), QString("Failed"));
        QCOMPARE(model.liveCount(), 0);
    }

    void oldCallsMakeRoom()
    {
        CallListModel model;
        QSignalSpy forgotten(&model, &CallListModel::callForgotten);
        const int kept = CallListModel::kEndedKept;
        const auto heading = [&model] { return model.index(0).data(CallListModel::SectionRole).toString(); };
        for (int i = 0; i < kept + 20; ++i) {
            QCOMPARE(heading(), i == 0 ? QString() : QString(i < kept ? "TODAY · %1" : "TODAY · LAST %1").arg(std::min(i, kept)));
            model.apply(state(QString::number(i), "queued"));
            model.apply(ended(QString::number(i)));
        }
        QCOMPARE(model.rowCount(), kept);
        QCOMPARE(forgotten.count(), 20);
        QCOMPARE(model.rowOf(CallSid("19")), -1);
        QCOMPARE(model.rowOf(CallSid("20")), kept - 1);
    }
};

DIALDESK_TEST(TestCallListModel)
#include "tst_call_list_model.moc"
