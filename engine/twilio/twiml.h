#pragma once

#include "engine/base/e164_number.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>

#include <utility>

/// The instructions (TwiML) we serve when a callee answers. The stream ends the document: with no verb after Connect
/// the call is hung up when the stream is over, instead of leaving the callee on a silent line.
///
///     <?xml version="1.0" encoding="UTF-8"?>
///     <Response><Connect><Stream url="wss://dial.example.com/ws">
///       <Parameter name="to_number" value="+14155550142"/>
///       <Parameter name="from_number" value="+14155550100"/>
///       <Parameter name="job" value="42"/>
///       <Parameter name="dialdesk_token" value="5f0c..."/>
///     </Stream></Connect></Response>
///
/// Pure functions; text in, bytes out. Serve as text/xml.
namespace engine::twilio {

/// What the operator gave a call to carry: names and values in order.
using CustomData = QList<std::pair<QString, QString>>;

/// The parameter that holds the call's one-time token; it comes back in the stream's `start`.
inline constexpr QStringView kTokenParameter = u"dialdesk_token";

/// The content of a call's stream, the same in both environments.
struct StreamContent
{
    QString toNumber;
    QString fromNumber;
    CustomData customData;
    bool operator==(const StreamContent &) const = default;
};

/// An agent of Pipecat Cloud.
struct CloudAgent
{
    QString agentName;
    QString organizationName;
    QString region = QStringLiteral("us-west"); ///< us-west, us-east, eu-central, ap-south
    bool operator==(const CloudAgent &) const = default;
};

/// Whether this data can travel to the stream; asked before dialing, because after pick-up it is too late.
/// @return Error "custom_data_invalid" (Fault::Settings) naming the entry: no or a reserved name, a name given twice,
/// name and value of 500
///         characters or more, characters XML cannot hold, too many entries or too much in all
[[nodiscard]] Result<Done> checkCustomData(const CustomData &data);

/// The address of our media stream below a public base: https gives wss, http gives ws, and "/ws" is appended.
/// @return Error "public_url_unusable" (Fault::Settings)
[[nodiscard]] Result<QUrl> mediaStreamUrl(const QUrl &publicBase);

/// The address of an agent's region in Pipecat Cloud.
/// @return Error "agent_incomplete" (Fault::Settings) when a name is missing or the region is unknown; also asked
/// before dialing
[[nodiscard]] Result<QUrl> cloudStreamUrl(const CloudAgent &agent);

/// Instructions that bring the call's sound to our own /ws. Errors as checkCustomData() and mediaStreamUrl().
[[nodiscard]] Result<QByteArray> localStreamTwiml(const QUrl &publicBase, const StreamContent &content,
                                                  const Secret &oneTimeToken);

/// Instructions that send the call to an agent of Pipecat Cloud. Errors as checkCustomData() and cloudStreamUrl().
[[nodiscard]] Result<QByteArray> cloudStreamTwiml(const CloudAgent &agent, const StreamContent &content);

/// Ends the call at once.
[[nodiscard]] QByteArray hangUpTwiml();

/// Connects the callee to another number, which sees `callerId`. Short enough for the Twiml parameter of a REST
/// request.
[[nodiscard]] QByteArray transferTwiml(const E164Number &to, const E164Number &callerId);

} // namespace engine::twilio
