#include "engine/practice/practice_line.h"

#include "engine/net/qt_web_socket.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/practice_log.h"
#include "engine/practice/punctual_clock.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/simulated_phone_network.h"
#include "engine/practice/twilio_rest_simulator.h"
#include "engine/practice/voice.h"
#include "engine/server/http_server.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// One process plays every vendor for every call: a hundred calls are some three hundred sockets, and a model's request
// carries a whole conversation.
server::Limits generousLimits()
{
    server::Limits limits;
    limits.maxBodyBytes = 8 * 1024 * 1024;
    limits.maxHeaderBytes = 64 * 1024;
    limits.requestTimeout = 30s;
    limits.idleTimeout = 300s;
    limits.maxConnections = 8192;
    limits.maxWebSocketMessageBytes = 4 * 1024 * 1024;
    return limits;
}

QJsonObject statistics(int liveCalls, const BeatLateness &beat, const QJsonObject &figures)
{
    const QJsonObject late{{u"wake_ups"_s, static_cast<qint64>(beat.wakeUps)},
                           {u"skipped_ticks"_s, static_cast<qint64>(beat.skippedTicks)},
                           {u"p50_ms"_s, static_cast<qint64>(beat.p50.count())},
                           {u"p99_ms"_s, static_cast<qint64>(beat.p99.count())},
                           {u"max_ms"_s, static_cast<double>(beat.max.count()) / 1000.0}};
    return {{u"live_calls"_s, liveCalls}, {u"beat_lateness"_s, late}, {u"figures"_s, figures}};
}

} // namespace

struct PracticeLine::Parts
{
    explicit Parts(const PracticeOptions &options)
        : random(options.seed), figures(clock),
          network(networkSettings(options), clock, random, sockets, board, figures,
                  [this](Speaker speaker, const QString &text, QObject *context, const auto &done) {
                      voice.say(speaker, text, context, done);
                  })
    {
    }

    static NetworkSettings networkSettings(const PracticeOptions &options)
    {
        NetworkSettings settings;
        settings.accountSid = options.accountSid;
        settings.authToken = options.authToken;
        settings.ownNumbers = options.ownNumbers;
        settings.callsPerSecond = options.callsPerSecond;
        settings.createFaults = options.createFaults;
        return settings;
    }

    /// What answers on the port.
    struct Front
    {
        Front(Parts &parts, const VendorLatency &latency)
            : server(std::make_unique<server::HttpServer>(generousLimits(), parts.clock)),
              carrier(*server, parts.network, parts.clock.wallTime()),
              vendors(*server, parts.clock, parts.random, parts.voice, parts.board, parts.figures, latency)
        {
        }
        // Before everything it has routes to.
        ~Front() { server.reset(); }

        std::unique_ptr<server::HttpServer> server;
        TwilioRestSimulator carrier;
        VendorSimulators vendors;
    };

    SystemClock systemClock;
    PunctualClock clock{systemClock};
    SeededRandom random;
    net::QtWebSocketFactory sockets{{.anyCertificateOnLoopback = true}};
    Voice voice;
    ScenarioBoard board;
    LineFigures figures;
    SimulatedPhoneNetwork network;
    std::optional<Front> front; ///< none while the line is away
};

PracticeLine::PracticeLine(PracticeOptions options, QObject *parent) : QObject(parent), m_options(std::move(options)) {}

PracticeLine::~PracticeLine() = default;

Result<quint16> PracticeLine::start()
{
    Q_ASSERT(!m_parts);
    const auto port = open(m_options.port);
    if (!port) {
        m_parts.reset();
        return port;
    }
    qCInfo(practiceLog, "practice line on http://127.0.0.1:%d", int(*port));
    if (m_options.outage) {
        m_comeBack = m_clock.makeTimer([this, port = *port] { comeBack(port); });
        m_goAway = m_clock.makeTimer([this] {
            goAway();
            m_comeBack->start(m_options.outage->lasts);
        });
        m_goAway->start(m_options.outage->after);
    }
    return port;
}

Result<quint16> PracticeLine::open(quint16 port)
{
    if (!m_parts)
        m_parts = std::make_unique<Parts>(m_options);
    m_parts->front.emplace(*m_parts, m_options.latency);
    server::HttpServer &server = *m_parts->front->server;
    server.route("GET", u"/practice/stats"_s, [this](const server::Request &, server::Responder responder) {
        server::Response response;
        response.body =
            QJsonDocument(statistics(liveCalls(), lateness(), m_parts->figures.json())).toJson(QJsonDocument::Compact);
        responder.send(response);
    });
    server.route("DELETE", u"/practice/stats"_s, [this](const server::Request &, server::Responder responder) {
        m_parts->network.beats().forgetLateness();
        m_parts->figures.forget();
        server::Response response;
        response.status = 204;
        responder.send(response);
    });
    return server.listen(QHostAddress(QHostAddress::LocalHost), port);
}

void PracticeLine::goAway()
{
    qCInfo(practiceLog, "the practice line is away");
    m_parts->front.reset();
    m_parts->network.cutAll();
    if (m_options.outage->forgets)
        m_parts.reset();
}

void PracticeLine::comeBack(quint16 port)
{
    if (const auto opened = open(port))
        qCInfo(practiceLog, "the practice line is back");
    else
        qCCritical(practiceLog, "the practice line cannot come back: %ls", qUtf16Printable(opened.error().message));
}

int PracticeLine::liveCalls() const
{
    return m_parts ? m_parts->network.liveCalls() : 0;
}

BeatLateness PracticeLine::lateness() const
{
    return m_parts ? m_parts->network.beats().lateness() : BeatLateness();
}

} // namespace engine::practice
