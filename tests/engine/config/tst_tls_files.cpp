#include "engine/config/tls_files.h"
#include "tests/support/test_program.h"

using namespace engine::config;

namespace {

QString data(const char *file)
{
    return QStringLiteral(DIALDESK_TEST_DATA "/tls/") + file;
}

} // namespace

class TestTlsFiles : public QObject
{
    Q_OBJECT

private slots:
    void aPairThatServes_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::newRow("rsa") << data("rsa_cert.pem") << data("rsa_key.pem");
        QTest::newRow("curve") << data("ec_cert.pem") << data("ec_key.pem");
        QTest::newRow("curve, PKCS 8") << data("ec_cert.pem") << data("ec_key_pkcs8.pem");
    }
    void aPairThatServes()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        const auto tls = readTlsFiles(certificate, key);
        QVERIFY2(tls, tls ? "" : qPrintable(tls.error().join(' ')));
        QVERIFY(tls->isSet());
        QVERIFY(!tls->privateKey.isNull());
    }

    void aPairThatDoesNot_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *certificate, const char *key, const char *setting,
                            const char *says) {
            QTest::newRow(name) << data(certificate) << data(key) << setting << says;
        };
        row("no certificate there", "nowhere.pem", "rsa_key.pem", "TLS_CERT_FILE", "cannot be read");
        row("no key there", "rsa_cert.pem", "nowhere.pem", "TLS_KEY_FILE", "cannot be read");
        row("the files swapped", "rsa_key.pem", "rsa_key.pem", "TLS_CERT_FILE", "no certificate");
        row("a certificate as key", "rsa_cert.pem", "rsa_cert.pem", "TLS_KEY_FILE", "private key");
        row("a key with a password", "rsa_cert.pem", "rsa_key_locked.pem", "TLS_KEY_FILE", "without a password");
        row("the key of another certificate", "rsa_cert.pem", "ec_key.pem", "TLS_KEY_FILE",
            "not the key of the certificate");
        row("another key of the same kind", "ec_cert.pem", "other_ec_key.pem", "TLS_KEY_FILE",
            "not the key of the certificate");
        row("an expired certificate", "expired_cert.pem", "ec_key.pem", "TLS_CERT_FILE", "expired on 2021-01-01");
    }
    void aPairThatDoesNot()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        QFETCH(QString, setting);
        QFETCH(QString, says);
        const auto tls = readTlsFiles(certificate, key);
        QVERIFY(!tls);
        QCOMPARE(tls.error().size(), 1);
        QVERIFY2(tls.error().first().startsWith(setting) && tls.error().first().contains(says),
                 qPrintable(tls.error().first()));
    }

    void bothProblemsAreSaidTogether()
    {
        const auto tls = readTlsFiles(data("nowhere.pem"), data("nowhere.pem"));
        QVERIFY(!tls);
        QCOMPARE(tls.error().size(), 2);
    }
};

DIALDESK_TEST(TestTlsFiles)
#include "tst_tls_files.moc"
