#include "engine/engine.h"

#include "engine/call_history.h"
#include "engine/calls/call_desk.h"
#include "engine/calls/sentinel.h"
#include "engine/checks/key_checks.h"
#include "engine/checks/vendor_settings.h"
#include "engine/destination_rule.h"
#include "engine/do_not_call_routes.h"
#include "engine/door.h"
#include "engine/event_stream.h"
#include "engine/http_api.h"
#include "engine/public_address.h"
#include "engine/readiness_checks.h"
#include "engine/recording/recording_folder.h"
#include "engine/records/do_not_call.h"
#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sqlite_dial_journal.h"
#include "engine/self_routes.h"
#include "engine/server/http_server.h"
#include "engine/speech/phrase_book.h"
#include "engine/turns/silero_vad.h"
#include "engine/twilio/twilio_rest.h"
#include "engine/twilio/twiml.h"
#include "engine/twilio_routes.h"
#include "engine/vendors.h"

#include <QDir>
#include <QLoggingCategory>
#include <QPointer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

Q_LOGGING_CATEGORY(lcEngine, "dialdesk.engine")

namespace {

constexpr auto kShutDownPatience = 10s;
constexpr int kProofKeyBytes = 32;
constexpr auto kLevelPeriod = 100ms;

QUrl urlOf(const QString &scheme, const QHostAddress &host, quint16 port)
{
    QUrl url;
    url.setScheme(scheme);
    url.setHost(host.toString());
    url.setPort(port);
    return url;
}

/// Where a program on this machine reaches a server that listens on this address.
QHostAddress localHost(const QHostAddress &bound)
{
    if (bound == QHostAddress(QHostAddress::AnyIPv6))
        return QHostAddress(QHostAddress::LocalHostIPv6);
    if (bound == QHostAddress(QHostAddress::AnyIPv4) || bound == QHostAddress(QHostAddress::Any))
        return QHostAddress(QHostAddress::LocalHost);
    return bound;
}

twilio::CustomData ordered(const QMap<QString, QString> &data)
{
    twilio::CustomData list;
    for (auto it = data.cbegin(); it != data.cend(); ++it)
        list.append({it.key(), it.value()});
    return list;
}

/// The country of the account's own number: numbers without a country code are of the same.
QString homeRegion(const config::TwilioConfig &config)
{
    const auto from = E164Number::parse(config.fromNumber);
    return from ? from->region() : QString();
}

} // namespace

Engine::Engine(const config::Config &config, const EngineOptions &options, const EngineWorld &world, QObject *parent)
    : QObject(parent), m_config(config), m_options(options), m_world(world), m_redaction(config)
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
    m_journal = std::make_unique<records::sqlite::SqliteDialJournal>(*m_database, world.clock, config.twilio.accountSid,
                                                                     QString::fromLatin1(world.random.hex(8)));
    m_network = std::make_unique<twilio::TwilioRest>(checks::twilioSettings(config.twilio), world.http, world.clock, world.random);
    m_phrases = std::make_unique<speech::PhraseBook>();
    m_factory = std::make_unique<Vendors>(config, world.http, world.sockets, world.clock);
    const calls::AgentParts parts{*m_factory, *m_phrases, m_vadWeights, world.clock, m_recordings.get()};
    m_desk = std::make_unique<calls::CallDesk>(config.agent, config.limits, options.calls, *m_network, *m_journal, parts, world.random);
    m_sentinel = std::make_unique<calls::Sentinel>(
        calls::Sentinel::Owners{[this] { return !m_desk->isIdle(); }, [this](const CallSid &sid) { return m_desk->find(sid) != nullptr; },
                                [this](qint64 entry) { return m_desk->isPlacing(entry); },
                                [this](const QString &to, const QString &from) { return m_desk->isPlacing(to, from); }},
        *m_network, *m_journal, world.clock);
    m_address = std::make_unique<PublicAddress>(config.server.publicUrl, world.http, options.ngrokApi);
    m_doNotCall = std::make_unique<records::DoNotCallList>(
        config.dataDir.isEmpty() ? QString() : QDir(config.dataDir).filePath(u"do_not_call.csv"_s));
    m_door = std::make_unique<Door>(config.server.apiKey, world.clock);
    m_server = std::make_unique<server::HttpServer>(server::Limits{}, world.clock);
    m_events = std::make_unique<EventStream>();
    m_api = std::make_unique<HttpApi>(*m_server, *m_door, *this, *m_events, world.clock);
    m_doNotCallApi = std::make_unique<DoNotCallRoutes>(*m_server, *m_door, *m_doNotCall, homeRegion(config.twilio), world.clock);
    m_twilio = std::make_unique<TwilioRoutes>(*m_server, *m_door, *m_desk, *m_address, config.twilio, config.pipecatCloud, world.clock);
    const Secret proofKey(world.random.hex(kProofKeyBytes));
    m_self = std::make_unique<SelfRoutes>(*m_server, proofKey);
    m_checks = std::make_unique<ReadinessChecks>(config, *m_address, proofKey, world.http, world.sockets, *m_journal, world.clock,
                                                 world.random);
    m_shutDownTimer = world.clock.makeTimer([this] {
        qCWarning(lcEngine) << m_desk->liveCalls() << "calls had not reported their end when the server stopped";
        finishShutDown();
    });
    m_levelTimer = world.clock.makeTimer([this] { measureLevels(); });

    connect(m_desk.get(), &calls::CallDesk::placed, this,
            [this](const CallSid &sid, const QMap<QString, QString> &customData) { m_history->open(sid, customData); });
    connect(m_desk.get(), &calls::CallDesk::event, this, &Engine::onEvent);
    // Straight into the store: the record of an earlier run is there, or is begun there.
    connect(m_sentinel.get(), &calls::Sentinel::ending, this,
            [this](const CallSid &sid, const QMap<QString, QString> &customData) { m_history->store().open(sid, customData); });
    connect(m_sentinel.get(), &calls::Sentinel::event, this, &Engine::onEvent);
    connect(m_desk.get(), &calls::CallDesk::idle, this, [this] {
        if (m_shuttingDown)
            finishShutDown();
        else
            tellIdle();
    });
    connect(m_address.get(), &PublicAddress::changed, this, &Engine::publicAddressChanged);
    connect(m_door.get(), &Door::incident, this, &Engine::tellIncident);
    m_desk->setNumberRule([this](const E164Number &to, const E164Number &from) { return checkNumber(to, from); });
    connect(m_desk.get(), &calls::CallDesk::doNotCallAsked, this, &Engine::callNoMore);
    connect(m_doNotCall.get(), &records::DoNotCallList::added, m_desk.get(),
            [this](const E164Number &number) { m_desk->cancelUnanswered(number, u"do_not_call"_s); });
    connect(m_checks.get(), &ReadinessChecks::changed, this, [this] { emit readinessChanged(readiness()); });
    connect(m_database.get(), &records::sqlite::Database::troubled, this, &Engine::tellIncident);
    connect(m_database.get(), &records::sqlite::Database::troubled, m_checks.get(), &ReadinessChecks::lookAtDataFolder);
    if (m_recordings)
        connect(m_recordings.get(), &recording::RecordingFolder::troubled, this, &Engine::tellIncident);
    endInterrupted();
}

Engine::~Engine() = default;

void Engine::endInterrupted()
{
    m_journal->open(this, [this](const Result<std::vector<records::DialEntry>> &open) {
        // The sentinel finds out about the calls the journal has open; of any others nobody can know more than their records tell.
        QSet<CallSid> known;
        for (const records::DialEntry &entry : open.value_or(std::vector<records::DialEntry>()))
            known.insert(entry.answer.sid);
        m_history->endInterrupted(known);
    });
}

Result<quint16> Engine::listen()
{
    if (const auto read = m_doNotCall->load(); !read)
        tellIncident(read.error());
    if (m_config.server.tls.isSet())
        m_server->useTls(m_config.server.tls.certificateChain, m_config.server.tls.privateKey);
    const auto port = m_server->listen(m_config.server.bindAddress, m_config.server.port);
    if (!port)
        return port;
    m_address->setPort(*port);
    // The practice line is on this machine too and needs no tunnel.
    const QString scheme = m_config.server.tls.isSet() ? u"https"_s : u"http"_s;
    if (m_options.practice)
        m_address->setConfigured(urlOf(scheme, localHost(m_config.server.bindAddress), *port));
    m_listeningOn = urlOf(scheme, m_config.server.bindAddress, *port).toString();
    m_sentinel->start();
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
    for (checks::Check &check : readiness.checks)
        check.sentence = m_redaction.of(check.sentence); // vendors' words among it
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
    return m_metrics.text(m_desk->liveCalls(), m_door->refusals());
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
    connect(job, &DialJob::finished, this, [this](const Result<CallSid> &sid) {
        if (!sid)
            m_checks->doubt(sid.error());
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
                       u"Calls cannot be placed yet. Missing: %1. Set %2 in .env and start again."_s.arg(
                           missing.join(", "_L1), missing.size() == 1 ? u"it"_s : u"them"_s)});

    if (const auto allowed = checkNumber(*to, *from); !allowed)
        return refuse(allowed.error());

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
    order.requestKey = request.requestKey;
    order.requestHash = request.requestHash;
    order.instructionsUrl = QUrl(base.toString() + u"/twiml"_s);
    order.statusUrl = QUrl(base.toString() + u"/status"_s);
    auto *placing = m_desk->place(order, this);
    connect(placing, &calls::PlaceJob::finished, this,
            [this, placing, to, job = QPointer(job)](const Result<CallSid> &sid) {
                // Put on the list while the carrier was being asked: nobody has answered yet.
                if (sid && m_doNotCall->contains(to))
                    m_desk->hangUp(*sid, u"do_not_call"_s);
                if (!job)
                    return;
                if (!sid && (sid.error().code == "too_many_calls"_L1 || sid.error().code == "too_fast"_L1))
                    job->retryAfter = placing->retryAfter;
                emit job->finished(sid.map_error([this](const Error &error) { return m_redaction.of(error); }), to.value());
                job->deleteLater();
            });
}

Result<Done> Engine::checkNumber(const E164Number &to, const E164Number &from)
{
    if (auto allowed = checkDestination(to, from, m_config.destinations, m_options.practice); !allowed)
        return allowed;
    return m_doNotCall->check(to);
}

void Engine::callNoMore(const E164Number &number)
{
    const records::DoNotCallEntry entry{number, m_world.clock.wallTime().date(), u"asked on the phone"_s};
    // The practice line's people are not those the operator's list is about.
    const auto keep = m_options.practice ? records::DoNotCallList::Keep::ThisRun : records::DoNotCallList::Keep::OnDisk;
    connect(m_doNotCall->add({entry}, keep, this), &records::DoNotCallJob::finished, this, [this](const Result<Done> &done) {
        if (!done)
            tellIncident(done.error());
    });
}

void Engine::tellIncident(const Error &error)
{
    qCWarning(lcEngine).noquote() << m_redaction.of(error.message);
    onEvent(records::IncidentHappened{{}, error, m_world.clock.wallTime()});
}

void Engine::hangUp(const CallSid &sid)
{
    m_desk->hangUp(sid, u"operator"_s);
}

void Engine::watchLevels(bool wanted)
{
    if (wanted)
        m_levelTimer->startRepeating(kLevelPeriod);
    else
        m_levelTimer->stop();
}

void Engine::measureLevels()
{
    const records::CallLevels levels = m_desk->levels();
    if (std::exchange(m_hadLevels, !levels.isEmpty()) || !levels.isEmpty())
        emit levelsMeasured(levels);
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

void Engine::onEvent(const records::Event &happened)
{
    records::Event event = happened;
    if (auto *incident = std::get_if<records::IncidentHappened>(&event)) {
        m_checks->doubt(incident->error);
        incident->error = m_redaction.of(incident->error);
    }
    m_history->apply(event);
    m_metrics.apply(event);
    m_events->send(event);
    emit this->event(event);
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
    m_sentinel->stop();
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
