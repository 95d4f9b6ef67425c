#pragma once

#include "engine/net/check_job.h"
#include "engine/twilio/twilio_rest.h"

#include <vector>

/// What an account's state means for calls. Pure functions.
namespace engine::twilio {

/// Errors "account_not_active", "account_trial" (media streams do not exist there); a small balance is a warning.
[[nodiscard]] Result<net::CheckNote> accountVerdict(const AccountState &state);

/// Errors "no_numbers", "from_missing": a call would have no number to come from. One that is not the account's is a
/// warning.
/// @param from  E.164, or empty
[[nodiscard]] Result<net::CheckNote> numbersVerdict(const std::vector<telephony::OwnNumber> &numbers,
                                                    const QString &from);

/// The account's status, type and balance, asked of Twilio and judged. Engine thread.
class AccountCheck final : public net::CheckJob
{
    Q_OBJECT
public:
    AccountCheck(const TwilioSettings &settings, net::HttpClient &http, Clock &clock, Random &random, QObject *parent);

private:
    TwilioRest m_rest;
};

/// The account's numbers, asked of Twilio and held against the default caller id. Engine thread.
class NumbersCheck final : public net::CheckJob
{
    Q_OBJECT
public:
    /// @param from  E.164, or empty
    NumbersCheck(const TwilioSettings &settings, const QString &from, net::HttpClient &http, Clock &clock,
                 Random &random, QObject *parent);

signals:
    /// Before finished(), whatever that says; not when Twilio gave none.
    void found(const std::vector<engine::telephony::OwnNumber> &numbers);

private:
    TwilioRest m_rest;
};

} // namespace engine::twilio
