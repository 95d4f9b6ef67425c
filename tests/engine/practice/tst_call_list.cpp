#include "engine/practice/call_list.h"
#include "tests/support/test_program.h"

#include <QTimeZone>
#include <QJsonArray>

using namespace engine::practice;
using namespace Qt::StringLiterals;
namespace twilio = engine::twilio;

class TestCallList : public QObject
{
    Q_OBJECT
private slots:
    void writesTheResourceOfTheManual();
    void writesNullsAndStringsAsTheCarrierDoes();
    void filters_data();
    void filters();
    void pagesByToken();
    void refusesWrongPageSizes();
};

static CallRecord call()
{
    CallRecord record;
    record.sid = u"CA000000000000000000000000000000a1"_s;
    record.accountSid = u"AC00000000000000000000000000000001"_s;
    record.phoneNumberSid = u"PN00000000000000000000000000000001"_s;
    record.to = u"+14155550142"_s;
    record.from = u"+14155550100"_s;
    return record;
}

void TestCallList::writesTheResourceOfTheManual()
{
    const QJsonObject json = toJson(call());
    QCOMPARE(json.value("sid"_L1).toString(), u"CA000000000000000000000000000000a1"_s);
    QCOMPARE(json.value("to_formatted"_L1).toString(), u"(415) 555-0142"_s);
    QCOMPARE(json.value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(json.value("direction"_L1).toString(), u"outbound-api"_s);
    QCOMPARE(json.value("queue_time"_L1), QJsonValue(u"0"_s));
    QCOMPARE(
        json.value("uri"_L1).toString(),
        u"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA000000000000000000000000000000a1.json"_s);
    QCOMPARE(
        json.value("subresource_uris"_L1).toObject().value("notifications"_L1).toString(),
        u"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA000000000000000000000000000000a1/Notifications.json"_s);
    for (const auto key :
         {"parent_call_sid"_L1, "group_sid"_L1, "trunk_sid"_L1, "answered_by"_L1, "annotation"_L1, "forwarded_from"_L1,
          "caller_name"_L1, "duration"_L1, "price"_L1, "start_time"_L1, "end_time"_L1}) {
        QVERIFY2(json.contains(key), key.data());
        QVERIFY2(json.value(key).isNull(), key.data());
    }
}

void TestCallList::writesNullsAndStringsAsTheCarrierDoes()
{
    CallRecord record = call();
    record.status = CallStatus::NoAnswer;
    record.to = u"+442079460018"_s;
    record.started = QDateTime(QDate(2026, 3, 4), QTime(10, 15, 30), QTimeZone::utc());
    const QJsonObject json = toJson(record);
    QCOMPARE(json.value("status"_L1).toString(), u"no-answer"_s);
    QCOMPARE(json.value("duration"_L1), QJsonValue(u"0"_s));
    QCOMPARE(json.value("to_formatted"_L1).toString(), u"+442079460018"_s);
    QCOMPARE(json.value("start_time"_L1).toString(), u"Wed, 04 Mar 2026 10:15:30 +0000"_s);
}

void TestCallList::filters_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<bool>("passes");
    QTest::newRow("none") << QByteArray() << true;
    QTest::newRow("To") << QByteArray("To=%2B14155550142") << true;
    QTest::newRow("other To") << QByteArray("To=%2B14155550143") << false;
    QTest::newRow("From and status") << QByteArray("From=%2B14155550100&Status=in-progress") << true;
    QTest::newRow("other status") << QByteArray("Status=queued") << false;
    QTest::newRow("that day") << QByteArray("StartTime=2026-03-04") << true;
    QTest::newRow("another day") << QByteArray("StartTime=2026-03-05") << false;
    QTest::newRow("since, encoded") << QByteArray("StartTime%3E=2026-03-04") << true;
    QTest::newRow("since later") << QByteArray("StartTime>=2026-03-05") << false;
    QTest::newRow("until") << QByteArray("StartTime%3C=2026-03-03") << false;
    QTest::newRow("not ended") << QByteArray("EndTime%3E=2026-01-01") << false;
    QTest::newRow("paging is no filter") << QByteArray("PageSize=2&Page=0") << true;
    QTest::newRow("case matters") << QByteArray("status=queued") << true;
}

void TestCallList::filters()
{
    QFETCH(QByteArray, query);
    CallRecord record = call();
    record.status = CallStatus::InProgress;
    record.started = QDateTime(QDate(2026, 3, 4), QTime(23, 59, 59), QTimeZone::utc());
    QTEST(passesFilters(record, twilio::parseForm(query)), "passes");
}

void TestCallList::pagesByToken()
{
    std::vector<QJsonObject> items;
    for (int i = 5; i > 0; --i)
        items.push_back({{u"sid"_s, u"CA%1"_s.arg(i)}});
    const QString path = u"/2010-04-01/Accounts/AC1/Calls.json"_s;
    const auto first = listPage(path, "Status=completed&PageSize=2", u"calls"_s, items);
    QVERIFY(first.has_value());
    QCOMPARE(first->value("calls"_L1).toArray().size(), 2);
    QCOMPARE(first->value("page"_L1), QJsonValue(0));
    QCOMPARE(first->value("end"_L1), QJsonValue(1));
    QCOMPARE(first->value("uri"_L1).toString(), path + u"?Status=completed&PageSize=2&Page=0"_s);
    QVERIFY(first->value("previous_page_uri"_L1).isNull());
    const QString next = first->value("next_page_uri"_L1).toString();
    QCOMPARE(next, path + u"?Status=completed&PageSize=2&Page=1&PageToken=PACA4"_s);

    items.insert(items.begin(), QJsonObject{{u"sid"_s, u"CA6"_s}}); // a new call does not shift the next page
    const auto second = listPage(path, next.section(u'?', 1).toLatin1(), u"calls"_s, items);
    QCOMPARE(second->value("calls"_L1).toArray().first().toObject().value("sid"_L1).toString(), u"CA3"_s);
    const auto third =
        listPage(path, second->value("next_page_uri"_L1).toString().section(u'?', 1).toLatin1(), u"calls"_s, items);
    QCOMPARE(third->value("calls"_L1).toArray().size(), 1);
    QVERIFY(third->value("next_page_uri"_L1).isNull());
}

void TestCallList::refusesWrongPageSizes()
{
    QCOMPARE(listPage(u"/x"_s, "PageSize=1001", u"calls"_s, {}).error().code, 20007);
    QCOMPARE(listPage(u"/x"_s, "PageSize=0", u"calls"_s, {}).error().code, 20007);
    QVERIFY(listPage(u"/x"_s, "PageSize=1000", u"calls"_s, {}).has_value());
}

DIALDESK_TEST(TestCallList)
#include "tst_call_list.moc"
