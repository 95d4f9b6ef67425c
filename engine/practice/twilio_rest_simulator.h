#pragma once

#include "engine/base/clock.h"
#include "engine/practice/rest_error.h"
#include "engine/server/http_server.h"

#include <QDateTime>
#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine::practice {

class SimulatedPhoneNetwork;

/// The carrier's REST interface over the simulated network: routes under /2010-04-01/Accounts/{AC}/ of a server.
///
/// Calls (create, list, read, update, delete), their notifications and recordings (none), balance, numbers, caller ids,
/// the account. Signs in with the account's token or any API key; a password "bad" is refused. Outlives no request: the
/// server is to be destroyed first. Practice thread.
class TwilioRestSimulator : public QObject
{
    Q_OBJECT
public:
    TwilioRestSimulator(server::HttpServer &server, SimulatedPhoneNetwork &network, const QDateTime &accountCreated,
                        QObject *parent = nullptr);

private:
    using Answer = server::Response;
    using Action = std::function<Answer(const server::Request &)>;

    void route(server::HttpServer &server, const QByteArray &method, const QString &pattern, Action action);
    std::optional<RestError> refuseAccess(const server::Request &request) const;

    Answer createCall(const server::Request &request);
    /// As createCall(), but with the trouble whose turn it is.
    void createInTrouble(const server::Request &request, server::Responder responder);
    void later(std::chrono::seconds delay, std::function<void()> action);
    Answer listCalls(const server::Request &request) const;
    Answer readCall(const server::Request &request) const;
    Answer updateCall(const server::Request &request);
    Answer deleteCall(const server::Request &request);
    Answer listNotifications(const server::Request &request) const;
    Answer listRecordings(const server::Request &request) const;
    Answer balance() const;
    Answer account() const;
    Answer listIncomingNumbers(const server::Request &request) const;
    Answer listCallerIds(const server::Request &request) const;
    QStringList numbers() const;

    SimulatedPhoneNetwork &m_network;
    QDateTime m_accountCreated;
    size_t m_creates = 0; // asked for so far
    std::vector<std::unique_ptr<Timer>> m_late;
};

} // namespace engine::practice
