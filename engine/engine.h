#pragma once

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/calls/call_settings.h"
#include "engine/checks/check.h"
#include "engine/config/config.h"
#include "engine/config/redaction.h"
#include "engine/dial_request.h"
#include "engine/metrics.h"
#include "engine/net/check_job.h"
#include "engine/net/http_client.h"
#include "engine/net/web_socket.h"
#include "engine/records/call_level.h"
#include "engine/records/events.h"
#include "engine/speech/speech_sample.h"
#include "engine/speech/voice.h"
#include "engine/telephony/phone_network.h"

#include <QObject>

#include <memory>

namespace engine::checks {
class KeyChecks;
}
namespace engine::calls {
class AgentFactory;
class CallDesk;
class LiveCall;
class Sentinel;
} // namespace engine::calls
namespace engine::recording {
class RecordingFolder;
}
namespace engine::records {
class DialJournal;
class DoNotCallList;
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
class DoNotCallRoutes;
class Door;
class EventStream;
class HttpApi;
class PublicAddress;
class ReadinessChecks;
class SelfRoutes;
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
    bool checkReadiness = true; ///< ask the vendors, from listen() on, whether calls would work
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

/// Settings that are not in use yet, to be tried: a key, a voice.
struct Trial
{
    config::Config config;
    bool practice = false; ///< with them calls would go to the practice line
    bool operator==(const Trial &) const = default;
};

/// What is known of the way to a call.
struct Readiness
{
    QList<config::MissingSetting> missing;
    QList<checks::Check> checks; ///< empty until the server listens
    std::vector<telephony::OwnNumber> ownNumbers; ///< of the account; empty until they are known
    /// Nothing known stands in the way. A check without an answer yet does not: whoever starts the program and dials at
    /// once is not to be held up by a vendor that is slow to answer a question.
    bool ready() const { return missing.isEmpty() && !checks::anyBad(checks); }
    /// An answer is still to come.
    bool checking() const { return checks::anyPending(checks); }
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
    /// While somebody looks at meters: levelsMeasured() ten times a second.
    void watchLevels(bool wanted);
    /// Refuses new calls, ends the live ones at the carrier, waits for their ends (bounded), closes; then stopped().
    void shutDown();

    /// The voices the speech vendor offers to the key of the trial. @return never null; answered later
    [[nodiscard]] speech::VoiceListJob *listVoices(const Trial &trial, QObject *parent);
    /// A few words in the voice of the trial. @return never null; answered later
    [[nodiscard]] speech::SpeechSampleJob *speakSample(const Trial &trial, const QString &text, QObject *parent);

    /// Whether the vendor takes the key that this setting of the trial holds, for the settings that are keys of vendors.
    /// @return never null; answered later
    [[nodiscard]] net::CheckJob *checkKey(const Trial &trial, const QString &setting, QObject *parent);

    /// Whether nothing is under way: no call live or being placed, no wish to dial unanswered.
    bool isIdle() const;

    const config::Config &config() const { return m_config; }
    const calls::CallSettings &callSettings() const { return m_options.calls; }
    bool practice() const { return m_options.practice; }
    /// As listening() told it; empty before.
    const QString &listeningOn() const { return m_listeningOn; }
    /// As publicAddressChanged() told it last.
    QUrl publicAddress() const;
    Readiness readiness() const;
    /// Asks everything calls need again, at once; readinessChanged() tells what comes of it.
    void checkAgain();
    void checkAgain(checks::CheckId id);
    /// For keys that are not saved yet. On the engine's thread only.
    const checks::KeyChecks &keyChecks() const;
    const records::RecordBook &records() const;
    CallHistory &history() { return *m_history; } ///< for those on the engine's thread
    records::DialJournal &journal() { return *m_journal; } ///< likewise
    records::DoNotCallList &doNotCall() { return *m_doNotCall; } ///< likewise
    QByteArray metricsText() const;

signals:
    void event(const engine::records::Event &event);
    void listening(const QString &url);
    void publicAddressChanged(const QUrl &base);
    void readinessChanged(const engine::Readiness &readiness);
    /// isIdle() has become true.
    void idle();
    /// Of all calls that have sound; once more without any when the last has ended.
    void levelsMeasured(const engine::records::CallLevels &levels);
    void stopped();

private:
    [[nodiscard]] config::Config reachable(const Trial &trial) const;
    void tellIdle();
    void onEvent(const records::Event &happened);
    /// An incident about no call in particular.
    void tellIncident(const Error &error);
    /// Whether this number may be called at all: the countries allowed, the do-not-call list.
    [[nodiscard]] Result<Done> checkNumber(const E164Number &to, const E164Number &from);
    void callNoMore(const E164Number &number);
    [[nodiscard]] Result<QMap<QString, QString>> checkedData(const DialRequest &request) const;
    void placeCall(const DialRequest &request, const E164Number &to, const E164Number &from, const QUrl &base, DialJob *job);
    void finishShutDown();
    void endInterrupted();
    void measureLevels();

    config::Config m_config;
    EngineOptions m_options;
    EngineWorld m_world;
    config::Redaction m_redaction;
    std::shared_ptr<const turns::SileroWeights> m_vadWeights;
    std::unique_ptr<records::sqlite::Database> m_database;
    std::unique_ptr<recording::RecordingFolder> m_recordings; // null: calls are not recorded
    std::unique_ptr<CallHistory> m_history;
    std::unique_ptr<records::DialJournal> m_journal;
    std::unique_ptr<telephony::PhoneNetwork> m_network;
    std::unique_ptr<speech::PhraseBook> m_phrases;
    std::unique_ptr<calls::AgentFactory> m_factory;
    std::unique_ptr<calls::CallDesk> m_desk;
    std::unique_ptr<calls::Sentinel> m_sentinel;
    std::unique_ptr<PublicAddress> m_address;
    std::unique_ptr<records::DoNotCallList> m_doNotCall;
    std::unique_ptr<Door> m_door;
    std::unique_ptr<server::HttpServer> m_server;
    std::unique_ptr<EventStream> m_events;
    std::unique_ptr<HttpApi> m_api;
    std::unique_ptr<DoNotCallRoutes> m_doNotCallApi;
    std::unique_ptr<TwilioRoutes> m_twilio;
    std::unique_ptr<ReadinessChecks> m_checks;
    std::unique_ptr<SelfRoutes> m_self;
    std::unique_ptr<Timer> m_shutDownTimer;
    std::unique_ptr<Timer> m_levelTimer;
    Metrics m_metrics;
    QString m_listeningOn;
    int m_wishes = 0; // to dial, unanswered
    bool m_shuttingDown = false;
    bool m_hadLevels = false;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::Readiness)
