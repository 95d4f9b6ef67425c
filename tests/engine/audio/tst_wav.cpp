#include "engine/audio/wav.h"

#include "engine/audio/mulaw.h"
#include "engine/base/random.h"
#include "tests/support/test_program.h"

#include <QFile>

using namespace engine::audio;
using Encoding = WavFormat::Encoding;

namespace {

// 16-bit mono, 8000 Hz, the samples 1 and -2.
const QByteArray kPcmFile =
    QByteArray::fromHex("52494646 28000000 57415645 666d7420 10000000 0100 0100 401f0000 803e0000 0200 1000"
                        "64617461 04000000 0100 feff");
// Mu-law, two channels, 8000 Hz: one block, left 0xFF, right 0x80.
const QByteArray kMulawFile =
    QByteArray::fromHex("52494646 34000000 57415645 666d7420 12000000 0700 0200 401f0000 803e0000 0200 0800 0000"
                        "66616374 04000000 01000000 64617461 02000000 ff80");

const QByteArray kTextChunk = QByteArray::fromHex("4c495354 02000000 6162");         // "LIST", 2 bytes
const QByteArray kOddTextChunk = QByteArray::fromHex("4c495354 03000000 616263 00"); // 3 bytes and the padding

QByteArray withBytes(QByteArray file, qsizetype at, const char *hex)
{
    const QByteArray bytes = QByteArray::fromHex(hex);
    return file.replace(at, bytes.size(), bytes);
}

} // namespace

class TestWav : public QObject
{
    Q_OBJECT

private slots:
    void readsPcm()
    {
        const auto content = parseWav(kPcmFile);
        QVERIFY(content.has_value());
        QCOMPARE(content->format, (WavFormat{Encoding::Pcm16, 1, 8000}));
        QCOMPARE(linearSamples(*content), (std::vector<std::int16_t>{1, -2}));
    }
    void readsTwoChannelMulaw()
    {
        const auto content = parseWav(kMulawFile);
        QVERIFY(content.has_value());
        QCOMPARE(content->format, (WavFormat{Encoding::Mulaw, 2, 8000}));
        QCOMPARE(linearSamples(*content), (std::vector<std::int16_t>{0, 32124}));
    }
    void writesTheSameBytes()
    {
        const std::vector<std::int16_t> samples{1, -2};
        QCOMPARE(encodeWav({Encoding::Pcm16, 1, 8000}, pcm16Bytes(samples)), kPcmFile);
        QCOMPARE(encodeWav({Encoding::Mulaw, 2, 8000}, QByteArray::fromHex("ff80")), kMulawFile);
    }
    void everyFormatSurvivesARoundTrip_data()
    {
        QTest::addColumn<bool>("mulaw");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("blocks");
        for (const bool mulaw : {false, true})
            for (const int channels : {1, 2})
                for (const int rate : {8000, 16000})
                    for (const int blocks : {0, 1, 3, 160})
                        QTest::addRow("%s %d channels %d Hz %d blocks", mulaw ? "mu-law" : "PCM", channels, rate,
                                      blocks)
                            << mulaw << channels << rate << blocks;
    }
    void everyFormatSurvivesARoundTrip()
    {
        QFETCH(bool, mulaw);
        QFETCH(int, channels);
        QFETCH(int, rate);
        QFETCH(int, blocks);
        const WavFormat format{mulaw ? Encoding::Mulaw : Encoding::Pcm16, channels, rate};
        QByteArray audio;
        for (int i = 0; i < blocks * format.bytesPerBlock(); ++i)
            audio += static_cast<char>(i * 7);
        const QByteArray file = encodeWav(format, audio);
        QCOMPARE(file.size() % 2, 0);
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QCOMPARE(content->format, format);
        QCOMPARE(content->audio.toByteArray(), audio);
    }
    void aHeaderHasItsFixedLength()
    {
        QCOMPARE(wavHeader({Encoding::Pcm16, 2, 8000}, 0).size(), 44);
        QCOMPARE(wavHeader({Encoding::Mulaw, 2, 8000}, 123456).size(), 58);
    }
    void aLengthTooGreatForTheFormatIsBounded()
    {
        const QByteArray header = wavHeader({}, 1LL << 40);
        QCOMPARE(header.size(), 44);
        QVERIFY(parseWav(header).has_value());
    }
    void unknownChunksAreSkipped()
    {
        QByteArray file = kPcmFile;
        file.insert(36, kOddTextChunk);
        file.insert(12, kTextChunk);
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QCOMPARE(linearSamples(*content), (std::vector<std::int16_t>{1, -2}));
    }
    void whatFollowsTheSamplesIsIgnored()
    {
        const QByteArray file = kPcmFile + kTextChunk;
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QCOMPARE(linearSamples(*content), (std::vector<std::int16_t>{1, -2}));
    }
    void aRecordingWhoseHeaderWasNeverCompletedIsReadable()
    {
        const QByteArray file = wavHeader({Encoding::Mulaw, 2, 8000}, 0) + QByteArray("\x01\x02\x03\x04\x05");
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QCOMPARE(content->audio.toByteArray(), QByteArray("\x01\x02\x03\x04"));
    }
    void anEmptyRecordingFollowedByOtherChunksIsEmpty()
    {
        QByteArray file = wavHeader({}, 0) + kTextChunk;
        file = withBytes(file, 4, "2e000000");
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QVERIFY(content->audio.isEmpty());
    }
    void everyTruncationIsAValueOrAnError_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("headerBytes");
        QTest::newRow("PCM") << kPcmFile << 44;
        QTest::newRow("mu-law") << kMulawFile << 58;
    }
    void everyTruncationIsAValueOrAnError()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, headerBytes);
        const auto whole = parseWav(file);
        QVERIFY(whole.has_value());
        for (int length = 0; length < file.size(); ++length) {
            const QByteArray part = file.first(length);
            const auto content = parseWav(part);
            QCOMPARE(content.has_value(), length >= headerBytes);
            if (content) {
                const qsizetype available = length - headerBytes;
                QCOMPARE(content->audio.size(), available - available % whole->format.bytesPerBlock());
            } else {
                QCOMPARE(content.error().code, QStringLiteral("wav_invalid"));
            }
        }
    }
    void whatCannotBeReadIsAnError_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        const QString invalid = QStringLiteral("wav_invalid");
        const QString unsupported = QStringLiteral("wav_unsupported");
        QTest::newRow("empty") << QByteArray() << invalid;
        QTest::newRow("text") << QByteArray("not a sound file, whatever its name says") << invalid;
        QTest::newRow("big-endian RIFX") << withBytes(kPcmFile, 0, "52494658") << invalid;
        QTest::newRow("other RIFF") << withBytes(kPcmFile, 8, "41564920") << invalid;
        QTest::newRow("format chunk too short") << withBytes(kPcmFile, 16, "08000000") << invalid;
        QTest::newRow("samples before format") << withBytes(kPcmFile, 12, "64617461") << invalid;
        QTest::newRow("no channels") << withBytes(kPcmFile, 22, "0000") << unsupported;
        QTest::newRow("three channels") << withBytes(kPcmFile, 22, "0300") << unsupported;
        QTest::newRow("zero rate") << withBytes(kPcmFile, 24, "00000000") << unsupported;
        QTest::newRow("absurd rate") << withBytes(kPcmFile, 24, "ffffffff") << unsupported;
        QTest::newRow("float samples") << withBytes(kPcmFile, 20, "0300") << unsupported;
        QTest::newRow("24 bits") << withBytes(kPcmFile, 34, "1800") << unsupported;
        QTest::newRow("contradicting block") << withBytes(kPcmFile, 32, "0400") << invalid;
    }
    void whatCannotBeReadIsAnError()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        const auto content = parseWav(file);
        QVERIFY(!content.has_value());
        QCOMPARE(content.error().code, code);
        QVERIFY(!content.error().message.isEmpty());
    }
    void damagedBytesNeverBreakTheReader()
    {
        engine::SeededRandom random(7);
        for (int round = 0; round < 20000; ++round) {
            QByteArray file = round % 2 ? kPcmFile : kMulawFile;
            for (int change = 0; change < 3; ++change)
                file[static_cast<qsizetype>(random.next() % static_cast<quint64>(file.size()))] =
                    static_cast<char>(random.next());
            const auto content = parseWav(file);
            if (content) {
                QVERIFY(content->audio.size() <= file.size());
                QCOMPARE(content->audio.size() % content->format.bytesPerBlock(), 0);
                (void)linearSamples(*content);
            }
        }
    }
    void aFileWithoutAWholeSampleHasNone()
    {
        // Copying nothing to or from nowhere is undefined behaviour, which the sanitizer sees.
        const QByteArray file = encodeWav({Encoding::Pcm16, 1, 8000}, QByteArray("x", 1));
        const auto content = parseWav(file);
        QVERIFY(content.has_value());
        QVERIFY(linearSamples(*content).empty());
        QVERIFY(pcm16Bytes({}).isEmpty());
    }
    void readsARealRecording()
    {
        QFile file(QStringLiteral(DIALDESK_TEST_DATA "/vad/clean.wav"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        const auto content = parseWav(bytes);
        QVERIFY(content.has_value());
        QCOMPARE(content->format, WavFormat{});
        QCOMPARE(content->audio.size(), 110800);
    }
};

DIALDESK_TEST(TestWav)
#include "tst_wav.moc"
