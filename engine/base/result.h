#pragma once

#include <QMetaType>
#include <QString>

#include <tl/expected.hpp>

namespace engine {

/// Whose fault a failure is. The words an operator reads (contract.md, event `incident`).
enum class Fault {
    Settings, ///< a key, address or option the operator can correct
    Program,  ///< Dialdesk itself, or the computer it runs on
    Vendor,   ///< the transcriber, the model or the speech vendor
    Carrier   ///< the phone network
};

/// The word of the outside contract for a fault: "settings", "program", "vendor" or "carrier".
[[nodiscard]] QString toWord(Fault fault);

/// An expected failure: what an operator reads, and a stable word a program can branch on.
struct Error
{
    Fault fault = Fault::Program;
    QString code;    ///< stable, snake_case, e.g. "number_impossible"; never shown alone
    QString message; ///< one sentence: what failed, whose fault, what to do. Never holds a secret.

    bool operator==(const Error &) const = default;
};

/// Value or Error. Every expected failure of the engine comes back in this form; see style.md section 5.
template <typename T>
using Result = tl::expected<T, Error>;

/// The value of a Result that has nothing to say but success. (tl::expected<void, E> cannot be compared, which signals need.)
struct Done
{
    bool operator==(const Done &) const = default;
};

/// Shorthand for returning a failure: `return failure(Fault::Vendor, u"stt_refused"_s, tr(...));`
[[nodiscard]] inline tl::unexpected<Error> failure(Fault fault, QString code, QString message)
{
    return tl::unexpected<Error>(Error{fault, std::move(code), std::move(message)});
}

} // namespace engine

Q_DECLARE_METATYPE(engine::Error)
