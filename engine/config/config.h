#pragma once

#include "engine/base/e164_number.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>

namespace engine::config {

enum class Environment { Local, Production };
enum class GreetingMode { AgentFirst, CalleeFirst };
enum class ModelProvider { Gemini, OpenAi };

/// TLS of our own (TLS_CERT_FILE, TLS_KEY_FILE): both files read and found to belong together, or nothing.
struct TlsConfig
{
    QList<QSslCertificate> certificateChain; ///< the server's own first
    QSslKey privateKey;
    bool isSet() const { return !certificateChain.isEmpty(); }
    bool operator==(const TlsConfig &) const = default;
};

struct ServerConfig
{
    QHostAddress bindAddress = QHostAddress(QHostAddress::LocalHost);
    quint16 port = 7860; ///< 0: any free one
    Secret apiKey;       ///< DIALDESK_API_KEY
    QUrl publicUrl;      ///< LOCAL_SERVER_URL without trailing slash; empty: ask the ngrok agent
    TlsConfig tls;
    bool operator==(const ServerConfig &) const = default;
};

struct TwilioConfig
{
    QString accountSid;
    Secret authToken;
    QString apiKeySid;   ///< REST signs in with this and apiKeySecret when both are set
    Secret apiKeySecret;
    QString fromNumber;  ///< E.164 or empty
    QUrl baseUrl = QUrl(QStringLiteral("https://api.twilio.com"));
    bool isSet() const { return !accountSid.isEmpty() && !authToken.isEmpty(); }
    bool operator==(const TwilioConfig &) const = default;
};

struct DeepgramConfig
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.deepgram.com"));
    QString model = QStringLiteral("nova-3"); ///< a name starting with "flux" selects /v2/listen
    bool operator==(const DeepgramConfig &) const = default;
};

struct GeminiConfig
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://generativelanguage.googleapis.com"));
    QString model = QStringLiteral("gemini-3.6-flash");
    bool operator==(const GeminiConfig &) const = default;
};

struct OpenAiConfig
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.openai.com/v1")); ///< ends before /chat/completions
    QString model;
    bool operator==(const OpenAiConfig &) const = default;
};

struct CartesiaConfig
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.cartesia.ai"));
    QString model = QStringLiteral("sonic-3.5");
    QString voiceId = QStringLiteral("71a7ad14-091c-4e8e-a314-022ece01c121");
    bool operator==(const CartesiaConfig &) const = default;
};

struct PipecatCloudConfig
{
    QString agentName;        ///< AGENT_NAME
    QString organizationName; ///< ORGANIZATION_NAME
    QString region = QStringLiteral("us-west");
    bool operator==(const PipecatCloudConfig &) const = default;
};

struct AgentConfig
{
    QString systemPrompt; ///< SYSTEM_PROMPT, or the content of SYSTEM_PROMPT_FILE; {{name}} is replaced by custom data
    QString greeting;
    GreetingMode greetingMode = GreetingMode::CalleeFirst;
    QString language = QStringLiteral("en"); ///< BCP 47
    bool transferEnabled = false;   ///< AGENT_TOOLS holds transfer_call
    bool sendDigitsEnabled = false; ///< AGENT_TOOLS holds send_digits
    bool operator==(const AgentConfig &) const = default;
};

/// Where calls may go (ALLOWED_COUNTRIES); see engine/destination_rule.h.
struct DestinationConfig
{
    /// Beginnings of numbers, "+1" or "+4420"; "*" is any country. Empty: the calling code of the From number.
    QStringList allowed;
    bool operator==(const DestinationConfig &) const = default;
};

struct LimitsConfig
{
    int maxCalls = 50;
    double callsPerSecond = 1.0;
    bool operator==(const LimitsConfig &) const = default;
};

struct HistoryConfig
{
    bool recording = true; ///< DIALDESK_RECORDING
    int retentionDays = 0; ///< calls and recordings older than this are deleted; 0: none
    bool operator==(const HistoryConfig &) const = default;
};

/// Every setting of the engine, validated. Built once at start by load(); each part gets only its piece, by value.
struct Config
{
    Environment environment = Environment::Local;
    ServerConfig server;
    TwilioConfig twilio;
    DeepgramConfig deepgram;
    ModelProvider modelProvider = ModelProvider::Gemini;
    GeminiConfig gemini;
    OpenAiConfig openAi;
    CartesiaConfig cartesia;
    PipecatCloudConfig pipecatCloud;
    AgentConfig agent;
    DestinationConfig destinations;
    LimitsConfig limits;
    HistoryConfig history;
    QString dataDir;       ///< absolute; created when first written to; "" (never from load()): history in memory, no recordings
    QString envFile;       ///< the file that was read, absolute; empty when there was none
    bool operator==(const Config &) const = default;
};

/// One thing missing before calls can be placed, as /readyz and the console show it.
struct MissingSetting
{
    QString name;     ///< e.g. "DEEPGRAM_API_KEY"
    QString sentence; ///< what it is for and how to get it
    bool operator==(const MissingSetting &) const = default;
};

/// What is still missing to place calls in this configuration (not an error at start: the program runs and says so).
/// Local mode needs the vendors' keys and a From number is only a default; production needs agent and organization names.
[[nodiscard]] QList<MissingSetting> missingForCalls(const Config &config, Environment environment);

/// Where settings come from, later ones win: defaults, `keptSecrets`, `fileValues`, `environment`, `commandLine`.
struct Sources
{
    QHash<QString, QString> keptSecrets; ///< from a SecretStore
    QHash<QString, QString> fileValues;
    QHash<QString, QString> environment;
    QHash<QString, QString> commandLine; ///< by setting name, e.g. PORT from --port
    QString directory;                   ///< relative paths (SYSTEM_PROMPT_FILE) start here
};

/// Builds the configuration. Empty values count as unset.
/// @return the Config, or every problem found, each a sentence naming the setting, what is wrong and what is right
[[nodiscard]] tl::expected<Config, QStringList> load(const Sources &sources);

/// Every setting name load() knows, in the order of env.example.
[[nodiscard]] QStringList settingNames();

/// The secrets that none of these sources gives a value for.
[[nodiscard]] QStringList absentSecrets(const Sources &sources);

[[nodiscard]] QString toWord(Environment environment); ///< "local", "production"

} // namespace engine::config
