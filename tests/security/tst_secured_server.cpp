#include "tests/security/program.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

/// The server as the operator starts it: what it says about files others can read, and TLS of its own.
class TestSecuredServer : public QObject
{
    Q_OBJECT

private slots:
    void anEnvFileThatOthersCanReadIsWarnedOf();
    void itSpeaksTlsAndThePracticeLineCallsThroughIt();
    void wrongTlsFilesAreToldWithAllOtherProblems();

private:
    void writeEnv(const QByteArray &text, QFileDevice::Permissions permissions)
    {
        QFile file(m_dir.filePath(".env"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        QVERIFY(file.setPermissions(permissions));
    }
    QStringList arguments(const QStringList &more = {}) const
    {
        return QStringList{"--practice", "--port", "0", "--data-dir", m_dir.filePath("data")} + more;
    }

    QTemporaryDir m_dir;
};

void TestSecuredServer::anEnvFileThatOthersCanReadIsWarnedOf()
{
    const auto own = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    writeEnv("LANGUAGE=en\n", own | QFileDevice::ReadOther);
    {
        Program open(QStringLiteral(DIALDESK_SERVER), arguments(), plainEnvironment(), m_dir.path());
        QVERIFY2(open.waitFor("listening on http://"), open.output.constData());
        QVERIFY2(open.output.contains("chmod 600 " + m_dir.filePath(".env").toUtf8()), open.output.constData());
    }
    writeEnv("LANGUAGE=en\n", own);
    Program closed(QStringLiteral(DIALDESK_SERVER), arguments(), plainEnvironment(), m_dir.path());
    QVERIFY2(closed.waitFor("listening on http://"), closed.output.constData());
    QVERIFY(!closed.output.contains("chmod"));
}

void TestSecuredServer::itSpeaksTlsAndThePracticeLineCallsThroughIt()
{
    const QString folder = QStringLiteral(DIALDESK_TEST_DATA "/tls/");
    QProcessEnvironment environment = plainEnvironment();
    environment.insert("TLS_CERT_FILE", folder + "ec_cert.pem");
    environment.insert("TLS_KEY_FILE", folder + "ec_key.pem");
    Program server(QStringLiteral(DIALDESK_SERVER), arguments({"--dial", "+14155550106", "--wait", "--json"}),
                   environment, m_dir.path());
    QVERIFY2(server.waitFor("listening on https://127.0.0.1:"), server.output.constData());
    const qsizetype at = server.output.indexOf("https://127.0.0.1:") + 18;
    QTRY_VERIFY(server.output.indexOf('\n', at) > 0);
    const quint16 port = server.output.mid(at, server.output.indexOf('\n', at) - at).trimmed().toUShort();

    QSslSocket client;
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(folder + "ec_cert.pem"));
    client.setSslConfiguration(tls);
    client.connectToHostEncrypted(u"127.0.0.1"_s, port);
    QTRY_VERIFY(client.isEncrypted());
    client.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(client.readAll().contains("{\"status\":\"ok\"}"));

    // Webhooks and sound of this call went over https and wss: it was answered, and the callee's hanging up was heard
    // of.
    QTRY_COMPARE_WITH_TIMEOUT(server.process.state(), QProcess::NotRunning, kPatience);
    QVERIFY2(server.output.contains("\"reason\":\"callee_hung_up\""), server.output.constData());
    QCOMPARE(server.process.exitCode(), 0);
}

void TestSecuredServer::wrongTlsFilesAreToldWithAllOtherProblems()
{
    QProcessEnvironment environment = plainEnvironment();
    environment.insert("TLS_CERT_FILE", "nowhere.pem");
    environment.insert("TLS_KEY_FILE", "nowhere.pem");
    environment.insert("ENV", "staging");
    Program server(QStringLiteral(DIALDESK_SERVER), arguments(), environment, m_dir.path());
    QTRY_COMPARE_WITH_TIMEOUT(server.process.state(), QProcess::NotRunning, kPatience);
    QCOMPARE(server.process.exitCode(), 2);
    for (const char *name : {"TLS_CERT_FILE", "TLS_KEY_FILE", "ENV"})
        QVERIFY2(server.output.contains(name), server.output.constData());
}

DIALDESK_TEST(TestSecuredServer)
#include "tst_secured_server.moc"
