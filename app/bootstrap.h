#pragma once

#include "engine/config/command_line.h"
#include "engine/config/config.h"
#include "engine/config/secret_store.h"
#include "engine/config/settings_store.h"
#include "engine/engine.h"
#include "engine/net/qt_http_client.h"
#include "engine/net/qt_web_socket.h"

#include <QObject>
#include <QStringList>
#include <QThread>

#include <memory>

namespace engine::practice {
class PracticeLine;
}

namespace app {

/// What is to be started, once options and settings have been understood.
struct Setup
{
    engine::config::CommandLine commandLine;
    engine::config::SettingsStore settings; ///< where `config` comes from
    engine::config::Config config;
    bool practice = false; ///< asked for, or no Twilio account is set
    QStringList warnings;
};

/// Reads options, .env and environment. On any problem the text to print and the exit status come back instead.
/// @param keychain  asked for the secrets that stand in none of them; null: there is none
[[nodiscard]] tl::expected<Setup, engine::config::PrintAndLeave> setUp(const QStringList &arguments, const QString &program,
                                                                       engine::config::SecretStore *keychain = nullptr);

/// The same start with other settings: what a change of them in the window leads to.
[[nodiscard]] Setup withConfig(Setup setup, const engine::config::Config &config);

/// Log lines to standard error: "2026-11-23T10:00:00.000Z level category: text". Phone numbers in them are masked, and what setUp()
/// found to be secret is left out.
void installLog();

/// For programs without a window, before their application object: event loops that cost little with many sockets.
void useLeanEventLoops();

/// Lets the process have as many open sockets as the system permits.
void raiseFileLimit();

/// The practice line inside the program: on a thread of its own, so that simulated people never take time from the engine.
class PracticeHost : public QObject
{
    Q_OBJECT
public:
    PracticeHost();
    ~PracticeHost() override;

    /// Starts it and points the configuration at it. @return an Error when no port could be had
    [[nodiscard]] engine::Result<engine::Done> start(engine::config::Config &config, const QStringList &ownNumbers);

private:
    QThread m_thread;
    std::unique_ptr<engine::practice::PracticeLine> m_line; // lives on m_thread
};

/// Starts the practice line and points the setup at it, when it is wanted; otherwise does nothing.
[[nodiscard]] engine::Result<engine::Done> startPractice(PracticeHost &practice, Setup &setup);

/// Logs the line with the address once the engine listens (contract.md section 1).
void logListening(engine::Engine &engine);

/// The engine and the world it lives in, on the thread that makes this object.
class EngineHost
{
public:
    EngineHost(const Setup &setup);
    engine::Engine &engine() { return m_engine; }

private:
    engine::SystemClock m_clock;
    engine::SystemRandom m_random;
    engine::net::QtHttpClient m_http;
    engine::net::QtWebSocketFactory m_sockets;
    engine::Engine m_engine;
};

/// Runs the engine without a window until SIGTERM, SIGINT or, with --wait, the end of the dialed call.
/// Needs a QCoreApplication. @return the exit status of contract.md section 1
int runHeadless(Setup setup);

} // namespace app
