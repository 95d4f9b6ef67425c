#pragma once

#include "engine/base/result.h"

namespace engine::speech {

/// Why a vendor's connection or context is gone, in an operator's words, and whether trying again can help.
struct Loss
{
    Error error;
    bool retry = true;
    bool operator==(const Loss &) const = default;
};

} // namespace engine::speech
