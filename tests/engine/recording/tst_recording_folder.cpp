#include "engine/audio/wav.h"
#include "engine/recording/call_recorder.h"
#include "engine/recording/recording_folder.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::recording;
using namespace std::chrono_literals;

namespace {

const CallSid kSid("CA0000000000000000000000000000000a");
constexpr audio::WavFormat kFormat = {audio::WavFormat::Encoding::Mulaw, 2, 8000};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString &path, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

/// Recordings on the disk.
class TestRecordingFolder : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void aFinishedRecordingIsAWavFile();
    void aGrowingRecordingCanBeReadAndSurvivesTheProgram();
    void aFileThatWasCutOffIsMended();
    void filesOfOthersAreLeftAlone();
    void removingDeletesTheFile();
    void anIdIsNeverAPath_data();
    void anIdIsNeverAPath();
    void aFolderThatCannotBeWrittenIsToldOnce();
    void aCallIsRecordedFromTheSide();

private:
    QString path() const { return m_dir->filePath("recordings/CA0000000000000000000000000000000a.wav"); }
    Result<QByteArray> read(RecordingFolder &folder, const CallSid &sid = kSid)
    {
        std::optional<Result<QByteArray>> answer;
        folder.read(sid, this, [&answer](const Result<QByteArray> &bytes) { answer = bytes; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
            return failure(Fault::Program, "no_answer", {});
        return *answer;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestRecordingFolder::aFinishedRecordingIsAWavFile()
{
    RecordingFolder folder(m_dir->path());
    QCOMPARE(read(folder).error().code, QString("no_recording"));
    folder.append(kSid, "abcd");
    folder.append(kSid, "ef");
    folder.finish(kSid);
    const auto bytes = read(folder);
    QVERIFY(bytes);
    QCOMPARE(*bytes, audio::encodeWav(kFormat, "abcdef"));
    QCOMPARE(contentOf(path()), *bytes);
    QCOMPARE(QFileInfo(path()).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void TestRecordingFolder::aGrowingRecordingCanBeReadAndSurvivesTheProgram()
{
    {
        RecordingFolder folder(m_dir->path());
        folder.append(kSid, "abcd");
        QCOMPARE(*read(folder), audio::encodeWav(kFormat, "abcd"));
        // Had the program been killed now:
        QCOMPARE(contentOf(path()), audio::wavHeader(kFormat, 0) + "abcd");
    }
    QCOMPARE(contentOf(path()), audio::encodeWav(kFormat, "abcd"));
}

void TestRecordingFolder::aFileThatWasCutOffIsMended()
{
    writeFile(path(), audio::wavHeader(kFormat, 0) + "abcde"); // half a sample at its end
    const QString empty = m_dir->filePath("recordings/CAempty.wav");
    writeFile(empty, audio::wavHeader(kFormat, 0));
    const QString torn = m_dir->filePath("recordings/CAtorn.wav");
    writeFile(torn, audio::wavHeader(kFormat, 0).left(20));
    RecordingFolder folder(m_dir->path());
    QCOMPARE(*read(folder), audio::encodeWav(kFormat, "abcd"));
    QCOMPARE(contentOf(path()), audio::encodeWav(kFormat, "abcd"));
    QVERIFY(!QFile::exists(empty));
    QVERIFY(!QFile::exists(torn));
}

void TestRecordingFolder::filesOfOthersAreLeftAlone()
{
    const QByteArray finished = audio::encodeWav(kFormat, "abcd");
    const QByteArray foreign = audio::encodeWav({audio::WavFormat::Encoding::Pcm16, 1, 16000}, "abcd");
    writeFile(path(), finished);
    writeFile(m_dir->filePath("recordings/other.wav"), foreign);
    writeFile(m_dir->filePath("recordings/notes.txt"), "RIFF");
    RecordingFolder folder(m_dir->path());
    QVERIFY(read(folder));
    QCOMPARE(contentOf(path()), finished);
    QCOMPARE(contentOf(m_dir->filePath("recordings/other.wav")), foreign);
    QCOMPARE(contentOf(m_dir->filePath("recordings/notes.txt")), QByteArray("RIFF"));
}

void TestRecordingFolder::removingDeletesTheFile()
{
    RecordingFolder folder(m_dir->path());
    folder.append(kSid, "abcd");
    folder.finish(kSid);
    folder.remove(kSid);
    folder.remove(CallSid("CAnone"));
    QCOMPARE(read(folder).error().code, QString("no_recording"));
    QVERIFY(!QFile::exists(path()));
}

void TestRecordingFolder::anIdIsNeverAPath_data()
{
    QTest::addColumn<QString>("sid");
    QTest::newRow("nothing") << QString();
    for (const char *sid : {"../secret", "..", "a/b", "/etc/hostname", "a.b", "C:secret"})
        QTest::newRow(sid) << sid;
    QTest::newRow("too long") << QString(65, 'a');
}

void TestRecordingFolder::anIdIsNeverAPath()
{
    QFETCH(QString, sid);
    writeFile(m_dir->filePath("secret.wav"), audio::encodeWav(kFormat, "abcd"));
    writeFile(m_dir->filePath("recordings/a/b.wav"), audio::encodeWav(kFormat, "abcd"));
    RecordingFolder folder(m_dir->path());
    QCOMPARE(read(folder, CallSid(sid)).error().code, QString("no_recording"));
    folder.append(CallSid(sid), "xyzw");
    folder.remove(CallSid(sid));
    QVERIFY(!read(folder, CallSid(sid)));
    QVERIFY(QFile::exists(m_dir->filePath("secret.wav")));
    QVERIFY(QFile::exists(m_dir->filePath("recordings/a/b.wav")));
}

void TestRecordingFolder::aFolderThatCannotBeWrittenIsToldOnce()
{
    writeFile(m_dir->filePath("recordings"), "a file in the way"); // not even root can write below it
    RecordingFolder folder(m_dir->path());
    QSignalSpy troubled(&folder, &RecordingFolder::troubled);
    for (const CallSid &sid : {kSid, CallSid("CAother")}) {
        folder.append(sid, "abcd");
        folder.append(sid, "abcd");
        folder.finish(sid);
    }
    QVERIFY(!read(folder)); // behind all of it
    QCOMPARE(troubled.count(), 1);
    const auto error = troubled.at(0).at(0).value<Error>();
    QCOMPARE(error.code, QString("recording_unwritable"));
    QVERIFY2(error.message.contains("DIALDESK_RECORDING=off"), qPrintable(error.message));
}

void TestRecordingFolder::aCallIsRecordedFromTheSide()
{
    RecordingFolder folder(m_dir->path());
    {
        CallRecorder recorder(kSid, folder);
        const QByteArray beat(160, 'c');
        for (int i = 0; i < 150; ++i) { // 3 s
            recorder.calleeSaid(beat, i * 20ms);
            if (i == 49) // at 1 s the callee has heard the last of this
                recorder.calleeHeard(1, QByteArray(1600, 'a'), 0ms);
        }
        // While the call runs, all but the last second is on the disk.
        const auto soFar = read(folder);
        QVERIFY(soFar);
        QVERIFY(soFar->size() >= 16 * 1500);
    }
    const auto bytes = read(folder);
    QVERIFY(bytes);
    const auto wav = audio::parseWav(*bytes);
    QVERIFY(wav);
    QCOMPARE(wav->format, kFormat);
    QCOMPARE(wav->audio.size(), 3000 * 16);
    for (qsizetype i = 0; i < wav->audio.size(); i += 2) {
        const bool agentHeard = i / 16 >= 800 && i / 16 < 1000; // ms
        QCOMPARE(wav->audio[i], 'c');
        QCOMPARE(wav->audio[i + 1], agentHeard ? 'a' : '\xFF');
    }
}

DIALDESK_TEST(TestRecordingFolder)
#include "tst_recording_folder.moc"
