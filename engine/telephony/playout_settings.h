#pragma once

#include <chrono>

namespace engine::telephony {

/// The numbers by which the agent's voice is sent. 8 bytes of mu-law are 1 ms.
struct PlayoutSettings
{
    using milliseconds = std::chrono::milliseconds;

    /// A mark follows so much audio: what was heard is known to 200 ms. No message to the carrier is longer either.
    int markEveryBytes = 1600;
    /// Audio that has no mark yet gets one when nothing more has come for this long (a filler while the model thinks).
    milliseconds tailMarkAfter{100};
    milliseconds endOfCallTail{300}; ///< silence between the last word heard and the end of the call
    /// Longest audio kept of turns that are not over; the carrier buffers no more either.
    milliseconds keptAudio{std::chrono::minutes(10)};
    /// A mark this late after its audio must have been played will not come any more.
    milliseconds markGrace{3000};
    /// An end of the call waits for words only while audio or marks keep coming.
    milliseconds endOfCallPatience{10000};

    bool operator==(const PlayoutSettings &) const = default;
};

} // namespace engine::telephony
