#include "app/bootstrap.h"

#include "app/asked_call.h"
#include "app/exit_codes.h"
#include "app/kept_secrets.h"
#include "app/unix_signals.h"
#include "engine/base/epoll_dispatcher.h"
#include "engine/base/masking.h"
#include "engine/config/redaction.h"
#include "engine/practice/practice_line.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QMutex>
#include <QProcessEnvironment>

#include <cstdio>
#include <sys/resource.h>

using namespace Qt::StringLiterals;

namespace app {

Q_LOGGING_CATEGORY(lcApp, "dialdesk.app")

namespace {

constexpr auto kPracticeNumber = "+14155550199"_L1; // the practice account's own number

engine::config::PrintAndLeave wrong(const QString &program, const QStringList &problems)
{
    QString text = program + (problems.size() == 1 ? u": 1 setting is wrong:\n"_s : u": %1 settings are wrong:\n"_s.arg(problems.size()));
    for (const QString &problem : problems)
        text += u"  - "_s + problem + u'\n';
    return {text, kWrongSettings};
}

/// What must not be in the log. A message handler has no object to keep it in; lines come from every thread.
struct LogSecrets
{
    QMutex mutex;
    engine::config::Redaction redaction;
};
LogSecrets &logSecrets()
{
    static LogSecrets secrets;
    return secrets;
}

QString fitForLog(const QString &message)
{
    LogSecrets &secrets = logSecrets();
    const QMutexLocker locker(&secrets.mutex);
    return engine::maskedNumbers(secrets.redaction.of(message));
}

void writeLogLine(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    static constexpr std::array kLevels = {"debug", "warning", "critical", "fatal", "info"};
    const QString line = u"%1 %2 %3: %4\n"_s.arg(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
                                                 QLatin1String(kLevels[static_cast<size_t>(type)]),
                                                 QLatin1String(context.category ? context.category : "default"), fitForLog(message));
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

void useLeanEventLoops()
{
    // GLib rounds every wait up to a whole millisecond, and a turn waits several times; it also costs more per socket.
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication::setEventDispatcher(new engine::EpollDispatcher);
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

tl::expected<Setup, engine::config::PrintAndLeave> setUp(const QStringList &arguments, const QString &program,
                                                         engine::config::SecretStore *keychain)
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

    const QString named = commandLine->envFile;
    Setup setup;
    setup.commandLine = *commandLine;
    setup.settings = {QDir::current().absoluteFilePath(named.isEmpty() ? u".env"_s : named), sources};
    const auto read = setup.settings.read();
    const QString &envFile = setup.settings.envFile();
    QStringList problems;
    if (!read)
        problems.append(read.error().message);
    else if (!setup.settings.fileExists() && !named.isEmpty())
        problems.append(u"%1 cannot be read: there is no such file."_s.arg(named));

    if (const QStringList absent = setup.settings.absentSecrets();
        keychain && !commandLine->practice && problems.isEmpty() && !absent.isEmpty()) {
        const KeptSecrets kept = readKeptSecrets(*keychain, absent);
        setup.settings.setKeptSecrets(kept.values);
        setup.warnings += kept.problems;
    }

    const auto config = setup.settings.check();
    if (!config)
        problems.append(config.error());
    if (!problems.isEmpty())
        return tl::unexpected(wrong(program, problems));

    const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther;
    if (setup.settings.fileExists() && (QFileInfo(envFile).permissions() & others))
        setup.warnings.append(
            u"%1 can be read by other users of this computer; 'chmod 600 %1' keeps the keys in it private."_s.arg(
                envFile));
    return withConfig(std::move(setup), *config);
}

Setup withConfig(Setup setup, const engine::config::Config &config)
{
    {
        const QMutexLocker locker(&logSecrets().mutex);
        logSecrets().redaction = engine::config::Redaction(config);
    }
    setup.config = config;
    setup.practice = setup.commandLine.practice || !config.twilio.isSet();
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

    m_thread.setEventDispatcher(new engine::EpollDispatcher);
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
    // No real key leaves for the simulators; one named "bad" they refuse as the vendor would, which is worth trying.
    const auto keyFor = [](const engine::Secret &set) {
        return set.reveal() == "bad" ? set : engine::Secret("practice");
    };
    config.twilio = {options.accountSid, options.authToken, {}, {}, config.twilio.fromNumber, base};
    if (config.twilio.fromNumber.isEmpty())
        config.twilio.fromNumber = kPracticeNumber;
    config.deepgram.baseUrl = base;
    config.deepgram.apiKey = keyFor(config.deepgram.apiKey);
    config.gemini.baseUrl = base;
    config.gemini.apiKey = keyFor(config.gemini.apiKey);
    config.openAi.baseUrl = QUrl(base.toString() + u"/v1"_s);
    config.openAi.apiKey = keyFor(config.openAi.apiKey);
    if (config.openAi.model.isEmpty())
        config.openAi.model = u"practice"_s;
    config.cartesia.baseUrl = base;
    config.cartesia.apiKey = keyFor(config.cartesia.apiKey);
    qCInfo(lcApp) << "practice: calls go to simulated people on this computer, nothing is dialed and nothing billed";
    return engine::Done{};
}

EngineHost::EngineHost(const Setup &setup)
    : m_engine(setup.config, engine::EngineOptions{.practice = setup.practice},
               engine::EngineWorld{m_clock, m_random, m_http, m_sockets})
{}

engine::Result<engine::Done> startPractice(PracticeHost &practice, Setup &setup)
{
    if (!setup.practice)
        return engine::Done{};
    QStringList ownNumbers;
    if (!setup.config.twilio.fromNumber.isEmpty())
        ownNumbers.append(setup.config.twilio.fromNumber);
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
