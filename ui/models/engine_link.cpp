#include "ui/models/engine_link.h"

using namespace std::chrono_literals;

namespace ui::models {

using engine::Engine;

namespace {

constexpr auto kAddressAskedAgain = 10s; ///< a tunnel may come and go while the window is open

/// Runs on the engine's thread.
DeskFacts factsOf(const Engine &engine)
{
    const engine::config::Config &config = engine.config();
    DeskFacts facts;
    facts.started = true;
    facts.practice = engine.practice();
    facts.environment = config.environment;
    facts.fromNumber = config.twilio.fromNumber;
    if (const auto from = engine::E164Number::parse(config.twilio.fromNumber))
        facts.homeRegion = from->region();
    if (!config.pipecatCloud.agentName.isEmpty() && !config.pipecatCloud.organizationName.isEmpty())
        facts.agentName = config.pipecatCloud.agentName + u'.' + config.pipecatCloud.organizationName;
    facts.envFile = config.envFile;
    facts.maxCalls = config.limits.maxCalls;
    facts.readiness = engine.readiness();
    facts.addressConfigured = engine.practice() || !config.server.publicUrl.isEmpty();
    facts.publicAddress = config.server.publicUrl;
    return facts;
}

} // namespace

QStringList DeskFacts::obstacles() const
{
    if (!trouble.isEmpty())
        return {trouble};
    QStringList sentences;
    for (const engine::config::MissingSetting &missing : readiness.missing)
        sentences.append(QStringLiteral("%1: %2").arg(missing.name, missing.sentence));
    if (publicAddress.isEmpty() && !addressConfigured)
        sentences.append(
            EngineLink::tr(
                "No public address leads here. Start a tunnel with “ngrok http %1”, or set LOCAL_SERVER_URL.")
                .arg(QUrl(listeningOn).port(7860)));
    return sentences;
}

EngineLink::EngineLink(QObject *parent) : QObject(parent)
{
    m_addressTimer.setInterval(kAddressAskedAgain);
    connect(&m_addressTimer, &QTimer::timeout, this, &EngineLink::lookForPublicAddress);
}

template <typename Command>
void EngineLink::post(Command command)
{
    if (m_engine)
        QMetaObject::invokeMethod(
            m_engine.data(), [engine = m_engine.data(), command] { command(*engine); }, Qt::QueuedConnection);
}

void EngineLink::attach(Engine *engine)
{
    m_engine = engine;
    connect(engine, &Engine::event, this, &EngineLink::event, Qt::QueuedConnection);
    connect(engine, &Engine::stopped, this, &EngineLink::stopped, Qt::QueuedConnection);
    connect(
        engine, &Engine::listening, this,
        [this](const QString &url) {
            m_facts.listeningOn = url;
            emit factsChanged();
            if (!m_facts.addressConfigured)
                lookForPublicAddress();
        },
        Qt::QueuedConnection);
    connect(
        engine, &Engine::publicAddressChanged, this,
        [this](const QUrl &base) {
            m_facts.publicAddress = base;
            emit factsChanged();
        },
        Qt::QueuedConnection);
    post([this](const Engine &there) {
        QMetaObject::invokeMethod(
            this, [this, facts = factsOf(there)] { takeFacts(facts); }, Qt::QueuedConnection);
    });
}

void EngineLink::takeFacts(const DeskFacts &facts)
{
    // These come with signals of their own, possibly earlier.
    const DeskFacts known = std::exchange(m_facts, facts);
    m_facts.listeningOn = known.listeningOn;
    m_facts.trouble = known.trouble;
    if (!known.publicAddress.isEmpty())
        m_facts.publicAddress = known.publicAddress;
    if (!m_facts.addressConfigured && !m_addressTimer.isActive())
        m_addressTimer.start();
    emit factsChanged();
}

void EngineLink::reportTrouble(const engine::Error &error)
{
    m_facts.trouble = error.message;
    emit factsChanged();
}

void EngineLink::reportDialed(const engine::Result<engine::CallSid> &sid)
{
    emit dialed(sid);
}

void EngineLink::dial(const engine::DialRequest &request)
{
    if (!m_engine) {
        emit dialed(engine::failure(engine::Fault::Program, QStringLiteral("not_started"),
                                    m_facts.trouble.isEmpty() ? tr("Dialdesk is still starting. Try again in a moment.")
                                                              : m_facts.trouble));
        return;
    }
    post([this, request](Engine &engine) {
        auto *job = engine.dial(request, &engine);
        // Answered on the engine's thread, told here.
        connect(
            job, &engine::DialJob::finished, this,
            [this](const engine::Result<engine::CallSid> &sid) { emit dialed(sid); }, Qt::QueuedConnection);
    });
}

void EngineLink::hangUp(const engine::CallSid &sid)
{
    post([sid](Engine &engine) { engine.hangUp(sid); });
}

void EngineLink::setEnvironment(engine::config::Environment environment)
{
    post([this, environment](Engine &engine) {
        engine.setEnvironment(environment);
        QMetaObject::invokeMethod(
            this, [this, facts = factsOf(engine)] { takeFacts(facts); }, Qt::QueuedConnection);
    });
}

void EngineLink::lookForPublicAddress()
{
    post([](Engine &engine) { engine.lookForPublicAddress(); });
}

void EngineLink::shutDown()
{
    if (!m_engine) {
        QMetaObject::invokeMethod(this, &EngineLink::stopped, Qt::QueuedConnection);
        return;
    }
    post([](Engine &engine) { engine.shutDown(); });
}

} // namespace ui::models
