#include "tests/support/test_program.h"
#include "ui/models/call_list_model.h"
#include "ui/models/history_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace engine::records;
using engine::CallSid;
using ui::models::CallListModel;
using ui::models::HistoryModel;

/// The history as pages of it arrive.
class TestHistoryModel : public QObject
{
    Q_OBJECT

    static CallSummary call(int number, int daysAgo = 0)
    {
        CallSummary summary;
        const CallSid sid(QString("CA%1").arg(number));
        const QDateTime at = QDateTime::currentDateTimeUtc().addDays(-daysAgo);
        summary.apply(CallStateChanged{sid, "queued", "+14155550106", "+14155550199", "local", true, at});
        CallEnded end;
        end.sid = sid;
        end.status = "completed";
        end.at = at;
        summary.apply(end);
        return summary;
    }
    static std::vector<CallSummary> calls(int newest, int count)
    {
        std::vector<CallSummary> page;
        for (int number = newest; number > newest - count; --number)
            page.push_back(call(number));
        return page;
    }
    static CallFilter asked(const QSignalSpy &spy, int question) { return spy.at(question).at(0).value<CallFilter>(); }

private slots:
    void pagesFollowEachOtherToTheEnd();
    void anAnswerToAnOldQuestionIsIgnored();
    void aFailureIsTold();
    void eachDayHasAHeading();
    void aDeletedCallGoesAndTheNextPageStillFollows();
};

void TestHistoryModel::pagesFollowEachOtherToTheEnd()
{
    HistoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy questions(&model, &HistoryModel::pageAsked);
    CallFilter filter;
    filter.text = "hello";
    model.setFilter(filter);
    QCOMPARE(questions.count(), 1);
    const CallFilter first = asked(questions, 0);
    QCOMPARE(first.text, QString("hello"));
    QVERIFY(!first.before && !model.canFetchMore({})); // one question at a time
    model.addPage(first, calls(1000, first.limit));
    QCOMPARE(model.rowCount(), first.limit);

    model.fetchMore({});
    QCOMPARE(questions.count(), 2);
    const CallFilter second = asked(questions, 1);
    QCOMPARE(second.before->value(), QString("CA%1").arg(1000 - first.limit + 1));
    model.addPage(second, calls(1000 - first.limit, 3));
    QCOMPARE(model.rowCount(), first.limit + 3);
    QCOMPARE(model.index(first.limit).data(CallListModel::SidRole).toString(), QString("CA%1").arg(1000 - first.limit));
    QVERIFY(!model.canFetchMore({})); // a page that is not full is the last
}

void TestHistoryModel::anAnswerToAnOldQuestionIsIgnored()
{
    HistoryModel model;
    QSignalSpy questions(&model, &HistoryModel::pageAsked);
    model.setFilter({});
    CallFilter busy;
    busy.outcome = "busy";
    model.setFilter(busy);
    model.addPage(asked(questions, 0), calls(5, 5));
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(model.isAsking());
    model.addPage(asked(questions, 1), calls(2, 1));
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(!model.isAsking());
}

void TestHistoryModel::aFailureIsTold()
{
    HistoryModel model;
    QSignalSpy questions(&model, &HistoryModel::pageAsked);
    model.setFilter({});
    model.addPage(asked(questions, 0), engine::failure(engine::Fault::Program, "broken", "The disk is gone."));
    QCOMPARE(model.trouble(), QString("The disk is gone."));
    QVERIFY(!model.canFetchMore({}) && !model.isAsking());
    model.setFilter({});
    model.addPage(asked(questions, 1), calls(1, 1));
    QCOMPARE(model.trouble(), QString());
}

void TestHistoryModel::eachDayHasAHeading()
{
    HistoryModel model;
    model.setHomeRegion("US");
    QSignalSpy questions(&model, &HistoryModel::pageAsked);
    model.setFilter({});
    model.addPage(asked(questions, 0), std::vector{call(4), call(3), call(2, 1), call(1, 400)});
    const auto heading = [&model](int row) { return model.index(row).data(CallListModel::SectionRole).toString(); };
    QCOMPARE(heading(0), QString("TODAY"));
    QCOMPARE(heading(1), QString());
    QCOMPARE(heading(2), QString("YESTERDAY"));
    QVERIFY(heading(3).contains(QString::number(QDate::currentDate().addDays(-400).year())));
    QCOMPARE(model.index(0).data(CallListModel::NumberRole).toString(), QString("(415) 555-0106"));
    model.remove(CallSid("CA4"));
    QCOMPARE(heading(0), QString("TODAY"));
}

void TestHistoryModel::aDeletedCallGoesAndTheNextPageStillFollows()
{
    HistoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy questions(&model, &HistoryModel::pageAsked);
    model.setFilter({});
    const int page = asked(questions, 0).limit;
    model.addPage(asked(questions, 0), calls(1000, page));
    model.fetchMore({});
    const CallSid last = *asked(questions, 1).before;
    model.remove(last); // the store would not know where to go on
    QCOMPARE(model.rowOf(last), -1);
    QCOMPARE(questions.count(), 3);
    QCOMPARE(asked(questions, 2).before->value(), QString("CA%1").arg(1000 - page + 2));
}

DIALDESK_TEST(TestHistoryModel)
#include "tst_history_model.moc"
