#pragma once

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/calls/call_settings.h"
#include "engine/config/config.h"
#include "engine/dial_request.h"
#include "engine/metrics.h"
#include "engine/net/http_client.h"
#include "engine/net/web_socket.h"
#include "engine/records/events.h"

#include <QObject>

#include <memory>

namespace engine::calls {
class AgentFactory;
class CallDesk;
class LiveCall;
} // namespace engine::calls
namespace engine::recording {
class RecordingFolder;
}
namespace engine::records {
class RecordBook;
}
namespace engine::records::sqlite {
class Database;
}
namespace engine::server {
class HttpServer;
}
namespace engine::speech {
class PhraseBook;
}
namespace engine::telephony {
class PhoneNetwork;
}
namespace engine::turns {
class SileroWeights;
}

namespace engine {

class CallHistory;
class EventStream;
class HttpApi;
class PublicAddress;
class TwilioRoutes;

/// The world as the engine sees it; everything outlives the Engine and belongs to its thread.
struct EngineWorld
{
    Clock &clock;
    Random &random;
    net::HttpClient &http;
    net::WebSocketFactory &sockets;
};

/// What is not a setting of the operator's.
struct EngineOptions
{
    bool practice = false; ///< calls are marked as practice; the configuration already points at the practice line
    QUrl ngrokApi = QUrl(QStringLiteral("http://127.0.0.1:4040/api/tunnels"));
    calls::CallSettings calls;
};

/// One wish to dial under way. finished() comes once, then the job deletes itself.
class DialJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    std::chrono::seconds retryAfter{0}; ///< over 0: the wish may succeed after this long

signals:
    /// The call and the number as dialed, or why there is none.
    void finished(const engine::Result<engine::CallSid> &sid, const QString &toNumber);
};

/// What still stands between here and a call.
struct Readiness
{
    QList<config::MissingSetting> missing;
    bool ready() const { return missing.isEmpty(); }
    bool operator==(const Readiness &) const = default;
};

/// The whole engine behind one face: commands in, signals with values out. The one class ui talks to.
///
/// Lives on one thread, where it is made and destroyed; commands from another thread are queued (QMetaObject::invokeMethod), and what
/// comes out are values.
class Engine : public QObject
{
    Q_OBJECT
public:
    Engine(const config::Config &config, const EngineOptions &options, const EngineWorld &world, QObject *parent = nullptr);
    ~Engine() override;

    /// Opens the server. @return the port, or why not (Fault::Settings)
    [[nodiscard]] Result<quint16> listen();

    /// Checks everything and dials. @return never null; answered later, never from within this call
    [[nodiscard]] DialJob *dial(const DialRequest &request, QObject *parent);
    void hangUp(const CallSid &sid);
    /// Asks again where the outside reaches us; publicAddressChanged() comes when the answer is a new one, an empty address when a
    /// tunnel is gone.
    void lookForPublicAddress();
    /// Which environment the next calls are dialed with; those under way keep theirs.
    void setEnvironment(config::Environment environment);
    /// Refuses new calls, ends the live ones at the carrier, waits for their ends (bounded), closes; then stopped().
    void shutDown();

    const config::Config &config() const { return m_config; }
    bool practice() const { return m_options.practice; }
    Readiness readiness() const;
    const records::RecordBook &records() const;
    CallHistory &history() { return *m_history; } ///< for those on the engine's thread
    QByteArray metricsText() const;

signals:
    void event(const engine::records::Event &event);
    void listening(const QString &url);
    void publicAddressChanged(const QUrl &base);
    void stopped();

private:
    void onEvent(const records::Event &event);
    [[nodiscard]] Result<QMap<QString, QString>> checkedData(const DialRequest &request) const;
    void placeCall(const DialRequest &request, const E164Number &to, const E164Number &from, const QUrl &base, DialJob *job);
    void finishShutDown();
    /// An incident about no call in particular.
    void tell(const Error &error);

    config::Config m_config;
    EngineOptions m_options;
    EngineWorld m_world;
    std::shared_ptr<const turns::SileroWeights> m_vadWeights;
    std::unique_ptr<records::sqlite::Database> m_database;
    std::unique_ptr<recording::RecordingFolder> m_recordings; // null: calls are not recorded
    std::unique_ptr<CallHistory> m_history;
    std::unique_ptr<telephony::PhoneNetwork> m_network;
    std::unique_ptr<speech::PhraseBook> m_phrases;
    std::unique_ptr<calls::AgentFactory> m_factory;
    std::unique_ptr<calls::CallDesk> m_desk;
    std::unique_ptr<PublicAddress> m_address;
    std::unique_ptr<server::HttpServer> m_server;
    std::unique_ptr<EventStream> m_events;
    std::unique_ptr<HttpApi> m_api;
    std::unique_ptr<TwilioRoutes> m_twilio;
    std::unique_ptr<Timer> m_shutDownTimer;
    Metrics m_metrics;
    bool m_shuttingDown = false;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::Readiness)
