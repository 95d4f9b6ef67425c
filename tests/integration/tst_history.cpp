#include "engine/audio/wav.h"
#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace engine;
using namespace std::chrono_literals;

/// The call history through the whole engine: /api/calls and below, over restarts and with a disk that fails.
class TestHistory : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void historySurvivesARestart();
    void aCallCutOffByAStopGetsAnEnd();
    void searchAndFilters();
    void wrongQuestionsAreAnsweredWithASentence_data();
    void wrongQuestionsAreAnsweredWithASentence();
    void deletingACallDeletesEverything();
    void aLiveCallIsNotDeleted();
    void oldCallsAreDeletedByRetention();
    void recordingsAreServedWholeAndInParts();
    void exportsOneCallAndLists();
    void aLongHistoryIsExportedWhole();
    void strangersGetNothing();
    void aFolderThatCannotBeWrittenPlacesNoCallAndSaysSo();

private:
    std::unique_ptr<EngineRig> rig() const
    {
        auto made = std::make_unique<EngineRig>();
        made->config.dataDir = m_dir->filePath("data");
        return made->start() ? std::move(made) : nullptr;
    }
    static void dial(EngineRig &rig, int call, const char *end = nullptr)
    {
        rig.carrierAccepts(call);
        auto talk = rig.dial(R"({"to_number": "+14155550100", "custom_data": {"customer_name": "Robin"}})");
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
        if (end)
            QVERIFY(rig.callback(call, end).wait());
    }
    static HttpTalk ask(const EngineRig &rig, const QByteArray &target, const QByteArray &method = "GET",
                        const net::HeaderList &headers = {})
    {
        HttpTalk talk = rig.ask(method, target, {}, headers);
        talk.wait();
        return talk;
    }
    /// A list's export comes in chunks; their framing is left in.
    static HttpTalk exported(const EngineRig &rig, const QByteArray &query)
    {
        return ask(rig, "/api/calls/export" + query, "GET", {{"Connection", "close"}});
    }
    static QByteArray path(int call) { return "/api/calls/" + EngineRig::sid(call).toLatin1(); }
    static QStringList list(const EngineRig &rig, const QByteArray &query = {})
    {
        QStringList sids;
        for (const auto &call : ask(rig, "/api/calls" + query).json()["calls"].toArray())
            sids.append(call.toObject()["call_sid"].toString().right(1));
        return sids;
    }
    QString recordingFile(int call) const
    {
        return m_dir->filePath("data/recordings/" + EngineRig::sid(call) + ".wav");
    }
    QByteArray writeRecording(int call) const
    {
        const QByteArray wav = audio::encodeWav({audio::WavFormat::Encoding::Mulaw, 2, 8000}, QByteArray(16000, 'x'));
        QDir().mkpath(m_dir->filePath("data/recordings"));
        QFile file(recordingFile(call));
        return file.open(QIODevice::WriteOnly) && file.write(wav) == wav.size() ? wav : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestHistory::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestHistory::historySurvivesARestart()
{
    QJsonObject was;
    {
        const auto first = rig();
        QVERIFY(first);
        dial(*first, 1, "busy");
        was = ask(*first, path(1)).json();
        QCOMPARE(was["status"].toString(), QString("busy"));
    }
    const auto second = rig();
    QVERIFY(second);
    dial(*second, 2);
    QCOMPARE(ask(*second, path(1)).json(), was);
    QCOMPARE(list(*second), QStringList({"2", "1"}));
    QCOMPARE(list(*second, "?before=" + EngineRig::sid(2).toLatin1()), QStringList({"1"}));
    QCOMPARE(ask(*second, path(1) + "/hangup", "POST").status(), 202); // over long ago: a success
}

void TestHistory::aCallCutOffByAStopGetsAnEnd()
{
    {
        const auto first = rig();
        dial(*first, 1);
        dial(*first, 2);
        QVERIFY(first->callback(2, "in-progress").wait());
    }
    const auto second = std::make_unique<EngineRig>();
    second->config.dataDir = m_dir->filePath("data");
    second->http.answer("GET", second->callPath(1), 200, second->resource(1, "failed"));
    second->http.answer("GET", second->callPath(2), 200, second->resource(2, "completed"));
    for (int status = 0; status < 3; ++status)
        second->carrierShows({});
    QVERIFY(second->start());
    QTRY_COMPARE(ask(*second, path(1)).json()["live"], QJsonValue(false));
    QTRY_COMPARE(ask(*second, path(2)).json()["live"], QJsonValue(false));
    QCOMPARE(ask(*second, path(1)).json()["status"].toString(), QString("failed"));
    QCOMPARE(ask(*second, path(2)).json()["status"].toString(), QString("completed"));
    QCOMPARE(ask(*second, path(2)).json()["reason"].toString(), QString("interrupted"));
    QCOMPARE(second->log.incidents(), QStringList({"call_interrupted", "call_interrupted"}));
}

void TestHistory::searchAndFilters()
{
    const auto desk = rig();
    dial(*desk, 1, "busy");
    dial(*desk, 2, "no-answer");
    QCOMPARE(list(*desk, "?q=robin"), QStringList({"2", "1"}));
    QCOMPARE(list(*desk, "?q=alex"), QStringList());
    QCOMPARE(list(*desk, "?outcome=no_answer"), QStringList({"2"}));
    QCOMPARE(list(*desk, "?q=0100&outcome=busy"), QStringList({"1"}));
    QCOMPARE(list(*desk, "?from=2026-01-01&to=2026-01-01"), QStringList({"2", "1"})); // the clock's day, to its end
    QCOMPARE(list(*desk, "?to=2026-01-01T11:59:59Z"), QStringList());
    QCOMPARE(list(*desk, "?from=2026-01-02"), QStringList());
}

void TestHistory::wrongQuestionsAreAnsweredWithASentence_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const QByteArray &method, const QByteArray &target, int status, const QString &code) {
        QTest::newRow((method + ' ' + target).constData()) << method << target << status << code;
    };
    row("GET", "/api/calls?limit=0", 400, "bad_limit");
    row("GET", "/api/calls?before=CA9", 400, "bad_before");
    row("GET", "/api/calls?outcome=great", 400, "bad_outcome");
    row("GET", "/api/calls?from=yesterday", 400, "bad_date");
    row("GET", "/api/calls?to=2026-02-31", 400, "bad_date");
    row("GET", "/api/calls/CA9", 404, "call_unknown");
    row("GET", "/api/calls/CA9/recording", 404, "no_recording");
    row("GET", "/api/calls/..%2f..%2fdialdesk/recording", 404, "no_recording");
    row("GET", "/api/calls/CA9/export", 404, "call_unknown");
    row("GET", "/api/calls/CA9/export?format=xls", 400, "bad_format");
    row("GET", "/api/calls/export?format=xls", 400, "bad_format");
    row("GET", "/api/calls/export?limit=x", 400, "bad_limit");
    row("DELETE", "/api/calls/CA9", 404, "call_unknown");
}

void TestHistory::wrongQuestionsAreAnsweredWithASentence()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    const auto desk = rig();
    const auto talk = ask(*desk, target, method);
    QTEST(talk.status(), "status");
    QTEST(talk.code(), "code");
    QVERIFY(talk.json()["detail"].toString().endsWith('.'));
}

void TestHistory::deletingACallDeletesEverything()
{
    const auto desk = rig();
    dial(*desk, 1, "busy");
    dial(*desk, 2, "busy");
    QVERIFY(!writeRecording(1).isEmpty());
    QCOMPARE(ask(*desk, path(1), "DELETE").status(), 204);
    QCOMPARE(ask(*desk, path(1)).status(), 404);
    QCOMPARE(ask(*desk, path(1) + "/recording").status(), 404);
    QVERIFY(!QFile::exists(recordingFile(1)));
    QCOMPARE(list(*desk, "?q=robin"), QStringList({"2"}));
    QCOMPARE(ask(*desk, path(1), "DELETE").status(), 404);
}

void TestHistory::aLiveCallIsNotDeleted()
{
    const auto desk = rig();
    dial(*desk, 1);
    const auto refused = ask(*desk, path(1), "DELETE");
    QCOMPARE(refused.status(), 409);
    QCOMPARE(refused.code(), QString("call_live"));
    QCOMPARE(ask(*desk, path(1)).json()["live"], QJsonValue(true));
}

void TestHistory::oldCallsAreDeletedByRetention()
{
    auto desk = std::make_unique<EngineRig>();
    desk->config.dataDir = m_dir->filePath("data");
    desk->config.history.retentionDays = 7;
    QVERIFY(desk->start());
    dial(*desk, 1, "busy");
    QVERIFY(!writeRecording(1).isEmpty());
    desk->clock.advance(7 * 24h - 1h);
    dial(*desk, 2, "busy");
    QCOMPARE(list(*desk), QStringList({"2", "1"}));
    desk->clock.advance(2h);
    QTRY_COMPARE(list(*desk), QStringList({"2"}));
    QTRY_VERIFY(!QFile::exists(recordingFile(1)));
    QCOMPARE(ask(*desk, path(1)).status(), 404);
}

void TestHistory::recordingsAreServedWholeAndInParts()
{
    const auto desk = rig();
    dial(*desk, 1, "busy");
    const QByteArray wav = writeRecording(1);
    const auto whole = ask(*desk, path(1) + "/recording");
    QCOMPARE(whole.status(), 200);
    QCOMPARE(whole.header("Content-Type"), QByteArray("audio/wav"));
    QCOMPARE(whole.body(), wav);
    const auto part = ask(*desk, path(1) + "/recording", "GET", {{"Range", "bytes=58-61"}});
    QCOMPARE(part.status(), 206);
    QCOMPARE(part.body(), QByteArray("xxxx"));
    QCOMPARE(part.header("Content-Range"), "bytes 58-61/" + QByteArray::number(wav.size()));
    QCOMPARE(ask(*desk, path(1) + "/recording", "GET", {{"Range", "bytes=999999-"}}).status(), 416);
}

void TestHistory::exportsOneCallAndLists()
{
    const auto desk = rig();
    dial(*desk, 1, "busy");
    dial(*desk, 2, "no-answer");
    const auto one = ask(*desk, path(1) + "/export");
    QCOMPARE(one.status(), 200);
    QCOMPARE(one.json(), ask(*desk, path(1)).json());
    QCOMPARE(one.header("Content-Disposition"), "attachment; filename=\"" + EngineRig::sid(1).toLatin1() + ".json\"");

    const auto calls = exported(*desk, "?format=json&outcome=no_answer");
    QVERIFY2(calls.body().contains(EngineRig::sid(2).toLatin1()), calls.body());
    QVERIFY(!calls.body().contains(EngineRig::sid(1).toLatin1()));

    const auto csv = exported(*desk, "?format=csv&q=robin");
    QCOMPARE(csv.header("Content-Type").left(8), QByteArray("text/csv"));
    QVERIFY(csv.body().contains(EngineRig::sid(1).toLatin1()) && csv.body().contains(EngineRig::sid(2).toLatin1()));
    QVERIFY(ask(*desk, path(2) + "/export?format=txt").body().contains("no-answer (no_answer)"));
}

void TestHistory::aLongHistoryIsExportedWhole()
{
    constexpr int kCalls = 120; // more than two pages
    auto desk = std::make_unique<EngineRig>();
    desk->config.limits = {200, 1000.0};
    QVERIFY(desk->start());
    for (int call = 1; call <= kCalls; ++call)
        dial(*desk, call);
    const auto csv = exported(*desk, "?format=csv");
    for (int call = 1; call <= kCalls; ++call)
        QCOMPARE(csv.body().count(EngineRig::sid(call).toLatin1()), 1);
}

void TestHistory::strangersGetNothing()
{
    const auto desk = rig();
    dial(*desk, 1, "busy");
    for (const QByteArray &target : {QByteArray("/api/calls"), path(1), path(1) + "/recording", path(1) + "/export",
                                     QByteArray("/api/calls/export")})
        QCOMPARE(ask(*desk, target, "GET", {{"X-Forwarded-For", "203.0.113.9"}}).status(), 403);
    QCOMPARE(ask(*desk, path(1), "DELETE", {{"X-Forwarded-For", "203.0.113.9"}}).status(), 403);
    QCOMPARE(ask(*desk, path(1)).status(), 200);
}

void TestHistory::aFolderThatCannotBeWrittenPlacesNoCallAndSaysSo()
{
    QFile inTheWay(m_dir->filePath("data"));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    const auto desk = rig();
    QVERIFY(desk);
    QTRY_COMPARE(desk->log.incidents(), QStringList({"data_dir_unwritable"}));
    auto talk = desk->dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("journal_unwritable"));
    desk->clock.advance(60s);
    QCOMPARE(ask(*desk, "/api/calls/export").status(), 503);
    QCOMPARE(desk->log.incidents(), QStringList({"data_dir_unwritable"}));
}

DIALDESK_TEST(TestHistory)
#include "tst_history.moc"
