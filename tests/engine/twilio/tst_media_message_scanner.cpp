#include "engine/twilio/media_message_scanner.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::twilio;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kMessage =
    R"({"event":"media","sequenceNumber":"2","media":{"track":"inbound","chunk":"1","timestamp":"20","payload":"////fn5+"},"streamSid":"MZ000000000000000000000000000000b2"})";

const QByteArray kReordered =
    R"({"media":{"payload":"////fn5+","timestamp":"20","chunk":"1","track":"inbound"},"streamSid":"MZ000000000000000000000000000000b2","event":"media","sequenceNumber":"2"})";

Media expected()
{
    Media media{.sequenceNumber = 2, .streamSid = StreamSid(u"MZ000000000000000000000000000000b2"_s)};
    media.track = Track::Inbound;
    media.chunk = 1;
    media.timestamp = 20ms;
    media.mulaw = QByteArray("\xff\xff\xff\x7e\x7e\x7e", 6);
    return media;
}

QByteArray with(const char *before, const char *after)
{
    QByteArray message = kMessage;
    Q_ASSERT(message.contains(before));
    return message.replace(before, after);
}

} // namespace

/// The general parser's tests hold for both; these say which messages never reach it.
class TestMediaMessageScanner : public QObject
{
    Q_OBJECT

private slots:
    void readsTheMessageInAnyOrder_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("as Twilio writes it") << kMessage;
        QTest::newRow("with white space") << with(R"({"event":"media",)", "\r\n { \"event\" :\t\"media\" , ") + " \n";
        QTest::newRow("in another order") << kReordered;
    }
    void readsTheMessageInAnyOrder()
    {
        QFETCH(QByteArray, json);
        const auto media = scanMedia(json);
        QVERIFY(media.has_value());
        QVERIFY(*media == expected());
    }
    void readsTheOtherTrack()
    {
        const auto media = scanMedia(with("inbound", "outbound"));
        QVERIFY(media.has_value());
        QCOMPARE(media->track, Track::Outbound);
    }

    void leavesTheRestToTheParser_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("another event") << with(R"("event":"media")", R"("event":"mark")");
        QTest::newRow("no event") << with(R"("event":"media",)", "");
        QTest::newRow("no track") << with(R"("track":"inbound",)", "");
        QTest::newRow("unknown track") << with("inbound", "sideways");
        QTest::newRow("new member") << with(R"("event")", R"("new":"1","event")");
        QTest::newRow("new detail") << with(R"("track")", R"("new":"1","track")");
        QTest::newRow("member twice") << with(R"("event":"media")", R"("event":"media","event":"media")");
        QTest::newRow("one twice, another missing") << with(R"("event":"media")", R"("sequenceNumber":"2")");
        QTest::newRow("a number that is none") << with(R"("chunk":"1")", R"("chunk":"1x")");
        QTest::newRow("a number without quotes") << with(R"("chunk":"1")", R"("chunk":1)");
        QTest::newRow("a number without digits") << with(R"("chunk":"1")", R"("chunk":"")");
        QTest::newRow("a number too large") << with(R"("chunk":"1")", R"("chunk":"1000000000000")");
        QTest::newRow("an escape") << with("MZ0", "MZ\\u0030");
        QTest::newRow("not ASCII") << with("MZ0", "MZ\xC3\xA9");
        QTest::newRow("no base64") << with("////fn5+", "////fn5_");
        QTest::newRow("no audio") << with("////fn5+", "");
        QTest::newRow("more behind it") << QByteArray(kMessage + '{');
        QTest::newRow("comma at the end") << with(R"(b2"})", R"(b2",})");
    }
    void leavesTheRestToTheParser()
    {
        QFETCH(QByteArray, json);
        QVERIFY(!scanMedia(json));
    }
    void leavesEveryTruncationToTheParser()
    {
        for (qsizetype size = 0; size < kMessage.size(); ++size)
            QVERIFY(!scanMedia(QByteArrayView(kMessage).first(size)));
    }
};

DIALDESK_TEST(TestMediaMessageScanner)
#include "tst_media_message_scanner.moc"
