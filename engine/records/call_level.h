#pragma once

#include "engine/base/ids.h"

#include <QList>
#include <QMetaType>

namespace engine::records {

/// How loud both sides of a live call are at one moment, RMS from -100 (nothing) to 0 dBFS. For meters; never stored.
struct CallLevel
{
    CallSid sid;
    double calleeDbfs = -100.0;
    double agentDbfs = -100.0; ///< of what the callee hears now, not of what was sent ahead
    bool operator==(const CallLevel &) const = default;
};

using CallLevels = QList<CallLevel>;

} // namespace engine::records

Q_DECLARE_METATYPE(engine::records::CallLevel)
