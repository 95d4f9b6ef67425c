#include "engine/base/clock.h"
#include "engine/server/http_server.h"
#include "tests/security/program.h"
#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <memory>

using namespace engine;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kMark = "recognisable"; // stands in every secret below
const QString kAccount = "AC00000000000000000000000000000001";

} // namespace

/// The server as a process of its own, with keys one can recognise and, in turn, each vendor refusing its key and
/// quoting it: the key must not be in anything the program writes or shows.
class TestSecretsStaySecret : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();

    void aVendorQuotesTheKey_data();
    void aVendorQuotesTheKey();
    void wrongSettingsQuoteNoKey();

private:
    QProcessEnvironment settings() const;

    SystemClock m_clock;
    std::unique_ptr<server::HttpServer> m_vendor; // refuses everything, and says what it was given
    std::unique_ptr<Program> m_practice;
    QTemporaryDir m_dir;
    QString m_vendorUrl;
    QString m_practiceUrl;
    int m_quoted = 0;
};

void TestSecretsStaySecret::initTestCase()
{
    m_vendor = std::make_unique<server::HttpServer>(server::Limits{}, m_clock);
    const auto refusal = [this](const server::Request &request) {
        QByteArray given = request.target;
        for (const auto &[name, value] : request.headers)
            given += ' ' + value;
        ++m_quoted;
        return server::errorResponse(401, u"invalid_api_key"_s,
                                     u"Incorrect API key provided: "_s + QString::fromLatin1(given));
    };
    const auto handler = [refusal](const server::Request &request, server::Responder responder) {
        responder.send(refusal(request));
    };
    for (const QString path : {"/*", "/*/*", "/*/*/*", "/*/*/*/*", "/*/*/*/*/*"})
        for (const char *method : {"GET", "POST"})
            m_vendor->route(method, path, handler);
    for (const QString path : {"/*/*", "/*/*/*"})
        m_vendor->upgrade(path, [refusal](const server::Request &request) { return refusal(request); }, {});
    const auto port = m_vendor->listen(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(port);
    m_vendorUrl = u"http://127.0.0.1:%1"_s.arg(*port);

    m_practice = std::make_unique<Program>(
        QStringLiteral(DIALDESK_PRACTICE),
        QStringList{"--port", "0", "--account", kAccount, "--token", "recognisable-twilio-token"}, plainEnvironment(),
        m_dir.path());
    QVERIFY2(m_practice->waitFor("practice line on "), m_practice->output.constData());
    const qsizetype at = m_practice->output.indexOf("http://127.0.0.1:");
    QTRY_VERIFY(m_practice->output.indexOf('\n', at) > 0);
    m_practiceUrl =
        QString::fromLatin1(m_practice->output.mid(at, m_practice->output.indexOf('\n', at) - at)).trimmed();
}

void TestSecretsStaySecret::cleanupTestCase()
{
    m_practice.reset();
    m_vendor.reset();
}

QProcessEnvironment TestSecretsStaySecret::settings() const
{
    QProcessEnvironment environment = plainEnvironment();
    const QHash<QString, QString> values = {{"GOOGLE_API_KEY", "recognisable-google-key"},
                                            {"DEEPGRAM_API_KEY", "recognisable-deepgram-key"},
                                            {"CARTESIA_API_KEY", "recognisable-cartesia-key"},
                                            {"OPENAI_API_KEY", "recognisable-openai-key"},
                                            {"TWILIO_ACCOUNT_SID", kAccount},
                                            {"TWILIO_AUTH_TOKEN", "recognisable-twilio-token"},
                                            {"DIALDESK_API_KEY", "recognisable-api-key"},
                                            {"TWILIO_FROM_NUMBER", "+14155550199"},
                                            {"OPENAI_MODEL", "any"},
                                            {"TWILIO_API_BASE_URL", m_practiceUrl},
                                            {"GOOGLE_API_BASE_URL", m_practiceUrl},
                                            {"DEEPGRAM_BASE_URL", m_practiceUrl},
                                            {"CARTESIA_BASE_URL", m_practiceUrl},
                                            {"OPENAI_BASE_URL", m_practiceUrl + "/v1"}};
    for (auto it = values.cbegin(); it != values.cend(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

void TestSecretsStaySecret::aVendorQuotesTheKey_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("provider");
    QTest::newRow("twilio") << "TWILIO_API_BASE_URL"
                            << ""
                            << "gemini";
    QTest::newRow("deepgram") << "DEEPGRAM_BASE_URL"
                              << ""
                              << "gemini";
    QTest::newRow("gemini") << "GOOGLE_API_BASE_URL"
                            << ""
                            << "gemini";
    QTest::newRow("openai") << "OPENAI_BASE_URL"
                            << "/v1"
                            << "openai";
    QTest::newRow("cartesia") << "CARTESIA_BASE_URL"
                              << ""
                              << "gemini";
}

void TestSecretsStaySecret::aVendorQuotesTheKey()
{
    QFETCH(QString, setting);
    QFETCH(QString, path);
    QFETCH(QString, provider);
    const quint16 port = freePort();
    const QString dataDir = m_dir.filePath(QString::fromLatin1(QTest::currentDataTag()));
    QProcessEnvironment environment = settings();
    environment.insert(setting, m_vendorUrl + path);
    environment.insert("LLM_PROVIDER", provider);
    environment.insert("LOCAL_SERVER_URL", u"http://127.0.0.1:%1"_s.arg(port));
    m_quoted = 0;
    QByteArray written;
    {
        Program program(QStringLiteral(DIALDESK_SERVER),
                        QStringList{"--port", QString::number(port), "--data-dir", dataDir, "--dial", "+14155550100",
                                    "--wait", "--json"},
                        environment, m_dir.path());
        // The failure is told: as an incident of the call, or as the reason why there is none.
        QVERIFY2(program.waitFor(setting.startsWith("TWILIO") ? QByteArray("critical")
                                                              : QByteArray("\"event\":\"incident\"")),
                 program.output.constData());
        QVERIFY(m_quoted > 0);
        QFile commandLine(u"/proc/%1/cmdline"_s.arg(program.process.processId())); // what ps shows
        if (commandLine.open(QIODevice::ReadOnly))
            written += commandLine.readAll();
        program.process.terminate();
        QTRY_COMPARE_WITH_TIMEOUT(program.process.state(), QProcess::NotRunning, kPatience);
        written += program.output;
    }
    const QByteArray output = written;
    QDirIterator files(dataDir, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        written += file.readAll();
    }
    const qsizetype at = written.indexOf(kMark);
    QVERIFY2(at < 0, written.mid(std::max<qsizetype>(0, at - 200), 400).constData());
    // Nor are whole phone numbers in the log, which is every line of output that is not an event; the history has to know them.
    for (const QByteArray &line : output.split('\n'))
        QVERIFY2(line.startsWith('{') || line.contains("--dial") || !line.contains("+14155550100"), line.constData());
}

void TestSecretsStaySecret::wrongSettingsQuoteNoKey()
{
    QProcessEnvironment environment = settings();
    environment.insert("DEEPGRAM_API_KEY", "recognisable key with spaces");
    environment.insert("ENV", "staging");
    Program program(QStringLiteral(DIALDESK_SERVER), {"--port", "0", "--data-dir", m_dir.path()}, environment,
                    m_dir.path());
    QTRY_COMPARE_WITH_TIMEOUT(program.process.state(), QProcess::NotRunning, kPatience);
    QCOMPARE(program.process.exitCode(), 2);
    QVERIFY(program.output.contains("DEEPGRAM_API_KEY"));
    QVERIFY(!program.output.contains(kMark));
}

DIALDESK_TEST(TestSecretsStaySecret)
#include "tst_secrets_stay_secret.moc"
