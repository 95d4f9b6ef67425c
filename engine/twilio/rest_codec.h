#pragma once

#include "engine/base/result.h"
#include "engine/telephony/phone_network.h"
#include "engine/twilio/form_codec.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

/// Twilio's REST bodies: forms out, JSON back (the 2010-04-01 API below /2010-04-01/Accounts/AC..).
///
///     POST .../Calls.json
///     To=%2B14155550142&From=%2B14155550100&Url=https%3A%2F%2F...&StatusCallbackEvent=initiated&... 201
///     {"sid":"CA..","status":"queued","to":"+14155550142","from":"+14155550100","start_time":null,"duration":null,...}
///     GET .../Calls.json?To=...
///     {"calls":[{...}],"next_page_uri":"/2010-04-01/Accounts/AC../Calls.json?...&PageToken=PA..",...} POST
///     .../Calls/CA...json       Status=completed  or  Twiml=<Response>...</Response> GET .../IncomingPhoneNumbers.json
///     {"incoming_phone_numbers":[{"phone_number":"+1...","friendly_name":"..","capabilities":{"voice":true}}],...} GET
///     .../OutgoingCallerIds.json     {"outgoing_caller_ids":[{"phone_number":"+1...","friendly_name":".."}],...} GET
///     .../Balance.json           {"account_sid":"AC..","balance":"18.7250","currency":"USD"}
///
/// Unknown members are ignored, missing ones tolerated; numbers may be strings; dates are RFC 2822. Pure functions.
/// An answer that cannot be read is nullopt; what that means depends on what was asked.
namespace engine::twilio {

[[nodiscard]] FormPairs createCallForm(const telephony::PlaceRequest &request);

enum class EndCallAs
{
    Canceled, ///< still queued or ringing; leaves an answered call alone
    Completed ///< in any state
};
[[nodiscard]] FormPairs endCallForm(EndCallAs how);

/// The query of a list of calls, newest first.
[[nodiscard]] FormPairs listCallsQuery(const telephony::CallFilter &filter, int pageSize);

[[nodiscard]] std::optional<telephony::CarrierCall> parseCall(const QByteArray &json);

/// One page of a list.
template <typename Item>
struct Page
{
    std::vector<Item> items;
    int unreadable = 0;  ///< entries left out
    QString nextPageUri; ///< relative to the API's host; empty on the last page
    bool operator==(const Page &) const = default;
};

[[nodiscard]] std::optional<Page<telephony::CarrierCall>> parseCallPage(const QByteArray &json);

/// Reads either list of numbers. A number that cannot make calls is left out.
[[nodiscard]] std::optional<Page<telephony::OwnNumber>> parseNumberPage(const QByteArray &json);

struct Balance
{
    QString amount; ///< decimal, e.g. "18.7250"
    QString currency;
    bool operator==(const Balance &) const = default;
};
[[nodiscard]] std::optional<Balance> parseBalance(const QByteArray &json);

struct Account
{
    QString name;
    QString status;       ///< "active", "suspended", "closed"
    bool isTrial = false; ///< a trial account cannot use media streams
    bool operator==(const Account &) const = default;
};
[[nodiscard]] std::optional<Account> parseAccount(const QByteArray &json);

} // namespace engine::twilio
