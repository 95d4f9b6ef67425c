#include "engine/config/config.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

constexpr qint64 kPromptFileLimit = 4 * 1024 * 1024;

/// Looks settings up in their order of precedence and collects every problem on the way.
class Loader
{
public:
    explicit Loader(const Sources &sources) : m_sources(sources) {}

    tl::expected<Config, QStringList> load();

private:
    QString value(const QString &name) const
    {
        for (const auto *source : {&m_sources.commandLine, &m_sources.environment, &m_sources.fileValues})
            if (const QString found = source->value(name).trimmed(); !found.isEmpty())
                return found;
        return {};
    }
    void problem(const QString &sentence) { m_problems.append(sentence); }

    void text(const QString &name, QString &into) const
    {
        if (const QString found = value(name); !found.isEmpty())
            into = found;
    }

    void secret(const QString &name, Secret &into)
    {
        const QString found = value(name);
        if (found.isEmpty())
            return;
        // A header cannot carry these; a key pasted with a line break in it is the usual cause.
        if (std::any_of(found.cbegin(), found.cend(), [](QChar c) { return c.unicode() < 0x21 || c.unicode() > 0x7E; }))
            problem(u"%1 holds a space, a line break or a character that keys never have. Paste the key again."_s.arg(name));
        else
            into = Secret(found.toLatin1());
    }

    template <typename T>
    void choice(const QString &name, const QList<std::pair<QString, T>> &choices, T &into)
    {
        const QString found = value(name);
        if (found.isEmpty())
            return;
        QStringList words;
        for (const auto &[word, meaning] : choices) {
            if (found.compare(word, Qt::CaseInsensitive) == 0) {
                into = meaning;
                return;
            }
            words.append(word);
        }
        const QString last = words.takeLast();
        problem(u"%1 is \"%2\"; it can be %3 or %4."_s.arg(name, found.left(40), words.join(", "_L1), last));
    }

    template <typename T>
    void number(const QString &name, T low, T high, T &into)
    {
        const QString found = value(name);
        if (found.isEmpty())
            return;
        bool ok = false;
        const double parsed = found.toDouble(&ok);
        const bool whole = std::is_floating_point_v<T> || parsed == static_cast<double>(static_cast<qint64>(parsed));
        const bool inRange = parsed >= static_cast<double>(low) && parsed <= static_cast<double>(high); // false for nan
        if (!ok || !whole || !inRange)
            problem(u"%1 is \"%2\"; it must be a number from %3 to %4."_s.arg(name, found.left(40)).arg(low).arg(high));
        else
            into = static_cast<T>(parsed);
    }

    void baseUrl(const QString &name, bool pathAllowed, QUrl &into)
    {
        QString found = value(name);
        if (found.isEmpty())
            return;
        while (found.endsWith(u'/'))
            found.chop(1);
        const QUrl url(found, QUrl::StrictMode);
        const bool webScheme = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
        if (!url.isValid() || !webScheme || url.host().isEmpty() || url.hasQuery() || url.hasFragment() || !url.userInfo().isEmpty() ||
            (!pathAllowed && !url.path().isEmpty()))
            problem(u"%1 is \"%2\"; it must be of the form https://host or http://host:port."_s.arg(name, found.left(120)));
        else
            into = url;
    }

    void loadServer();
    void loadTwilio();
    void loadVendors();
    void loadAgent();

    const Sources &m_sources;
    QStringList m_problems;
    Config m_config;
};

void Loader::loadServer()
{
    ServerConfig &server = m_config.server;
    number<quint16>(u"PORT"_s, 0, 65535, server.port);
    if (const QString bind = value(u"BIND_ADDRESS"_s); !bind.isEmpty()) {
        const QHostAddress address = bind == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(bind);
        if (address.isNull())
            problem(u"BIND_ADDRESS is \"%1\"; it must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0."_s.arg(bind.left(80)));
        else
            server.bindAddress = address;
    }
    secret(u"DIALDESK_API_KEY"_s, server.apiKey);
    baseUrl(u"LOCAL_SERVER_URL"_s, true, server.publicUrl);
    if (server.publicUrl.scheme() == "http"_L1 && !QHostAddress(server.publicUrl.host()).isLoopback() &&
        server.publicUrl.host() != "localhost"_L1) {
        problem(u"LOCAL_SERVER_URL begins with http://. Twilio's media streams need a public https:// address, such as the one ngrok prints."_s);
        server.publicUrl = {};
    }
}

void Loader::loadTwilio()
{
    TwilioConfig &twilio = m_config.twilio;
    text(u"TWILIO_ACCOUNT_SID"_s, twilio.accountSid);
    secret(u"TWILIO_AUTH_TOKEN"_s, twilio.authToken);
    text(u"TWILIO_API_KEY_SID"_s, twilio.apiKeySid);
    secret(u"TWILIO_API_KEY_SECRET"_s, twilio.apiKeySecret);
    baseUrl(u"TWILIO_API_BASE_URL"_s, false, twilio.baseUrl);
    if (!twilio.accountSid.isEmpty() && !twilio.accountSid.startsWith("AC"_L1))
        problem(u"TWILIO_ACCOUNT_SID must begin with AC; it is shown on the first page of the Twilio console. (An API key, SK..., goes into TWILIO_API_KEY_SID.)"_s);
    if (twilio.apiKeySid.isEmpty() != twilio.apiKeySecret.isEmpty())
        problem(u"TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET belong together; only one of them is set."_s);
    if (const QString from = value(u"TWILIO_FROM_NUMBER"_s); !from.isEmpty()) {
        if (const auto number = E164Number::parse(from))
            twilio.fromNumber = number->value();
        else
            problem(u"TWILIO_FROM_NUMBER: "_s + number.error().message);
    }
}

void Loader::loadVendors()
{
    secret(u"DEEPGRAM_API_KEY"_s, m_config.deepgram.apiKey);
    baseUrl(u"DEEPGRAM_BASE_URL"_s, false, m_config.deepgram.baseUrl);
    text(u"DEEPGRAM_MODEL"_s, m_config.deepgram.model);

    choice<ModelProvider>(u"LLM_PROVIDER"_s, {{u"gemini"_s, ModelProvider::Gemini}, {u"openai"_s, ModelProvider::OpenAi}},
                          m_config.modelProvider);
    secret(u"GOOGLE_API_KEY"_s, m_config.gemini.apiKey);
    baseUrl(u"GOOGLE_API_BASE_URL"_s, false, m_config.gemini.baseUrl);
    text(u"GOOGLE_MODEL"_s, m_config.gemini.model);
    secret(u"OPENAI_API_KEY"_s, m_config.openAi.apiKey);
    baseUrl(u"OPENAI_BASE_URL"_s, true, m_config.openAi.baseUrl);
    text(u"OPENAI_MODEL"_s, m_config.openAi.model);

    secret(u"CARTESIA_API_KEY"_s, m_config.cartesia.apiKey);
    baseUrl(u"CARTESIA_BASE_URL"_s, false, m_config.cartesia.baseUrl);
    text(u"CARTESIA_MODEL"_s, m_config.cartesia.model);
    text(u"CARTESIA_VOICE_ID"_s, m_config.cartesia.voiceId);

    text(u"AGENT_NAME"_s, m_config.pipecatCloud.agentName);
    text(u"ORGANIZATION_NAME"_s, m_config.pipecatCloud.organizationName);
    choice<QString>(u"PIPECAT_CLOUD_REGION"_s,
                    {{u"us-west"_s, u"us-west"_s}, {u"us-east"_s, u"us-east"_s}, {u"eu-central"_s, u"eu-central"_s}, {u"ap-south"_s, u"ap-south"_s}},
                    m_config.pipecatCloud.region);
}

void Loader::loadAgent()
{
    AgentConfig &agent = m_config.agent;
    text(u"LANGUAGE"_s, agent.language);
    text(u"GREETING"_s, agent.greeting);
    choice<GreetingMode>(u"GREETING_MODE"_s,
                         {{u"agent_first"_s, GreetingMode::AgentFirst}, {u"callee_first"_s, GreetingMode::CalleeFirst}},
                         agent.greetingMode);
    for (const QString &tool : value(u"AGENT_TOOLS"_s).split(u',', Qt::SkipEmptyParts)) {
        if (tool.trimmed() == "transfer_call"_L1)
            agent.transferEnabled = true;
        else if (tool.trimmed() == "send_digits"_L1)
            agent.sendDigitsEnabled = true;
        else
            problem(u"AGENT_TOOLS names \"%1\"; it can hold transfer_call and send_digits, separated by a comma."_s.arg(tool.trimmed().left(40)));
    }

    text(u"SYSTEM_PROMPT"_s, agent.systemPrompt);
    const QString promptFile = value(u"SYSTEM_PROMPT_FILE"_s);
    if (promptFile.isEmpty())
        return;
    if (!agent.systemPrompt.isEmpty()) {
        problem(u"SYSTEM_PROMPT and SYSTEM_PROMPT_FILE are both set; keep one of them."_s);
        return;
    }
    QFile file(QDir(m_sources.directory).filePath(promptFile));
    if (!file.open(QIODevice::ReadOnly))
        problem(u"SYSTEM_PROMPT_FILE names %1, which cannot be read: %2."_s.arg(promptFile, file.errorString()));
    else if (file.size() > kPromptFileLimit)
        problem(u"SYSTEM_PROMPT_FILE names %1, which is larger than 4 MiB."_s.arg(promptFile));
    else
        agent.systemPrompt = QString::fromUtf8(file.readAll());
}

tl::expected<Config, QStringList> Loader::load()
{
    choice<Environment>(u"ENV"_s, {{u"local"_s, Environment::Local}, {u"production"_s, Environment::Production}}, m_config.environment);
    loadServer();
    loadTwilio();
    loadVendors();
    loadAgent();
    number<int>(u"DIALDESK_MAX_CALLS"_s, 1, 10'000, m_config.limits.maxCalls);
    number<double>(u"DIALDESK_CALLS_PER_SECOND"_s, 0.01, 1000.0, m_config.limits.callsPerSecond);
    text(u"DIALDESK_DATA_DIR"_s, m_config.dataDir);
    m_config.dataDir = m_config.dataDir.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                                                  : QDir(m_sources.directory).absoluteFilePath(m_config.dataDir);
    if (m_problems.isEmpty())
        return m_config;
    return tl::unexpected(m_problems);
}

} // namespace

tl::expected<Config, QStringList> load(const Sources &sources)
{
    return Loader(sources).load();
}

QStringList settingNames()
{
    return {u"GOOGLE_API_KEY"_s, u"DEEPGRAM_API_KEY"_s, u"CARTESIA_API_KEY"_s, u"TWILIO_ACCOUNT_SID"_s, u"TWILIO_AUTH_TOKEN"_s,
            u"TWILIO_API_KEY_SID"_s, u"TWILIO_API_KEY_SECRET"_s, u"TWILIO_FROM_NUMBER"_s, u"LOCAL_SERVER_URL"_s, u"ENV"_s,
            u"AGENT_NAME"_s, u"ORGANIZATION_NAME"_s, u"PIPECAT_CLOUD_REGION"_s, u"SYSTEM_PROMPT"_s, u"SYSTEM_PROMPT_FILE"_s,
            u"GREETING"_s, u"GREETING_MODE"_s, u"LANGUAGE"_s, u"AGENT_TOOLS"_s, u"DEEPGRAM_MODEL"_s, u"GOOGLE_MODEL"_s,
            u"CARTESIA_MODEL"_s, u"CARTESIA_VOICE_ID"_s, u"LLM_PROVIDER"_s, u"OPENAI_BASE_URL"_s, u"OPENAI_API_KEY"_s,
            u"OPENAI_MODEL"_s, u"PORT"_s, u"BIND_ADDRESS"_s, u"DIALDESK_API_KEY"_s, u"DIALDESK_DATA_DIR"_s, u"DIALDESK_MAX_CALLS"_s,
            u"DIALDESK_CALLS_PER_SECOND"_s, u"TWILIO_API_BASE_URL"_s, u"DEEPGRAM_BASE_URL"_s, u"GOOGLE_API_BASE_URL"_s,
            u"CARTESIA_BASE_URL"_s};
}

QList<MissingSetting> missingForCalls(const Config &config, Environment environment)
{
    QList<MissingSetting> missing;
    const auto need = [&missing](bool there, const QString &name, const QString &sentence) {
        if (!there)
            missing.append({name, sentence});
    };
    need(!config.twilio.accountSid.isEmpty(), u"TWILIO_ACCOUNT_SID"_s, u"The Twilio account that places the calls; it is shown on the first page of the Twilio console."_s);
    need(!config.twilio.authToken.isEmpty(), u"TWILIO_AUTH_TOKEN"_s, u"The token of the Twilio account, beside its SID in the console."_s);
    if (environment == Environment::Production) {
        need(!config.pipecatCloud.agentName.isEmpty(), u"AGENT_NAME"_s, u"The agent deployed at Pipecat Cloud; ENV=production sends the call to it."_s);
        need(!config.pipecatCloud.organizationName.isEmpty(), u"ORGANIZATION_NAME"_s, u"The organization that owns the agent at Pipecat Cloud."_s);
        return missing;
    }
    need(!config.deepgram.apiKey.isEmpty(), u"DEEPGRAM_API_KEY"_s, u"Deepgram writes down what the callee says."_s);
    need(!config.cartesia.apiKey.isEmpty(), u"CARTESIA_API_KEY"_s, u"Cartesia speaks the agent's words."_s);
    if (config.modelProvider == ModelProvider::Gemini)
        need(!config.gemini.apiKey.isEmpty(), u"GOOGLE_API_KEY"_s, u"Google's Gemini decides what the agent says."_s);
    else
        need(!config.openAi.model.isEmpty(), u"OPENAI_MODEL"_s, u"LLM_PROVIDER=openai needs the name of the model to ask."_s);
    return missing;
}

QString toWord(Environment environment)
{
    return environment == Environment::Local ? u"local"_s : u"production"_s;
}

} // namespace engine::config
