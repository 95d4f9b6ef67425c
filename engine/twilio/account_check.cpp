#include "engine/twilio/account_check.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::twilio {

namespace {

/// About an hour of calls: time enough to top up. In the account's currency.
constexpr double kSmallBalance = 5.0;

QString balanceText(const Balance &balance)
{
    return u"%1 %2"_s.arg(balance.amount.toDouble(), 0, 'f', 2).arg(balance.currency).trimmed();
}

} // namespace

Result<net::CheckNote> accountVerdict(const AccountState &state)
{
    const Account &account = state.account;
    const QString name =
        account.name.isEmpty() ? u"The Twilio account"_s : u"The Twilio account “%1”"_s.arg(account.name);
    if (account.status != "active"_L1)
        return failure(
            Fault::Settings, u"account_not_active"_s,
            u"%1 is %2: it places no calls until that is settled in the Twilio console."_s.arg(name, account.status));
    if (account.isTrial)
        return failure(Fault::Settings, u"account_trial"_s,
                       u"%1 is a trial account, and those carry no media streams: the agent could neither hear nor "
                       "speak. Upgrade it in the Twilio console."_s.arg(name));
    if (state.balance.amount.isEmpty())
        return net::CheckNote{name + u" is active."_s};
    const double amount = state.balance.amount.toDouble();
    if (amount < kSmallBalance)
        return net::CheckNote{
            u"%1 is active, but only %2 are left. Calls stop when nothing is: top it up in the Twilio "
            "console."_s.arg(name, balanceText(state.balance)),
            true};
    return net::CheckNote{u"%1 is active; balance %2."_s.arg(name, balanceText(state.balance))};
}

Result<net::CheckNote> numbersVerdict(const std::vector<telephony::OwnNumber> &numbers, const QString &from)
{
    if (numbers.empty())
        return failure(Fault::Settings, u"no_numbers"_s,
                       u"The Twilio account has no number that can make calls. Buy one, or verify one of yours, in the "
                       "Twilio console."_s);
    if (from.isEmpty())
        return failure(
            Fault::Settings, u"from_missing"_s,
            u"TWILIO_FROM_NUMBER is not set: calls that name no number have none to come from. Set it to one "
            "of the Twilio account's numbers."_s);
    const auto own = std::find_if(numbers.begin(), numbers.end(),
                                  [&from](const telephony::OwnNumber &number) { return number.number == from; });
    // Only a default: a call may name another.
    if (own == numbers.end())
        return net::CheckNote{u"%1 (TWILIO_FROM_NUMBER) is none of the account's numbers, so Twilio refuses calls from "
                              "it. The account has %2."_s.arg(from, numbers.front().number),
                              true, u"TWILIO_FROM_NUMBER"_s};
    if (numbers.size() == 1)
        return net::CheckNote{u"Calls come from %1, the account's number."_s.arg(from)};
    return net::CheckNote{u"Calls come from %1, one of the account's %2 numbers."_s.arg(from).arg(numbers.size())};
}

AccountCheck::AccountCheck(const TwilioSettings &settings, net::HttpClient &http, Clock &clock, Random &random,
                           QObject *parent)
    : CheckJob(parent), m_rest(settings, http, clock, random)
{
    connect(m_rest.accountState(this), &AccountStateJob::finished, this, [this](const Result<AccountState> &state) {
        conclude(state ? accountVerdict(*state) : Result<net::CheckNote>(tl::unexpected(state.error())));
    });
}

NumbersCheck::NumbersCheck(const TwilioSettings &settings, const QString &from, net::HttpClient &http, Clock &clock,
                           Random &random, QObject *parent)
    : CheckJob(parent), m_rest(settings, http, clock, random)
{
    connect(m_rest.ownNumbers(this), &telephony::OwnNumbersJob::finished, this,
            [this, from](const Result<std::vector<telephony::OwnNumber>> &numbers) {
                if (!numbers)
                    return conclude(tl::unexpected(numbers.error()));
                emit found(*numbers);
                conclude(numbersVerdict(*numbers, from));
            });
}

} // namespace engine::twilio
