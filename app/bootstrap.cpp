#include "app/bootstrap.h"

#include "app/asked_call.h"
#include "app/unix_signals.h"
#include "engine/config/env_file.h"
#include "engine/practice/practice_line.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QLoggingCategory>
#include <QProcessEnvironment>

#include <cstdio>
#include <sys/resource.h>

using namespace Qt::StringLiterals;

namespace app {

Q_LOGGING_CATEGORY(lcApp, "dialdesk.app")

namespace {

constexpr int kWrongSettings = 2;
constexpr qint64 kEnvFileLimit = 8 * 1024 * 1024;
constexpr auto kPracticeNumber = "+14155550199"_L1; // the practice account's own number

engine::config::PrintAndLeave wrong(const QString &program, const QStringList &problems)
{
    QString text = program + (problems.size() == 1 ? u": 1 setting is wrong:\n"_s : u": %1 settings are wrong:\n"_s.arg(problems.size()));
    for (const QString &problem : problems)
        text += u"  - "_s + problem + u'\n';
    return {text, kWrongSettings};
}

void writeLogLine(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    static constexpr std::array kLevels = {"debug", "warning", "critical", "fatal", "info"};
    const QString line = u"%1 %2 %3: %4\n"_s.arg(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
                                                 QLatin1String(kLevels[static_cast<size_t>(type)]),
                                                 QLatin1String(context.category ? context.category : "default"), message);
    const QByteArray bytes = line.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

} // namespace

void installLog()
{
    QLoggingCategory::setFilterRules(u"dialdesk.*.debug=false"_s);
    qInstallMessageHandler(writeLogLine);
}

void raiseFileLimit()
{
    // 1,024 connections to the server and three more for every live call do not fit into the customary soft limit of 1,024.
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

tl::expected<Setup, engine::config::PrintAndLeave> setUp(const QStringList &arguments, const QString &program)
{
    auto commandLine = engine::config::parseCommandLine(arguments, program, QCoreApplication::applicationVersion());
    if (!commandLine)
        return tl::unexpected(commandLine.error());

    engine::config::Sources sources;
    sources.commandLine = commandLine->settings;
    sources.directory = QDir::currentPath();
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : engine::config::settingNames())
        if (environment.contains(name))
            sources.environment.insert(name, environment.value(name));

    QStringList problems;
    Setup setup;
    const QString envPath = commandLine->envFile.isEmpty() ? u".env"_s : commandLine->envFile;
    QFile envFile(envPath);
    if (envFile.open(QIODevice::ReadOnly) && envFile.size() <= kEnvFileLimit) {
        const auto parsed = engine::config::parseEnvFile(envFile.readAll());
        sources.fileValues = parsed.values;
        for (const QString &problem : parsed.problems)
            problems.append(u"%1: %2"_s.arg(envPath, problem));
        const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther;
        if (envFile.permissions() & others)
            setup.warnings.append(u"%1 can be read by other users of this computer; 'chmod 600 %1' keeps the keys in it private."_s.arg(envPath));
    } else if (!commandLine->envFile.isEmpty() || envFile.exists()) {
        problems.append(u"%1 cannot be read: %2."_s.arg(envPath, envFile.isOpen() ? u"it is too large"_s : envFile.errorString()));
    }

    auto config = engine::config::load(sources);
    if (!config)
        problems.append(config.error());
    if (!problems.isEmpty())
        return tl::unexpected(wrong(program, problems));

    setup.commandLine = *commandLine;
    setup.config = *config;
    if (envFile.exists())
        setup.config.envFile = QFileInfo(envFile).absoluteFilePath();
    setup.practice = commandLine->practice || !config->twilio.isSet();
    return setup;
}

PracticeHost::PracticeHost()
{
    m_thread.setObjectName(u"practice"_s);
}

PracticeHost::~PracticeHost()
{
    if (!m_thread.isRunning())
        return;
    // The line lives on its thread and dies there.
    QMetaObject::invokeMethod(m_line.get(), [this] { m_line.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

engine::Result<engine::Done> PracticeHost::start(engine::config::Config &config, const QStringList &ownNumbers)
{
    engine::SystemRandom random;
    engine::practice::PracticeOptions options;
    options.accountSid = u"AC"_s + QString::fromLatin1(random.hex(16));
    options.authToken = engine::Secret(random.hex(16));
    options.seed = random.next();
    options.ownNumbers = QStringList{kPracticeNumber} + ownNumbers;

    m_thread.start();
    auto *bridge = new QObject;
    bridge->moveToThread(&m_thread);
    engine::Result<quint16> port = 0;
    QMetaObject::invokeMethod(
        bridge,
        [this, &options, &port] {
            m_line = std::make_unique<engine::practice::PracticeLine>(options);
            port = m_line->start();
        },
        Qt::BlockingQueuedConnection);
    bridge->deleteLater();
    if (!port)
        return tl::unexpected(port.error());

    const QUrl base(u"http://127.0.0.1:%1"_s.arg(*port));
    const engine::Secret key("practice");
    config.twilio = {options.accountSid, options.authToken, {}, {}, config.twilio.fromNumber, base};
    if (config.twilio.fromNumber.isEmpty())
        config.twilio.fromNumber = kPracticeNumber;
    config.deepgram.baseUrl = base;
    config.deepgram.apiKey = key;
    config.gemini.baseUrl = base;
    config.gemini.apiKey = key;
    config.openAi.baseUrl = QUrl(base.toString() + u"/v1"_s);
    config.openAi.apiKey = key;
    if (config.openAi.model.isEmpty())
        config.openAi.model = u"practice"_s;
    config.cartesia.baseUrl = base;
    config.cartesia.apiKey = key;
    qCInfo(lcApp) << "practice: calls go to simulated people on this computer, nothing is dialed and nothing billed";
    return engine::Done{};
}

EngineHost::EngineHost(const Setup &setup)
    : m_engine(setup.config, engine::EngineOptions{setup.practice, QUrl(u"http://127.0.0.1:4040/api/tunnels"_s), {}},
               engine::EngineWorld{m_clock, m_random, m_http, m_sockets})
{}

engine::Result<engine::Done> startPractice(PracticeHost &practice, Setup &setup)
{
    if (!setup.practice)
        return engine::Done{};
    QStringList ownNumbers = {setup.config.twilio.fromNumber};
    if (const auto from = engine::E164Number::parse(setup.commandLine.from))
        ownNumbers.append(from->value());
    return practice.start(setup.config, ownNumbers);
}

void logListening(engine::Engine &engine)
{
    QObject::connect(&engine, &engine::Engine::listening, &engine,
                     [](const QString &url) { qCInfo(lcApp).noquote() << "listening on" << url; });
}

int runHeadless(Setup setup)
{
    raiseFileLimit();
    for (const QString &warning : setup.warnings)
        qCWarning(lcApp).noquote() << warning;
    PracticeHost practice;
    if (const auto started = startPractice(practice, setup); !started) {
        qCCritical(lcApp).noquote() << started.error().message;
        return kWrongSettings;
    }

    EngineHost host(setup);
    engine::Engine &engine = host.engine();
    int exitCode = 0;
    logListening(engine);
    QObject::connect(&engine, &engine::Engine::stopped, qApp, [&exitCode] { QCoreApplication::exit(exitCode); }, Qt::QueuedConnection);
    if (const auto port = engine.listen(); !port) {
        qCCritical(lcApp).noquote() << port.error().message;
        return kWrongSettings;
    }
    UnixSignals signalsSeen;
    bool toldToStop = false;
    QObject::connect(&signalsSeen, &UnixSignals::asked, &engine, [&engine, &toldToStop] {
        toldToStop = true;
        engine.shutDown();
    });

    AskedCall askedCall(engine, setup.commandLine);
    QObject::connect(&askedCall, &AskedCall::over, &engine, [&engine, &toldToStop, &exitCode](int code) {
        // Stopping when told to is success, however far the call had come.
        exitCode = toldToStop ? 0 : code;
        engine.shutDown();
    });
    askedCall.place();
    return QCoreApplication::exec();
}

} // namespace app
