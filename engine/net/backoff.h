#pragma once

#include "engine/base/random.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace engine::net {

/// How long to wait before trying again: grows by `factor` a failure up to `longest`, spread by `jitter` so that many
/// calls that failed together do not come back together. A pure value; whoever retries counts the attempts.
struct Backoff
{
    std::chrono::milliseconds first{250};
    std::chrono::milliseconds longest{8'000};
    double factor = 2.0;
    double jitter = 0.2; ///< 0.2 = anywhere within plus or minus 20 %; 0 = none

    /// @param failures  failures in a row so far; 0 means none, and no wait
    std::chrono::milliseconds delay(int failures, Random &random) const
    {
        if (failures <= 0)
            return std::chrono::milliseconds(0);
        const double grown = static_cast<double>(first.count()) * std::pow(factor, failures - 1);
        const double bounded = std::min(grown, static_cast<double>(longest.count()));
        return std::chrono::milliseconds(std::llround(bounded * random.between(1.0 - jitter, 1.0 + jitter)));
    }

    bool operator==(const Backoff &) const = default;
};

} // namespace engine::net
