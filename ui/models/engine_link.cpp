#include "ui/models/engine_link.h"

#include "engine/config/redaction.h"
#include "ui/models/do_not_call_link.h"
#include "ui/models/history_link.h"

using namespace std::chrono_literals;

namespace ui::models {

using engine::Engine;
using engine::checks::Check;
using engine::checks::CheckState;

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
    facts.modelVendor =
        config.modelProvider == engine::config::ModelProvider::OpenAi ? config.openAi.model : QStringLiteral("Gemini");
    facts.envFile = config.envFile;
    facts.maxCalls = config.limits.maxCalls;
    facts.timeLimit = engine.callSettings().timeLimit;
    facts.carrierTimeLimit = engine.callSettings().carrierTimeLimit;
    facts.readiness = engine.readiness();
    facts.addressConfigured = engine.practice() || !config.server.publicUrl.isEmpty();
    facts.publicAddress = engine.publicAddress().isEmpty() ? config.server.publicUrl : engine.publicAddress();
    facts.listeningOn = engine.listeningOn();
    return facts;
}

/// A vendor may quote the key it refuses; nobody is to see it on the screen.
auto withoutSecretsOf(const engine::Trial &trial)
{
    return [redaction = engine::config::Redaction(trial.config)](const engine::Error &error) { return redaction.of(error); };
}

} // namespace

QStringList DeskFacts::obstacles() const
{
    if (!trouble.isEmpty())
        return {trouble};
    QStringList sentences;
    for (const Check &check : readiness.checks)
        if (check.state == CheckState::Bad)
            sentences.append(check.sentence);
    return sentences;
}

format::Light DeskFacts::light() const
{
    if (!trouble.isEmpty())
        return {EngineLink::tr("Not working"), format::Light::Tone::Bad};
    if (!started || listeningOn.isEmpty())
        return {EngineLink::tr("Starting …"), format::Light::Tone::Quiet};
    return format::lightOf(readiness.checks);
}

bool DeskFacts::readyToDial() const
{
    const auto tone = light().tone;
    return tone == format::Light::Tone::Live || tone == format::Light::Tone::Warn;
}

std::optional<Check> DeskFacts::addressCheck() const
{
    for (const Check &check : readiness.checks)
        if (check.id == engine::checks::CheckId::PublicAddress)
            return check;
    return std::nullopt;
}

EngineLink::EngineLink(QObject *parent) : QObject(parent), m_history(new HistoryLink(*this)), m_doNotCall(new DoNotCallLink(*this))
{
    m_addressTimer.setInterval(kAddressAskedAgain);
    connect(&m_addressTimer, &QTimer::timeout, this, &EngineLink::lookForPublicAddress);
}

bool EngineLink::post(std::function<void(Engine &)> command)
{
    if (!m_engine)
        return false;
    return QMetaObject::invokeMethod(
        m_engine.data(), [engine = m_engine.data(), command = std::move(command)] { command(*engine); },
        Qt::QueuedConnection);
}

void EngineLink::attach(Engine *engine)
{
    m_engine = engine;
    m_facts.trouble.clear();
    m_facts.listeningOn.clear();
    m_facts.publicAddress.clear();
    connect(engine, &Engine::event, this, &EngineLink::event, Qt::QueuedConnection);
    connect(engine, &Engine::levelsMeasured, this, &EngineLink::levelsMeasured, Qt::QueuedConnection);
    connect(engine, &Engine::stopped, this, &EngineLink::stopped, Qt::QueuedConnection);
    connect(
        engine, &Engine::listening, this,
        [this](const QString &url) {
            m_facts.listeningOn = url;
            emit factsChanged();
        },
        Qt::QueuedConnection);
    connect(
        engine, &Engine::publicAddressChanged, this,
        [this](const QUrl &base) {
            m_facts.publicAddress = base;
            emit factsChanged();
        },
        Qt::QueuedConnection);
    connect(
        engine, &Engine::readinessChanged, this,
        [this](const engine::Readiness &readiness) {
            m_facts.readiness = readiness;
            emit factsChanged();
        },
        Qt::QueuedConnection);
    watchLevels(m_levelsWanted);
    post([this](const Engine &there) {
        QMetaObject::invokeMethod(
            this, [this, facts = factsOf(there)] { takeFacts(facts); }, Qt::QueuedConnection);
    });
    emit attached();
}

void EngineLink::takeFacts(const DeskFacts &facts)
{
    // These come with signals of their own, possibly earlier.
    const DeskFacts known = std::exchange(m_facts, facts);
    if (!known.listeningOn.isEmpty())
        m_facts.listeningOn = known.listeningOn;
    m_facts.trouble = known.trouble;
    m_facts.settingsWaiting = known.settingsWaiting;
    m_facts.settingsTrouble = known.settingsTrouble;
    if (!known.publicAddress.isEmpty())
        m_facts.publicAddress = known.publicAddress;
    if (m_facts.addressConfigured)
        m_addressTimer.stop();
    else if (!m_addressTimer.isActive())
        m_addressTimer.start();
    emit factsChanged();
    if (!m_facts.addressConfigured && !m_facts.listeningOn.isEmpty() && m_facts.publicAddress.isEmpty())
        lookForPublicAddress();
}

bool EngineLink::detach()
{
    if (m_shuttingDown)
        return false;
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = nullptr;
    emit detached();
    return true;
}

void EngineLink::reportSettingsWaiting()
{
    m_facts.settingsWaiting = true;
    m_facts.settingsTrouble.clear();
    emit factsChanged();
}

void EngineLink::reportSettingsTaken(const engine::Result<engine::Done> &taken)
{
    m_facts.settingsWaiting = false;
    m_facts.settingsTrouble = taken ? QString() : taken.error().message;
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

tl::unexpected<engine::Error> EngineLink::notStarted() const
{
    return engine::failure(engine::Fault::Program, QStringLiteral("not_started"),
                           m_facts.trouble.isEmpty() ? tr("Dialdesk is still starting. Try again in a moment.")
                                                     : m_facts.trouble);
}

void EngineLink::dial(const engine::DialRequest &request)
{
    if (!m_engine) {
        emit dialed(notStarted());
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

void EngineLink::checkAgain(std::optional<engine::checks::CheckId> id)
{
    post([id](Engine &engine) {
        if (id)
            engine.checkAgain(*id);
        else
            engine.checkAgain();
    });
}

void EngineLink::checkKey(const engine::Trial &trial, const QString &setting)
{
    if (!m_engine) {
        emit keyChecked(setting, notStarted());
        return;
    }
    post([this, trial, setting](Engine &engine) {
        connect(
            engine.checkKey(trial, setting, &engine), &engine::net::CheckJob::finished, this,
            [this, trial, setting](const engine::Result<engine::net::CheckNote> &found) {
                emit keyChecked(setting, found.map_error(withoutSecretsOf(trial)));
            },
            Qt::QueuedConnection);
    });
}

void EngineLink::listVoices(const engine::Trial &trial)
{
    if (!m_engine) {
        emit voicesListed(notStarted());
        return;
    }
    post([this, trial](Engine &engine) {
        connect(
            engine.listVoices(trial, &engine), &engine::speech::VoiceListJob::finished, this,
            [this, trial](const engine::Result<QList<engine::speech::Voice>> &voices) {
                emit voicesListed(voices.map_error(withoutSecretsOf(trial)));
            },
            Qt::QueuedConnection);
    });
}

void EngineLink::speakSample(const engine::Trial &trial, const QString &text)
{
    if (!m_engine) {
        emit sampleSpoken(notStarted());
        return;
    }
    post([this, trial, text](Engine &engine) {
        connect(
            engine.speakSample(trial, text, &engine), &engine::speech::SpeechSampleJob::finished, this,
            [this, trial](const engine::Result<engine::speech::SpeechSample> &sample) {
                emit sampleSpoken(sample.map_error(withoutSecretsOf(trial)));
            },
            Qt::QueuedConnection);
    });
}

void EngineLink::watchLevels(bool wanted)
{
    m_levelsWanted = wanted;
    post([wanted](Engine &engine) { engine.watchLevels(wanted); });
}

void EngineLink::shutDown()
{
    m_shuttingDown = true;
    if (!m_engine) {
        QMetaObject::invokeMethod(this, &EngineLink::stopped, Qt::QueuedConnection);
        return;
    }
    post([](Engine &engine) { engine.shutDown(); });
}

} // namespace ui::models
