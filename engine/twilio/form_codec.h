#pragma once

#include "engine/server/form.h"

#include <QByteArray>

/// The form encoding of Twilio's REST bodies and webhooks, application/x-www-form-urlencoded:
///
///     To=%2B14155550142&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing&ToCity=S%C3%A3o+Paulo&FromCity=
///
/// Pairs keep their order, a name may repeat, a value may be empty. QUrlQuery is of no use here: it does not read "+"
/// as a space.
namespace engine::twilio {

/// Decoded names and values (UTF-8 bytes) in the order they came.
using FormPairs = server::FormFields;
using server::fieldValue;
using server::parseForm;

/// Everything but letters, digits and "-._~" is percent-encoded, so "+" is sent as %2B.
[[nodiscard]] QByteArray buildForm(const FormPairs &pairs);

} // namespace engine::twilio
