#include "engine/server/byte_range.h"
#include "tests/support/test_program.h"


using namespace engine::server;

/// Parts of a response: RFC 9110, section 14.
class TestByteRange : public QObject
{
    Q_OBJECT

private slots:
    void parts_data();
    void parts();
};

void TestByteRange::parts_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("contentRange");
    const QByteArray whole = "0123456789";
    QTest::newRow("none") << QByteArray() << 200 << whole << QByteArray();
    QTest::newRow("the first") << QByteArray("bytes=0-3") << 206 << QByteArray("0123") << QByteArray("bytes 0-3/10");
    QTest::newRow("from the middle") << QByteArray("bytes=7-") << 206 << QByteArray("789")
                                     << QByteArray("bytes 7-9/10");
    QTest::newRow("the last") << QByteArray("bytes=-2") << 206 << QByteArray("89") << QByteArray("bytes 8-9/10");
    QTest::newRow("more than there is") << QByteArray("bytes=8-99") << 206 << QByteArray("89")
                                        << QByteArray("bytes 8-9/10");
    QTest::newRow("the last of more than there is")
        << QByteArray("bytes=-99") << 206 << whole << QByteArray("bytes 0-9/10");
    QTest::newRow("behind the end") << QByteArray("bytes=10-") << 416 << QByteArray() << QByteArray("bytes */10");
    QTest::newRow("the last nothing") << QByteArray("bytes=-0") << 416 << QByteArray() << QByteArray("bytes */10");
    for (const char *odd : {"bytes=3-1", "bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=+1-2", "lines=0-1",
                            "bytes=99999999999999999999-"})
        QTest::newRow(odd) << QByteArray(odd) << 200 << whole << QByteArray();
}

void TestByteRange::parts()
{
    QFETCH(QByteArray, range);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, contentRange);
    const Response response = rangeOf({200, "audio/wav", "0123456789", {}}, range);
    QCOMPARE(response.status, status);
    QCOMPARE(headerValue(response.headers, "Content-Range").value_or(QByteArray()), contentRange);
    if (status != 416) {
        QCOMPARE(response.body, body);
        QCOMPARE(response.contentType, QByteArray("audio/wav"));
        QCOMPARE(headerValue(response.headers, "Accept-Ranges").value_or(QByteArray()), QByteArray("bytes"));
    }
}

DIALDESK_TEST(TestByteRange)
#include "tst_byte_range.moc"
