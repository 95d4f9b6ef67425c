#pragma once

#include "engine/checks/check_board.h"
#include "engine/checks/key_checks.h"
#include "engine/config/config.h"
#include "engine/telephony/phone_network.h"

#include <QObject>

#include <vector>

namespace engine {

class PublicAddress;
namespace records {
class DialJournal;
}

/// Which checks a configuration asks for, what they found, and the account's numbers, which are found on the way.
/// Engine thread; owned by the Engine, whose parts given here outlive it.
class ReadinessChecks : public QObject
{
    Q_OBJECT
public:
    /// @param proofKey  what this server's /healthz proves itself with
    ReadinessChecks(const config::Config &config, PublicAddress &address, const Secret &proofKey, net::HttpClient &http,
                    net::WebSocketFactory &sockets, records::DialJournal &journal, Clock &clock, Random &random);

    /// Begins to ask. @param port  where this server listens
    void start(quint16 port);
    void setEnvironment(config::Environment environment);
    void retry(checks::CheckId id) { m_board.retry(id); }
    void retryAll() { m_board.retryAll(); }
    /// A call met this trouble: whatever it is about is asked again at once.
    void doubt(const Error &trouble);
    /// Asks again whether calls can be written down.
    void lookAtDataFolder() { m_board.refresh(checks::CheckId::DataFolder); }
    /// Looks whether the public address is still what the check last found, and asks the check again if not.
    void lookForPublicAddress();

    QList<checks::Check> checks() const { return m_board.checks(); }
    /// The account's numbers that can make calls, the last time they could be had.
    const std::vector<telephony::OwnNumber> &ownNumbers() const { return m_ownNumbers; }
    const checks::KeyChecks &keyChecks() const { return m_keys; }

signals:
    void changed();

private:
    using Ask = std::function<net::CheckJob *(QObject *parent)>;
    void setUp();
    checks::CheckSpec spec(checks::CheckId id, const QStringList &settings, Ask ask) const;
    net::CheckJob *askForAddress(QObject *parent);
    net::CheckJob *askForNumbers(QObject *parent);

    config::Config m_config;
    PublicAddress &m_address;
    Secret m_proofKey;
    net::HttpClient &m_http;
    net::WebSocketFactory &m_sockets;
    records::DialJournal &m_journal;
    Random &m_random;
    quint16 m_port = 0;
    checks::KeyChecks m_keys;
    checks::CheckBoard m_board;
    std::vector<telephony::OwnNumber> m_ownNumbers;
};

} // namespace engine
