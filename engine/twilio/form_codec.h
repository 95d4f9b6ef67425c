#pragma once

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

/// The form encoding of Twilio's REST bodies and webhooks, application/x-www-form-urlencoded:
///
///     To=%2B14155550142&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing&ToCity=S%C3%A3o+Paulo&FromCity=
///
/// Pairs keep their order, a name may repeat, a value may be empty. QUrlQuery is of no use here: it does not read "+"
/// as a space.
namespace engine::twilio {

/// Decoded names and values (UTF-8 bytes) in the order they came.
using FormPairs = QList<std::pair<QByteArray, QByteArray>>;

/// Total: any bytes give pairs. Empty pieces ("a=1&&b=2") are skipped, a piece without "=" is a name with an empty
/// value.
[[nodiscard]] FormPairs parseForm(QByteArrayView body);

/// Everything but letters, digits and "-._~" is percent-encoded, so "+" is sent as %2B.
[[nodiscard]] QByteArray buildForm(const FormPairs &pairs);

/// The first value of that name; names are case-sensitive.
[[nodiscard]] std::optional<QByteArray> formValue(const FormPairs &pairs, QByteArrayView name);

} // namespace engine::twilio
