#include "engine/speech/cartesia/voice_list.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QUrlQuery>

using namespace engine;
using namespace engine::speech;
using namespace engine::speech::cartesia;
using namespace Qt::StringLiterals;
using support::FakeHttpClient;

namespace {

const QByteArray kPage = R"({"data":[
 {"id":"71a7ad14-091c-4e8e-a314-022ece01c121","name":"British Reading Lady","tagline":"Calm narrator","description":"long",
  "language":"en","locales":[{"locale":"en-US","is_native":false},{"locale":"en-GB","is_native":true}],"gender":"feminine",
  "access":"public","visibility":"all","is_owner":false,"created_at":"2024-06-03T18:12:00Z","preview_file_url":null}],
 "has_more":true,"next_page":null})";
const QByteArray kOlder =
    R"({"data":[{"id":"b","name":"Katie","description":"Friendly","language":"en","is_public":true},
 {"name":"without an id"}, 7],"has_more":false})";
const Voice kLady = {u"71a7ad14-091c-4e8e-a314-022ece01c121"_s, u"British Reading Lady"_s, u"Calm narrator"_s,
                     u"en-GB"_s, u"feminine"_s};
const Voice kKatie = {u"b"_s, u"Katie"_s, u"Friendly"_s, u"en"_s, {}};

struct VoiceListBench
{
    FakeHttpClient http;
    Result<QList<Voice>> voices = QList<Voice>{};
    int answers = 0;

    void list()
    {
        CartesiaSettings settings;
        settings.apiKey = Secret("key-1");
        auto *job = new CartesiaVoiceListJob(settings, http, &http);
        QObject::connect(job, &VoiceListJob::finished, &http, [this](const Result<QList<Voice>> &result) {
            voices = result;
            ++answers;
        });
    }
};

} // namespace

class TestVoiceList : public QObject
{
    Q_OBJECT

private slots:
    void readsAPage();
    void whatIsNoPageIsAnError_data();
    void whatIsNoPageIsAnError();
    void asksPageAfterPage();
    void refusalsAreSaid_data();
    void refusalsAreSaid();
    void aVendorThatNeverEndsIsLeft();
};

void TestVoiceList::readsAPage()
{
    QCOMPARE(parseVoicePage(kPage), (VoicePage{{kLady}, true}));
    QCOMPARE(parseVoicePage(kOlder), (VoicePage{{kKatie}, false}));
    QCOMPARE(parseVoicePage(R"({"data":[],"has_more":true})"), VoicePage{}); // more of nothing would never end
}

void TestVoiceList::whatIsNoPageIsAnError_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"", "null", "[]", "{}", R"({"data":{}})", "<html>", "\xff\xfe"})
        QTest::newRow(json) << QByteArray(json);
    for (qsizetype length = 1; length < kPage.size() - 1; length += 23)
        QTest::addRow("first %d bytes", int(length)) << kPage.left(length);
}

void TestVoiceList::whatIsNoPageIsAnError()
{
    QFETCH(QByteArray, json);
    const auto page = parseVoicePage(json);
    QVERIFY(!page);
    QCOMPARE(page.error().code, u"voices_bad_answer"_s);
}

void TestVoiceList::asksPageAfterPage()
{
    VoiceListBench bench;
    bench.http.answer("GET", u"/voices"_s, 200, kPage);
    bench.http.answer("GET", u"/voices"_s, 200, kOlder);
    bench.list();
    QTRY_COMPARE(bench.answers, 1);
    QVERIFY(bench.voices);
    QCOMPARE(*bench.voices, (QList<Voice>{kLady, kKatie}));
    QCOMPARE(bench.http.requests.size(), 2);
    QCOMPARE(bench.http.requests[0].url, QUrl(u"https://api.cartesia.ai/voices?limit=100"_s));
    QCOMPARE(QUrlQuery(bench.http.requests[1].url).queryItemValue(u"starting_after"_s), kLady.id);
    QVERIFY(bench.http.requests[1].headers.contains({"Authorization", "Bearer key-1"}));
    QVERIFY(bench.http.requests[1].headers.contains({"Cartesia-Version", "2026-03-01"}));
}

void TestVoiceList::refusalsAreSaid_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::newRow("bad key") << 401 << u"tts_key_refused"_s;
    QTest::newRow("no credit") << 402 << u"tts_no_credit"_s;
    QTest::newRow("down") << 503 << u"tts_unavailable"_s;
    QTest::newRow("too many") << 429 << u"tts_rate_limited"_s;
}

void TestVoiceList::refusalsAreSaid()
{
    QFETCH(int, status);
    VoiceListBench bench;
    bench.http.answer("GET", u"/voices"_s, status, R"({"message":"no"})");
    bench.list();
    QTRY_COMPARE(bench.answers, 1);
    QVERIFY(!bench.voices);
    QTEST(bench.voices.error().code, "code");
}

void TestVoiceList::aVendorThatNeverEndsIsLeft()
{
    VoiceListBench bench;
    for (int page = 0; page < 30; ++page)
        bench.http.answer("GET", u"/voices"_s, 200, kPage);
    bench.list();
    QTRY_COMPARE(bench.answers, 1);
    QCOMPARE(bench.voices->size(), 30);
    QVERIFY(bench.http.isExhausted());
}

DIALDESK_TEST(TestVoiceList)
#include "tst_voice_list.moc"
