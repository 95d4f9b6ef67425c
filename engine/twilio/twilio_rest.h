#pragma once

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/net/http_client.h"
#include "engine/telephony/phone_network.h"
#include "engine/twilio/rest_codec.h"
#include "engine/twilio/rest_exchange.h"

#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine::twilio {

/// The account calls are placed with.
struct TwilioSettings
{
    QString accountSid;
    Secret authToken;
    QString apiKeySid; ///< signs REST requests together with apiKeySecret when both are set; webhooks are always signed
                       ///< by the token
    Secret apiKeySecret;
    QUrl baseUrl = QUrl(QStringLiteral("https://api.twilio.com"));
    bool operator==(const TwilioSettings &) const = default;
};

/// What the account can do, as far as it may be asked.
struct AccountState
{
    Balance balance; ///< empty for a subaccount, which has none of its own, and when the API key may not see it
    Account account;
    bool operator==(const AccountState &) const = default;
};

class AccountStateJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void finished(const engine::Result<engine::twilio::AccountState> &state);
};

/// Twilio's REST API as the phone network. Speaks to one host only, which sees the credentials; no error or log holds
/// them. Engine thread.
class TwilioRest : public telephony::PhoneNetwork
{
    Q_OBJECT
public:
    /// @param client, clock, random  outlive this; this outlives the jobs it makes
    TwilioRest(TwilioSettings settings, net::HttpClient &client, Clock &clock, Random &random,
               QObject *parent = nullptr);

    telephony::PlaceCallJob *place(const telephony::PlaceRequest &request, QObject *parent) override;
    telephony::HangUpJob *hangUp(const CallSid &sid, bool answered, QObject *parent) override;
    /// Error "carrier_unknown_call" when Twilio does not know it.
    telephony::FetchCallJob *fetch(const CallSid &sid, QObject *parent) override;
    /// Newest first, at most 5000.
    telephony::ListCallsJob *list(const telephony::CallFilter &filter, QObject *parent) override;
    /// Bought numbers that can make calls, then verified caller ids; each number once.
    telephony::OwnNumbersJob *ownNumbers(QObject *parent) override;
    /// Error "carrier_refused" when the call is over or not answered yet.
    telephony::HangUpJob *transfer(const CallSid &sid, const E164Number &to, const E164Number &callerId,
                                   QObject *parent) override;

    /// For the readiness page: is there money, and is it a trial account (which cannot use media streams)?
    [[nodiscard]] AccountStateJob *accountState(QObject *parent);

private:
    QUrl accountUrl(const QString &path, const FormPairs &query = {}) const;
    QUrl callUrl(const CallSid &sid) const;
    enum class SignIn
    {
        KeyIfSet,
        Token
    };
    net::HttpRequest requestFor(const QByteArray &method, const QUrl &url, const FormPairs &form = {},
                                SignIn signIn = SignIn::KeyIfSet) const;
    void exchange(const net::HttpRequest &request, Repeat repeat, const QString &action,
                  RestExchange::Callback callback, QObject *job);
    Error withoutSecrets(Error error) const;

    void endCall(telephony::HangUpJob *job, const CallSid &sid, EndCallAs how);

    /// Follows a list through its pages.
    template <typename Item>
    struct Walk
    {
        QString action;
        std::optional<Page<Item>> (*parse)(const QByteArray &json) = nullptr;
        std::function<void(const Result<std::vector<Item>> &)> done;
        std::vector<Item> items = {};
        int pages = 0;
    };
    template <typename Item>
    void walkPages(const std::shared_ptr<Walk<Item>> &walk, const QUrl &url, QObject *job);

    TwilioSettings m_settings;
    net::HttpClient &m_client;
    Clock &m_clock;
    Random &m_random;
};

} // namespace engine::twilio

Q_DECLARE_METATYPE(engine::twilio::AccountState)
