#pragma once

#include "engine/practice/rest_error.h"
#include "engine/twilio/form_codec.h"

#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <set>

namespace engine::practice {

/// What a call tells its customer about; `Completed` covers every end.
enum class CallEvent
{
    Initiated,
    Ringing,
    Answered,
    Completed
};

/// Where instructions come from.
struct Instructions
{
    QString url; ///< wins over twiml when both are given
    QByteArray method = "POST";
    QString twiml;
    QString fallbackUrl;
    QByteArray fallbackMethod = "POST";
    bool operator==(const Instructions &) const = default;
};

enum class MachineDetection
{
    Off,
    Enable,
    DetectMessageEnd
};

/// A create request that passed every check.
struct CallParameters
{
    QString to;   ///< E.164
    QString from; ///< E.164
    Instructions instructions;
    QString statusCallback;
    QByteArray statusCallbackMethod = "POST";
    std::set<CallEvent> events{CallEvent::Completed};
    std::chrono::seconds timeout{60};
    std::chrono::seconds timeLimit{14'400};
    MachineDetection machineDetection = MachineDetection::Off;
    bool asyncAmd = false;
    QString asyncAmdStatusCallback;
    QByteArray asyncAmdStatusCallbackMethod = "POST";
};

/// An update of a call. Every member is what the request named.
struct CallUpdate
{
    std::optional<QString> status; ///< "completed" or "canceled"
    std::optional<Instructions> instructions;
    std::optional<QString> statusCallback;
    QByteArray statusCallbackMethod = "POST";
    std::optional<std::chrono::seconds> timeLimit;
};

/// Checks a create in the carrier's order and gives the first refusal.
///
/// @param ownNumbers  E.164; empty: every possible number counts as the customer's own
[[nodiscard]] tl::expected<CallParameters, RestError> readCreate(const twilio::FormPairs &form,
                                                                 const QStringList &ownNumbers);

[[nodiscard]] tl::expected<CallUpdate, RestError> readUpdate(const twilio::FormPairs &form);

} // namespace engine::practice
