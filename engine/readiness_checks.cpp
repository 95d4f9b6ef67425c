#include "engine/readiness_checks.h"

#include "engine/checks/self_probe.h"
#include "engine/public_address.h"
#include "engine/records/dial_journal.h"
#include "engine/twilio/account_check.h"

using namespace Qt::StringLiterals;

namespace engine {

using checks::CheckId;
using checks::CheckSpec;
using checks::CheckState;
using net::CheckJob;
using net::CheckNote;

namespace {

/// Finds the public address, then probes it.
class AddressCheck final : public CheckJob
{
public:
    using Probe = std::function<CheckJob *(const QUrl &base, QObject *parent)>;

    AddressCheck(PublicAddress &address, Probe probe, QObject *parent) : CheckJob(parent)
    {
        connect(address.find(this), &PublicAddressJob::finished, this,
                [this, probe = std::move(probe)](const Result<QUrl> &base) {
                    if (!base)
                        return conclude(tl::unexpected(base.error()));
                    connect(probe(*base, this), &CheckJob::finished, this, &AddressCheck::conclude);
                });
    }
};

/// Whether a call could be written down before it is placed.
class JournalCheck final : public CheckJob
{
public:
    JournalCheck(records::DialJournal &journal, const QString &folder, QObject *parent) : CheckJob(parent)
    {
        journal.probe(this, [this, folder](const Result<Done> &written) {
            conclude(written.map([&](Done) {
                return CheckNote{folder.isEmpty() ? u"Calls are kept in memory until the program ends."_s
                                                  : u"Calls are kept in %1."_s.arg(folder)};
            }));
        });
    }
};

} // namespace

ReadinessChecks::ReadinessChecks(const config::Config &config, PublicAddress &address, const Secret &proofKey,
                                 net::HttpClient &http, net::WebSocketFactory &sockets, records::DialJournal &journal,
                                 Clock &clock, Random &random)
    : m_config(config), m_address(address), m_proofKey(proofKey), m_http(http), m_sockets(sockets), m_journal(journal),
      m_random(random), m_keys(http, sockets, clock, random), m_board(clock, random)
{
    connect(&m_board, &checks::CheckBoard::changed, this, &ReadinessChecks::changed);
}

void ReadinessChecks::start(quint16 port)
{
    m_port = port;
    setUp();
    m_board.start();
}

void ReadinessChecks::setEnvironment(config::Environment environment)
{
    if (m_config.environment == environment)
        return;
    m_config.environment = environment;
    setUp();
}

void ReadinessChecks::doubt(const Error &trouble)
{
    if (trouble.fault == Fault::Carrier)
        m_board.doubt(CheckId::Account);
    static constexpr std::pair<QLatin1StringView, CheckId> kVendors[] = {
        {"stt_"_L1, CheckId::Transcriber}, {"model_"_L1, CheckId::Model}, {"tts_"_L1, CheckId::Voice}};
    for (const auto &[codes, id] : kVendors)
        if (trouble.code.startsWith(codes))
            m_board.doubt(id);
}

void ReadinessChecks::lookForPublicAddress()
{
    connect(m_address.find(this), &PublicAddressJob::finished, this, [this](const Result<QUrl> &base) {
        for (const checks::Check &check : m_board.checks()) {
            const bool thoughtFine = check.state == CheckState::Good || check.state == CheckState::Warning;
            if (check.id == CheckId::PublicAddress && thoughtFine != base.has_value())
                m_board.refresh(CheckId::PublicAddress);
        }
    });
}

/// A check of one vendor. While one of the settings it needs is missing, that is its answer.
CheckSpec ReadinessChecks::spec(CheckId id, const QStringList &settings, Ask ask) const
{
    for (const config::MissingSetting &missing : config::missingForCalls(m_config, m_config.environment)) {
        if (!settings.contains(missing.name))
            continue;
        const Error error{Fault::Settings, u"setting_missing"_s,
                          u"%1 is not set. %2"_s.arg(missing.name, missing.sentence)};
        return {id, missing.name, {}, [error](QObject *parent) {
                    return new net::KnownCheck(tl::unexpected(error), parent);
                }};
    }
    return {id, settings.first(), {}, std::move(ask)};
}

void ReadinessChecks::setUp()
{
    std::vector<CheckSpec> specs;
    specs.push_back({CheckId::PublicAddress, u"LOCAL_SERVER_URL"_s, u"ngrok http %1"_s.arg(m_port),
                     [this](QObject *parent) { return askForAddress(parent); }});
    specs.push_back(spec(CheckId::Account, {u"TWILIO_ACCOUNT_SID"_s, u"TWILIO_AUTH_TOKEN"_s},
                         [this](QObject *parent) { return m_keys.checkTwilio(m_config.twilio, parent); }));
    if (m_config.twilio.isSet())
        specs.push_back(
            {CheckId::Numbers, u"TWILIO_FROM_NUMBER"_s, {}, [this](QObject *parent) { return askForNumbers(parent); }});
    if (m_config.environment == config::Environment::Production) {
        const auto named = [this](QObject *parent) {
            const config::PipecatCloudConfig &cloud = m_config.pipecatCloud;
            return new net::KnownCheck(CheckNote{u"Calls are handed to the agent %1.%2 at Pipecat Cloud, in %3."_s.arg(
                                           cloud.agentName, cloud.organizationName, cloud.region)},
                                       parent);
        };
        specs.push_back(spec(CheckId::CloudAgent, {u"AGENT_NAME"_s, u"ORGANIZATION_NAME"_s}, named));
    } else {
        specs.push_back(spec(CheckId::Transcriber, {u"DEEPGRAM_API_KEY"_s}, [this](QObject *parent) {
            return m_keys.checkDeepgram(m_config.deepgram, m_config.agent.language, parent);
        }));
        specs.push_back(m_config.modelProvider == config::ModelProvider::OpenAi
                            ? spec(CheckId::Model, {u"OPENAI_API_KEY"_s, u"OPENAI_MODEL"_s},
                                   [this](QObject *parent) { return m_keys.checkOpenAi(m_config.openAi, parent); })
                            : spec(CheckId::Model, {u"GOOGLE_API_KEY"_s},
                                   [this](QObject *parent) { return m_keys.checkGemini(m_config.gemini, parent); }));
        specs.push_back(spec(CheckId::Voice, {u"CARTESIA_API_KEY"_s},
                             [this](QObject *parent) { return m_keys.checkCartesia(m_config.cartesia, parent); }));
    }
    specs.push_back({CheckId::DataFolder, u"DIALDESK_DATA_DIR"_s, {}, [this](QObject *parent) {
                         return new JournalCheck(m_journal, m_config.dataDir, parent);
                     }});
    m_board.setChecks(std::move(specs));
}

CheckJob *ReadinessChecks::askForAddress(QObject *parent)
{
    return new AddressCheck(
        m_address,
        [this](const QUrl &base, QObject *owner) {
            return new checks::SelfProbe(base, m_proofKey, m_http, m_sockets, m_random, owner);
        },
        parent);
}

CheckJob *ReadinessChecks::askForNumbers(QObject *parent)
{
    auto *job = m_keys.checkNumbers(m_config.twilio, parent);
    connect(job, &twilio::NumbersCheck::found, this,
            [this](const std::vector<telephony::OwnNumber> &numbers) { m_ownNumbers = numbers; });
    return job;
}

} // namespace engine
