#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <csignal>
#include <sys/resource.h>

using namespace engine;
using namespace std::chrono_literals;

namespace {

/// No file of this process may grow beyond a size, which is what a full disk looks like to whoever writes. For root as well.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit full = m_before;
        full.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &full);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    Q_DISABLE_COPY_MOVE(FullDisk)

private:
    rlimit m_before{};
    void (*m_handler)(int) = SIG_DFL;
};

} // namespace

/// A disk that is full, and a history that something else has written over.
class TestBadDisk : public QObject
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

    void aDamagedHistoryIsSetAside();
    void aFullDiskLosesNothing();

private:
    void dial(int call)
    {
        m_rig->carrierAccepts(call);
        auto talk = m_rig->dial();
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
    }
    QJsonObject history(int call) const
    {
        auto talk = m_rig->ask("GET", "/api/calls/" + EngineRig::sid(call).toLatin1());
        return talk.wait() ? talk.json() : QJsonObject();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<EngineRig> m_rig;
};

void TestBadDisk::aDamagedHistoryIsSetAside()
{
    const QByteArray rubbish(20'000, '\xa7');
    QFile file(m_dir->filePath("dialdesk.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(rubbish);
    file.close();

    QVERIFY(m_rig->start());
    dial(1);
    QTRY_COMPARE(m_rig->log.incidents(), QStringList("database_damaged"));
    QVERIFY(m_rig->callback(1, "completed", "7").wait());
    const QStringList aside = QDir(m_dir->path()).entryList({"dialdesk.sqlite.damaged*"});
    QCOMPARE(aside.size(), 1);
    QFile kept(m_dir->filePath(aside.first()));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), rubbish);

    QVERIFY(m_rig->start()); // the program is started again: the new history is a whole one
    QCOMPARE(history(1)["status"].toString(), QString("completed"));
}

void TestBadDisk::aFullDiskLosesNothing()
{
    QVERIFY(m_rig->start());
    dial(1);
    QCOMPARE(history(1)["status"].toString(), QString("queued")); // it is on the disk
    {
        const FullDisk full(1);
        QVERIFY(m_rig->callback(1, "ringing").wait());
        QVERIFY(m_rig->callback(1, "in-progress").wait());
        m_rig->clock.advance(1s);
        QTRY_COMPARE(m_rig->log.incidents().size(), 1);
        QVERIFY(m_rig->log.incidents().first().startsWith("disk_"));
        QCOMPARE(m_rig->log.states(), QStringList({"queued", "ringing", "in-progress"}));
        QCOMPARE(history(1)["status"].toString(), QString("in-progress")); // from memory

        // A call that could not be remembered is not placed.
        const auto asked = m_rig->http.requests.size();
        auto refused = m_rig->dial();
        QVERIFY(refused.wait());
        QCOMPARE(refused.status(), 503);
        QCOMPARE(m_rig->http.requests.size(), asked);
    }
    QVERIFY(m_rig->callback(1, "completed", "7").wait());
    QCOMPARE(m_rig->log.incidents().size(), 1);
    QVERIFY(m_rig->start());
    const QJsonObject call = history(1);
    QCOMPARE(call["status"].toString(), QString("completed"));
    QCOMPARE(call["states"].toArray().size(), 4);
}

DIALDESK_TEST(TestBadDisk)
#include "tst_bad_disk.moc"
