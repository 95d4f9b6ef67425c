#pragma once

#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace engine::practice {

/// What becomes of one request that creates a call.
struct CreateFault
{
    enum class Kind
    {
        None,    ///< "ok"
        Lost,    ///< "lost": the call is created, and the connection breaks before the answer is whole
        Dropped, ///< "dropped": the connection breaks and nothing is created
        Slow,    ///< "slow=S": the call is created at once, answered after S seconds
        Late,    ///< "late=S": created and answered after S seconds
        Html,    ///< "html": the call is created, and a proxy's page comes instead of the answer
        Busy     ///< "busy=S": 429 with Retry-After S, nothing is created
    };
    Kind kind = Kind::None;
    std::chrono::seconds time{0};
    bool operator==(const CreateFault &) const = default;
};

/// Reads "ok,lost,late=30". @return nullopt for anything else
[[nodiscard]] std::optional<std::vector<CreateFault>> parseCreateFaults(const QString &text);

} // namespace engine::practice
