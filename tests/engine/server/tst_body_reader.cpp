#include "engine/server/body_reader.h"
#include "tests/support/test_program.h"


using namespace engine::server;

class TestBodyReader : public QObject
{
    Q_OBJECT

private slots:
    void readsExactlyItsLength()
    {
        BodyReader reader = BodyReader::ofLength(5);
        QCOMPARE(reader.push("he"), 2);
        QCOMPARE(reader.state(), BodyReader::State::Reading);
        QCOMPARE(reader.push("llo world"), 3);
        QCOMPARE(reader.state(), BodyReader::State::Complete);
        QCOMPARE(reader.push("more"), 0);
        QCOMPARE(reader.take(), QByteArray("hello"));
    }

    void nothingToReadIsComplete() { QCOMPARE(BodyReader::ofLength(0).state(), BodyReader::State::Complete); }

    void dechunks_data()
    {
        QTest::addColumn<qsizetype>("step");
        for (qsizetype step : {1, 2, 3, 7, 1000})
            QTest::addRow("%lld bytes at a time", static_cast<long long>(step)) << step;
    }
    void dechunks()
    {
        QFETCH(qsizetype, step);
        const QByteArray body =
            "5\r\nhello\r\n00006;name=\"v\"\r\n world\r\nA\r\n0123\r\n6789\r\n0\r\nTrailer: dropped\r\n\r\n";
        const QByteArray wire = body + "GET / HTTP/1.1\r\n";
        BodyReader reader = BodyReader::chunked(100);
        qsizetype used = 0;
        while (used < wire.size() && reader.state() == BodyReader::State::Reading)
            used += reader.push(QByteArrayView(wire).sliced(used, std::min(step, wire.size() - used)));
        QCOMPARE(reader.state(), BodyReader::State::Complete);
        QCOMPARE(used, body.size());
        QCOMPARE(reader.take(), QByteArray("hello world0123\r\n6789"));
    }

    void everyTruncationWaitsForMore()
    {
        const QByteArray body = "5\r\nhello\r\n0\r\nT: x\r\n\r\n";
        for (qsizetype size = 0; size < body.size(); ++size) {
            BodyReader reader = BodyReader::chunked(100);
            QCOMPARE(reader.push(body.first(size)), size);
            QCOMPARE(reader.state(), BodyReader::State::Reading);
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<BodyReader::State>("state");
        const auto malformed = BodyReader::State::Malformed;
        const auto tooLarge = BodyReader::State::TooLarge;
        QTest::newRow("not hex") << QByteArray("g\r\n") << malformed;
        QTest::newRow("negative") << QByteArray("-1\r\n") << malformed;
        QTest::newRow("0x") << QByteArray("0x5\r\n") << malformed;
        QTest::newRow("no size") << QByteArray("\r\n") << malformed;
        QTest::newRow("only an extension") << QByteArray(";a=b\r\n") << malformed;
        QTest::newRow("bare newline") << QByteArray("5\n") << malformed;
        QTest::newRow("chunk longer than said") << QByteArray("2\r\nabc\r\n") << malformed;
        QTest::newRow("overflowing size") << QByteArray("FFFFFFFFFFFFFFFFFFFF\r\n") << malformed;
        QTest::newRow("endless extension") << QByteArray("5;" + QByteArray(2000, 'x')) << malformed;
        QTest::newRow("endless trailers")
            << QByteArray("0\r\n" + QByteArray("T: 0123456789\r\n").repeated(1000)) << malformed;
        QTest::newRow("one chunk too large") << QByteArray("B\r\n") << tooLarge;
        QTest::newRow("huge chunk") << QByteArray("FFFFFFFFFFFF\r\n") << tooLarge;
        QTest::newRow("grows past the limit") << QByteArray("6\r\n123456\r\n5\r\n") << tooLarge;
    }
    void refuses()
    {
        QFETCH(QByteArray, wire);
        BodyReader reader = BodyReader::chunked(10);
        reader.push(wire);
        QTEST(reader.state(), "state");
        QCOMPARE(reader.push("more"), 0);
    }

    void takesExactlyTheLimit()
    {
        BodyReader reader = BodyReader::chunked(10);
        reader.push("6\r\n123456\r\n4\r\n7890\r\n0\r\n\r\n");
        QCOMPARE(reader.state(), BodyReader::State::Complete);
        QCOMPARE(reader.take(), QByteArray("1234567890"));
    }
};

DIALDESK_TEST(TestBodyReader)
#include "tst_body_reader.moc"
