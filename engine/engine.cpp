#include "engine/engine.h"

#include "engine/calls/call_desk.h"
#include "engine/checks/key_checks.h"
#include "engine/checks/vendor_settings.h"
#include "engine/event_stream.h"
#include "engine/http_api.h"
#include "engine/public_address.h"
#include "engine/readiness_checks.h"
#include "engine/self_routes.h"
#include "engine/server/http_server.h"
#include "engine/speech/phrase_book.h"
#include "engine/turns/silero_vad.h"
#include "engine/twilio/twilio_rest.h"
#include "engine/twilio/twiml.h"
#include "engine/twilio_routes.h"
#include "engine/vendors.h"

#include <QLoggingCategory>
#include <QPointer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

Q_LOGGING_CATEGORY(lcEngine, "dialdesk.engine")

namespace {

constexpr auto kShutDownPatience = 10s;
constexpr int kProofKeyBytes = 32;

twilio::CustomData ordered(const QMap<QString, QString> &data)
{
    twilio::CustomData list;
    for (auto it = data.cbegin(); it != data.cend(); ++it)
        list.append({it.key(), it.value()});
    return list;
}

} // namespace

Engine::Engine(const config::Config &config, const EngineOptions &options, const EngineWorld &world, QObject *parent)
    : QObject(parent), m_config(config), m_options(options), m_world(world)
{
    auto weights = turns::SileroWeights::load();
    // The weights are compiled in: their absence is a broken build, not a condition to run under.
    if (!weights)
        qFatal("%s", qPrintable(weights.error().message));
    m_vadWeights = *weights;

    m_network = std::make_unique<twilio::TwilioRest>(checks::twilioSettings(config.twilio), world.http, world.clock, world.random);
    m_phrases = std::make_unique<speech::PhraseBook>();
    m_factory = std::make_unique<Vendors>(config, world.http, world.sockets, world.clock);
    m_desk = std::make_unique<calls::CallDesk>(config.agent, config.limits, options.calls, *m_network,
                                               calls::AgentParts{*m_factory, *m_phrases, m_vadWeights, world.clock}, world.random);
    m_address = std::make_unique<PublicAddress>(config.server.publicUrl, world.http, options.ngrokApi);
    m_server = std::make_unique<server::HttpServer>(server::Limits{}, world.clock);
    m_events = std::make_unique<EventStream>();
    m_api = std::make_unique<HttpApi>(*m_server, *this, *m_events, config.server.apiKey, world.clock);
    m_twilio = std::make_unique<TwilioRoutes>(*m_server, *m_desk, *m_address, config.twilio, config.pipecatCloud, world.clock);
    const Secret proofKey(world.random.hex(kProofKeyBytes));
    m_self = std::make_unique<SelfRoutes>(*m_server, proofKey);
    m_checks = std::make_unique<ReadinessChecks>(config, *m_address, proofKey, world.http, world.sockets, world.clock, world.random);
    m_shutDownTimer = world.clock.makeTimer([this] {
        qCWarning(lcEngine) << m_desk->liveCalls() << "calls had not reported their end when the server stopped";
        finishShutDown();
    });

    connect(m_desk.get(), &calls::CallDesk::placed, this,
            [this](const CallSid &sid, const QMap<QString, QString> &customData) { m_records.open(sid, customData); });
    connect(m_desk.get(), &calls::CallDesk::event, this, &Engine::onEvent);
    connect(m_desk.get(), &calls::CallDesk::idle, this, [this] {
        if (m_shuttingDown)
            finishShutDown();
        else
            tellIdle();
    });
    connect(m_address.get(), &PublicAddress::changed, this, &Engine::publicAddressChanged);
    connect(m_checks.get(), &ReadinessChecks::changed, this, [this] { emit readinessChanged(readiness()); });
}

Engine::~Engine() = default;

Result<quint16> Engine::listen()
{
    const auto port = m_server->listen(m_config.server.bindAddress, m_config.server.port);
    if (!port)
        return port;
    m_address->setPort(*port);
    // The practice line is on this machine too and needs no tunnel.
    if (m_options.practice)
        m_address->setConfigured(QUrl(u"http://127.0.0.1:%1"_s.arg(*port)));
    const QString host = m_config.server.bindAddress.protocol() == QAbstractSocket::IPv6Protocol
                             ? u'[' + m_config.server.bindAddress.toString() + u']'
                             : m_config.server.bindAddress.toString();
    m_listeningOn = u"http://%1:%2"_s.arg(host).arg(*port);
    emit listening(m_listeningOn);
    if (m_options.checkReadiness)
        m_checks->start(*port);
    return port;
}

QUrl Engine::publicAddress() const
{
    return m_address->current();
}

Readiness Engine::readiness() const
{
    Readiness readiness;
    readiness.missing = config::missingForCalls(m_config, m_config.environment);
    if (m_config.twilio.fromNumber.isEmpty())
        readiness.missing.append({u"TWILIO_FROM_NUMBER"_s, u"The caller id of calls that name none: a number of your Twilio account."_s});
    readiness.checks = m_checks->checks();
    readiness.ownNumbers = m_checks->ownNumbers();
    return readiness;
}

void Engine::checkAgain()
{
    m_checks->retryAll();
}

void Engine::checkAgain(checks::CheckId id)
{
    m_checks->retry(id);
}

const checks::KeyChecks &Engine::keyChecks() const
{
    return m_checks->keyChecks();
}

QByteArray Engine::metricsText() const
{
    return m_metrics.text(m_desk->liveCalls());
}

void Engine::lookForPublicAddress()
{
    m_checks->lookForPublicAddress();
}

void Engine::setEnvironment(config::Environment environment)
{
    m_config.environment = environment;
    m_checks->setEnvironment(environment);
}

Result<QMap<QString, QString>> Engine::checkedData(const DialRequest &request) const
{
    if (const auto fits = twilio::checkCustomData(ordered(request.customData)); !fits)
        return tl::unexpected(fits.error());
    return request.customData;
}

DialJob *Engine::dial(const DialRequest &request, QObject *parent)
{
    auto *job = new DialJob(parent);
    ++m_wishes;
    connect(job, &QObject::destroyed, this, [this] {
        --m_wishes;
        tellIdle();
    });
    const auto refuse = [job](const Error &error) {
        QMetaObject::invokeMethod(
            job,
            [job, error] {
                emit job->finished(tl::unexpected(error), {});
                job->deleteLater();
            },
            Qt::QueuedConnection);
        return job;
    };
    if (m_shuttingDown)
        return refuse({Fault::Program, u"shutting_down"_s, u"The server is stopping and takes no new calls."_s});

    const QString fromText = request.from.isEmpty() ? m_config.twilio.fromNumber : request.from;
    const auto from = fromText.isEmpty() ? Result<E164Number>(E164Number()) : E164Number::parse(fromText);
    const auto to = E164Number::parse(request.to, from ? from->region() : QString());
    if (!to)
        return refuse(to.error());
    if (!from)
        return refuse({from.error().fault, u"bad_from_number"_s, u"from_number: "_s + from.error().message});
    if (const auto data = checkedData(request); !data)
        return refuse(data.error());

    const config::Environment environment = request.environment.value_or(m_config.environment);
    QStringList missing;
    for (const config::MissingSetting &setting : config::missingForCalls(m_config, environment))
        missing.append(setting.name);
    if (from->isEmpty())
        missing.append(u"TWILIO_FROM_NUMBER (or from_number with the call)"_s);
    if (!missing.isEmpty())
        return refuse({Fault::Settings, u"settings_missing"_s,
                       u"Calls cannot be placed yet. Missing: %1. Set it in .env and start again."_s.arg(missing.join(", "_L1))});

    auto *finding = m_address->find(job);
    connect(finding, &PublicAddressJob::finished, job,
            [this, job, request, to = *to, from = *from](const Result<QUrl> &base) {
                if (base) {
                    placeCall(request, to, from, *base, job);
                } else {
                    emit job->finished(tl::unexpected(base.error()), {});
                    job->deleteLater();
                }
            });
    return job;
}

void Engine::placeCall(const DialRequest &request, const E164Number &to, const E164Number &from, const QUrl &base, DialJob *job)
{
    calls::CallOrder order;
    order.to = to;
    order.from = from;
    order.environment = request.environment.value_or(m_config.environment);
    order.practice = m_options.practice;
    order.customData = request.customData;
    order.instructionsUrl = QUrl(base.toString() + u"/twiml"_s);
    order.statusUrl = QUrl(base.toString() + u"/status"_s);
    auto *placing = m_desk->place(order, this);
    connect(placing, &calls::PlaceJob::finished, this,
            [placing, to, job = QPointer(job)](const Result<CallSid> &sid) {
                if (!job)
                    return;
                if (!sid && (sid.error().code == "too_many_calls"_L1 || sid.error().code == "too_fast"_L1))
                    job->retryAfter = placing->retryAfter;
                emit job->finished(sid, to.value());
                job->deleteLater();
            });
}

void Engine::hangUp(const CallSid &sid)
{
    m_desk->hangUp(sid, u"operator"_s);
}

config::Config Engine::reachable(const Trial &trial) const
{
    config::Config config = trial.config;
    if (!m_options.practice || !trial.practice)
        return config;
    // On the practice line no packet leaves the machine: its simulators answer in the vendors' place, to the key of the
    // trial if it has one.
    const auto pointAtPractice = [](auto &vendor, const auto &practice) {
        vendor.baseUrl = practice.baseUrl;
        if (vendor.apiKey.isEmpty())
            vendor.apiKey = practice.apiKey;
    };
    pointAtPractice(config.deepgram, m_config.deepgram);
    pointAtPractice(config.gemini, m_config.gemini);
    pointAtPractice(config.openAi, m_config.openAi);
    pointAtPractice(config.cartesia, m_config.cartesia);
    config.twilio = m_config.twilio;
    return config;
}

net::CheckJob *Engine::checkKey(const Trial &trial, const QString &setting, QObject *parent)
{
    const config::Config config = reachable(trial);
    const checks::KeyChecks &check = keyChecks();
    if (setting.startsWith("DEEPGRAM"_L1))
        return check.checkDeepgram(config.deepgram, config.agent.language, parent);
    if (setting.startsWith("GOOGLE"_L1))
        return check.checkGemini(config.gemini, parent);
    if (setting.startsWith("OPENAI"_L1))
        return check.checkOpenAi(config.openAi, parent);
    if (setting.startsWith("CARTESIA"_L1))
        return check.checkCartesia(config.cartesia, parent);
    if (setting.startsWith("TWILIO"_L1))
        return check.checkTwilio(config.twilio, parent);
    return new net::KnownCheck(
        failure(Fault::Program, u"no_such_key"_s, u"%1 is no key of a vendor's: there is nobody to ask."_s.arg(setting)),
        parent);
}

speech::VoiceListJob *Engine::listVoices(const Trial &trial, QObject *parent)
{
    return Vendors(reachable(trial), m_world.http, m_world.sockets, m_world.clock).listVoices(parent);
}

speech::SpeechSampleJob *Engine::speakSample(const Trial &trial, const QString &text, QObject *parent)
{
    return Vendors(reachable(trial), m_world.http, m_world.sockets, m_world.clock).speakSample(text, parent);
}

bool Engine::isIdle() const
{
    return m_desk->isIdle() && m_wishes == 0;
}

void Engine::tellIdle()
{
    if (isIdle() && !m_shuttingDown)
        emit idle();
}

void Engine::onEvent(const records::Event &event)
{
    m_records.apply(event);
    m_metrics.apply(event);
    m_events->send(event);
    emit this->event(event);
}

void Engine::shutDown()
{
    if (std::exchange(m_shuttingDown, true))
        return;
    // The server goes on serving until the calls are over: their callbacks are still to come.
    m_desk->hangUpAll(u"shutdown"_s);
    if (m_desk->isIdle())
        QMetaObject::invokeMethod(this, &Engine::finishShutDown, Qt::QueuedConnection);
    else
        m_shutDownTimer->start(kShutDownPatience);
}

void Engine::finishShutDown()
{
    m_shutDownTimer->stop();
    m_server->stopListening();
    m_events->closeAll();
    emit stopped();
}

} // namespace engine
