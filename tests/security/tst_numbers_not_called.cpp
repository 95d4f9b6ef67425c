#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace engine;
using namespace std::chrono_literals;

/// Which numbers the program does not call, through its front door: the countries that are not allowed, and the
/// do-not-call list.
class TestNumbersNotCalled : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_rig = std::make_unique<EngineRig>();
        m_rig->config.dataDir = m_dir->path();
    }
    void cleanup() { m_rig.reset(); }

    void otherCountriesAndDearNumbersAreRefused_data();
    void otherCountriesAndDearNumbersAreRefused();
    void anAllowedCountryIsCalled();
    void whoIsOnTheListIsNotCalled();
    void theListOutlivesTheProgram();
    void takenOffTheListIsCalledAgain();
    void aCallThatNobodyAnsweredYetIsCancelled();
    void aCallBeingPlacedIsEndedAsSoonAsItExists();
    void anImportTakesWhatItCan();
    void wrongEntriesAreRefused_data();
    void wrongEntriesAreRefused();
    void whileTheListCannotBeReadNobodyIsCalled();
    void strangersMayNotTouchTheList();

private:
    HttpTalk list() const { return m_rig->ask("GET", "/api/do-not-call"); }
    HttpTalk add(const QByteArray &body) const
    {
        return m_rig->ask("POST", "/api/do-not-call", body, {{"Content-Type", "application/json"}});
    }
    QByteArray file() const
    {
        QFile opened(m_dir->filePath("do_not_call.csv"));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }
    /// What became of a wish to dial: the code of the refusal, or "placed".
    QString dial(const QByteArray &number = "+14155550100")
    {
        const auto before = m_rig->http.requests.size();
        auto talk = m_rig->dial("{\"to_number\": \"" + number + "\"}");
        if (!talk.wait())
            return "no answer";
        // Whatever is refused is refused before the carrier is asked.
        if (talk.status() != 200 && m_rig->http.requests.size() != before)
            return "asked the carrier";
        return talk.status() == 200 ? QString("placed") : QString("%1 %2").arg(talk.status()).arg(talk.code());
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<EngineRig> m_rig;
};

void TestNumbersNotCalled::otherCountriesAndDearNumbersAreRefused_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::newRow("another country") << QByteArray("+442079460018");
    QTest::newRow("premium rate") << QByteArray("+19002345678");
    QTest::newRow("satellite") << QByteArray("+881612345678");
}

void TestNumbersNotCalled::otherCountriesAndDearNumbersAreRefused()
{
    QFETCH(QByteArray, number);
    QVERIFY(m_rig->start());
    QCOMPARE(dial(number), QString("403 destination_not_allowed"));
}

void TestNumbersNotCalled::anAllowedCountryIsCalled()
{
    m_rig->config.destinations.allowed = {"+44"};
    QVERIFY(m_rig->start());
    m_rig->carrierAccepts(1);
    QCOMPARE(dial("+442079460018"), QString("placed"));
    QCOMPARE(dial("+12125550142"), QString("403 destination_not_allowed"));
}

void TestNumbersNotCalled::whoIsOnTheListIsNotCalled()
{
    QVERIFY(m_rig->start());
    auto added = add(R"({"number": "(415) 555-0100", "reason": "asked by mail"})");
    QVERIFY(added.wait());
    QCOMPARE(added.status(), 201);
    QCOMPARE(added.json()["number"].toString(), QString("+14155550100"));
    QCOMPARE(dial(), QString("403 do_not_call"));
    QVERIFY(file().contains("+14155550100,")); // on the disk when it was answered
    auto again = add(R"({"number": "+14155550100", "reason": "again"})");
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QCOMPARE(again.json()["reason"].toString(), QString("asked by mail"));
    auto all = list();
    QVERIFY(all.wait());
    QCOMPARE(all.json()["numbers"].toArray().size(), 1);
    m_rig->carrierAccepts(1);
    QCOMPARE(dial("+14155550101"), QString("placed"));
}

void TestNumbersNotCalled::theListOutlivesTheProgram()
{
    QVERIFY(m_rig->start());
    QVERIFY(add(R"({"number": "+14155550100"})").wait());
    QVERIFY(m_rig->start()); // the engine is made anew
    QCOMPARE(dial(), QString("403 do_not_call"));
}

void TestNumbersNotCalled::takenOffTheListIsCalledAgain()
{
    QVERIFY(m_rig->start());
    QVERIFY(add(R"({"number": "+14155550100"})").wait());
    auto removed = m_rig->ask("DELETE", "/api/do-not-call/+14155550100");
    QVERIFY(removed.wait());
    QCOMPARE(removed.status(), 204);
    m_rig->carrierAccepts(1);
    QCOMPARE(dial(), QString("placed"));
    auto again = m_rig->ask("DELETE", "/api/do-not-call/%2B14155550100");
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 404);
}

void TestNumbersNotCalled::aCallThatNobodyAnsweredYetIsCancelled()
{
    QVERIFY(m_rig->start());
    m_rig->carrierAccepts(1);
    QCOMPARE(dial(), QString("placed"));
    QVERIFY(m_rig->callback(1, "ringing").wait());
    m_rig->http.answer("POST", EngineRig::callPath(1), 200, EngineRig::resource(1, "canceled"));
    QVERIFY(add(R"({"number": "+14155550100"})").wait());
    QTRY_VERIFY(m_rig->http.requests.last().body.contains("Status=canceled"));
    QVERIFY(m_rig->callback(1, "canceled").wait());
    QCOMPARE(m_rig->log.ends().at(0).reason, QString("do_not_call"));
}

void TestNumbersNotCalled::aCallBeingPlacedIsEndedAsSoonAsItExists()
{
    QVERIFY(m_rig->start());
    m_rig->http.hold("POST", EngineRig::callsPath());
    auto placing = m_rig->dial();
    QTRY_COMPARE(m_rig->http.requests.size(), 1);
    QVERIFY(add(R"({"number": "+14155550100"})").wait());
    m_rig->http.answer("POST", EngineRig::callPath(1), 200, EngineRig::resource(1, "canceled"));
    m_rig->http.held.at(0)->finish(net::HttpResponse{201, {}, EngineRig::resource(1, "queued")});
    QVERIFY(placing.wait());
    QTRY_COMPARE(m_rig->http.requests.size(), 2);
    QVERIFY(m_rig->http.requests.last().body.contains("Status=canceled"));
}

void TestNumbersNotCalled::anImportTakesWhatItCan()
{
    QVERIFY(m_rig->start());
    QVERIFY(add(R"({"number": "+14155550103"})").wait());
    auto import =
        m_rig->ask("POST", "/api/do-not-call/import",
                   "number,date,reason\n(415) 555-0100,2026-01-02,letter\nMr. Robin,,\n+14155550103,,\n+442079460018\n",
                   {{"Content-Type", "text/csv"}});
    QVERIFY(import.wait());
    QCOMPARE(import.status(), 200);
    QCOMPARE(import.json()["added"].toInt(), 2);
    QCOMPARE(import.json()["already_there"].toInt(), 1);
    QCOMPARE(import.json()["rejected"].toArray(), (QJsonArray{QJsonObject{{"line", 3}, {"text", "Mr. Robin"}}}));
    QVERIFY(file().contains("+14155550100,2026-01-02,letter\n"));
    QCOMPARE(dial(), QString("403 do_not_call"));
}

void TestNumbersNotCalled::wrongEntriesAreRefused_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const char *target, const char *type, const char *body) {
        QTest::newRow(name) << QByteArray(target) << QByteArray(type) << QByteArray(body);
    };
    row("not JSON", "/api/do-not-call", "application/json", "+14155550100");
    row("an array", "/api/do-not-call", "application/json", "[\"+14155550100\"]");
    row("no number", "/api/do-not-call", "application/json", "{}");
    row("no possible number", "/api/do-not-call", "application/json", "{\"number\": \"+1\"}");
    row("a number that is none", "/api/do-not-call", "application/json", "{\"number\": 14155550100}");
    row("a form", "/api/do-not-call", "application/x-www-form-urlencoded", "{\"number\": \"+14155550100\"}");
    row("an import as a form", "/api/do-not-call/import", "application/x-www-form-urlencoded", "+14155550100");
}

void TestNumbersNotCalled::wrongEntriesAreRefused()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QVERIFY(m_rig->start());
    auto talk = m_rig->ask("POST", target, body, {{"Content-Type", type}});
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 400);
    QVERIFY(talk.json()["detail"].toString().size() > 20);
    QVERIFY(file().isEmpty());
}

void TestNumbersNotCalled::whileTheListCannotBeReadNobodyIsCalled()
{
    QVERIFY(QDir(m_dir->path()).mkdir("do_not_call.csv")); // a folder in its place: stops root as well
    QVERIFY(m_rig->start());
    QCOMPARE(m_rig->log.incidents(), QStringList("do_not_call_unreadable")); // told at start
    QCOMPARE(dial(), QString("503 do_not_call_unreadable"));
    QVERIFY(QDir(m_dir->path()).rmdir("do_not_call.csv"));
    m_rig->carrierAccepts(1);
    QVERIFY(QTest::qWaitFor([this] { return dial() == "placed"; }));
}

void TestNumbersNotCalled::strangersMayNotTouchTheList()
{
    QVERIFY(m_rig->start());
    const net::HeaderList stranger = {{"X-Forwarded-For", "203.0.113.9"}, {"Content-Type", "application/json"}};
    for (const auto &[method, target] : {std::pair("GET", "/api/do-not-call"),
                                         {"POST", "/api/do-not-call"},
                                         {"POST", "/api/do-not-call/import"},
                                         {"DELETE", "/api/do-not-call/+14155550100"}}) {
        auto talk = m_rig->ask(method, target, R"({"number": "+14155550100"})", stranger);
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 403);
    }
    QVERIFY(file().isEmpty());
}

DIALDESK_TEST(TestNumbersNotCalled)
#include "tst_numbers_not_called.moc"
