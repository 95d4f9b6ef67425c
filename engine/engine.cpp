#include "engine/engine.h"

#include "engine/call_history.h"
#include "engine/calls/call_desk.h"
#include "engine/event_stream.h"
#include "engine/http_api.h"
#include "engine/public_address.h"
#include "engine/recording/recording_folder.h"
#include "engine/records/sqlite/database.h"
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

twilio::TwilioSettings restSettings(const config::TwilioConfig &config)
{
    twilio::TwilioSettings settings;
    settings.accountSid = config.accountSid;
    settings.authToken = config.authToken;
    settings.apiKeySid = config.apiKeySid;
    settings.apiKeySecret = config.apiKeySecret;
    settings.baseUrl = config.baseUrl;
    return settings;
}

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

    m_database = std::make_unique<records::sqlite::Database>(config.dataDir);
    if (config.history.recording && !config.dataDir.isEmpty())
        m_recordings = std::make_unique<recording::RecordingFolder>(config.dataDir);
    m_history = std::make_unique<CallHistory>(config.history, *m_database, m_recordings.get(), world.clock);
    m_network = std::make_unique<twilio::TwilioRest>(restSettings(config.twilio), world.http, world.clock, world.random);
    m_phrases = std::make_unique<speech::PhraseBook>();
    m_factory = std::make_unique<Vendors>(config, world.http, world.sockets, world.clock);
    const calls::AgentParts parts{*m_factory, *m_phrases, m_vadWeights, world.clock, m_recordings.get()};
    m_desk = std::make_unique<calls::CallDesk>(config.agent, config.limits, options.calls, *m_network, parts, world.random);
    m_address = std::make_unique<PublicAddress>(config.server.publicUrl, world.http, options.ngrokApi);
    m_server = std::make_unique<server::HttpServer>(server::Limits{}, world.clock);
    m_events = std::make_unique<EventStream>();
    m_api = std::make_unique<HttpApi>(*m_server, *this, *m_events, config.server.apiKey, world.clock);
    m_twilio = std::make_unique<TwilioRoutes>(*m_server, *m_desk, *m_address, config.twilio, config.pipecatCloud, world.clock);
    m_shutDownTimer = world.clock.makeTimer([this] {
        qCWarning(lcEngine) << m_desk->liveCalls() << "calls had not reported their end when the server stopped";
        finishShutDown();
    });

    connect(m_desk.get(), &calls::CallDesk::placed, this,
            [this](const CallSid &sid, const QMap<QString, QString> &customData) { m_history->open(sid, customData); });
    connect(m_desk.get(), &calls::CallDesk::event, this, &Engine::onEvent);
    connect(m_desk.get(), &calls::CallDesk::idle, this, [this] {
        if (m_shuttingDown)
            finishShutDown();
    });
    connect(m_address.get(), &PublicAddress::changed, this, &Engine::publicAddressChanged);
    connect(m_database.get(), &records::sqlite::Database::troubled, this, &Engine::tell);
    if (m_recordings)
        connect(m_recordings.get(), &recording::RecordingFolder::troubled, this, &Engine::tell);
    m_history->endInterrupted();
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
    emit listening(u"http://%1:%2"_s.arg(host).arg(*port));
    return port;
}

Readiness Engine::readiness() const
{
    Readiness readiness;
    readiness.missing = config::missingForCalls(m_config, m_config.environment);
    if (m_config.twilio.fromNumber.isEmpty())
        readiness.missing.append({u"TWILIO_FROM_NUMBER"_s, u"The caller id of calls that name none: a number of your Twilio account."_s});
    return readiness;
}

QByteArray Engine::metricsText() const
{
    return m_metrics.text(m_desk->liveCalls());
}

void Engine::lookForPublicAddress()
{
    // The answer, good or bad, is remembered by the address itself; the job ends on its own.
    [[maybe_unused]] const auto *finding = m_address->find(this);
}

void Engine::setEnvironment(config::Environment environment)
{
    m_config.environment = environment;
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

void Engine::onEvent(const records::Event &event)
{
    m_history->apply(event);
    m_metrics.apply(event);
    m_events->send(event);
    emit this->event(event);
}

void Engine::tell(const Error &error)
{
    qCWarning(lcEngine).noquote() << error.message;
    onEvent(records::IncidentHappened{{}, error, m_world.clock.wallTime()});
}

const records::RecordBook &Engine::records() const
{
    return m_history->book();
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
