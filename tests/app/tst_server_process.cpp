#include "tests/support/test_program.h"

#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>

#include <csignal>
#include <memory>

/// dialdesk-server as a shell sees it: exit status, standard output and error.
class TestServerProcess : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_server = std::make_unique<QProcess>();
        m_server->setWorkingDirectory(m_folder.path()); // no .env of somebody's in it
        QProcessEnvironment environment;
        for (const char *name : {"PATH", "HOME", "LC_ALL", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
            if (qEnvironmentVariableIsSet(name))
                environment.insert(name, qEnvironmentVariable(name));
        m_server->setProcessEnvironment(environment);
    }
    void cleanup()
    {
        m_server->kill();
        m_server->waitForFinished();
        m_server.reset();
    }

    void stoppingWhileItRingsCancelsTheCallAndIsSuccess()
    {
        start({"--practice", "--port", "0", "--dial", "+14155550115", "--wait"});
        QVERIFY2(waitForOutput("ringing"), m_errors.constData());
        signal(SIGTERM);
        QVERIFY(waitForEnd());
        QCOMPARE(m_server->exitStatus(), QProcess::NormalExit);
        QVERIFY2(waitForOutput("canceled (shutdown)"), m_output.constData());
        QCOMPARE(m_server->exitCode(), 0);
    }

    void stoppingWhileTheyTalkEndsTheCallAndIsSuccess()
    {
        start({"--practice", "--port", "0", "--dial", "+14155550100", "--wait"});
        QVERIFY2(waitForOutput("in-progress"), m_errors.constData());
        signal(SIGINT);
        QVERIFY(waitForEnd());
        QVERIFY2(waitForOutput("completed (shutdown)"), m_output.constData());
        QVERIFY2(m_server->exitCode() == 0, m_errors.constData());
    }

    void thePracticeLineFindsTheServerWhereverItListens_data()
    {
        QTest::addColumn<QString>("address");
        QTest::newRow("every IPv4 address") << "0.0.0.0";
        QTest::newRow("IPv6") << "::1";
    }
    void thePracticeLineFindsTheServerWhereverItListens()
    {
        QFETCH(QString, address);
        if (QTcpServer probe; !probe.listen(QHostAddress(address)))
            QSKIP("this machine has no such address");
        start({"--practice", "--port", "0", "--bind", address, "--dial", "+14155550102", "--wait"});
        QVERIFY2(waitForOutput("ended    busy"), m_errors.constData()); // its callbacks came
        QVERIFY(waitForEnd());
        QCOMPARE(m_server->exitCode(), 3);
    }

    void whatStandsInTheWayIsSaidOnStandardError_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("an unknown option") << QStringList{"--bogus"} << QByteArray("Unknown option 'bogus'");
        QTest::newRow("--wait alone") << QStringList{"--wait"} << QByteArray("go with --dial");
        QTest::newRow("--data without =") << QStringList{"--dial", "+14155550100", "--data", "x"} << QByteArray("KEY=VALUE");
        QTest::newRow("no such file") << QStringList{"--env-file", "nowhere.env"} << QByteArray("nowhere.env cannot be read");
        QTest::newRow("two settings") << QStringList{"--port", "99999", "--bind", "everywhere"} << QByteArray("2 settings are wrong");
        QTest::newRow("an impossible number")
            << QStringList{"--practice", "--port", "0", "--dial", "+1", "--wait"} << QByteArray("not a phone number");
    }
    void whatStandsInTheWayIsSaidOnStandardError()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, words);
        start(arguments);
        QVERIFY(waitForEnd());
        readAll();
        QCOMPARE(m_server->exitCode(), 2);
        QVERIFY2(m_errors.contains(words), m_errors.constData());
        QCOMPARE(m_output, QByteArray());
    }

private:
    void start(const QStringList &arguments)
    {
        m_output.clear();
        m_errors.clear();
        m_server->start(DIALDESK_SERVER, arguments);
        QVERIFY2(m_server->waitForStarted(), qPrintable(m_server->errorString()));
    }
    void signal(int number) { ::kill(static_cast<pid_t>(m_server->processId()), number); }
    void readAll()
    {
        m_output += m_server->readAllStandardOutput();
        m_errors += m_server->readAllStandardError();
    }
    bool waitForEnd()
    {
        return QTest::qWaitFor([&] { return m_server->state() == QProcess::NotRunning; }, 20'000);
    }
    bool waitForOutput(const QByteArray &words)
    {
        return QTest::qWaitFor(
            [&] {
                readAll();
                return m_output.contains(words);
            },
            20'000);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<QProcess> m_server;
    QByteArray m_output;
    QByteArray m_errors;
};

DIALDESK_TEST(TestServerProcess)
#include "tst_server_process.moc"
