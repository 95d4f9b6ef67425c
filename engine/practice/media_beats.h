#pragma once

#include "engine/practice/media_beat.h"

#include <memory>
#include <vector>

namespace engine::practice {

/// The beats of all calls. A real carrier's calls are not in step; were they here, each 20 ms would bring the service
/// one burst of work that grows with the number of calls, and every answer would wait behind it. So there are several
/// beats, spread over the period, and a call takes the next. Same thread as its clock.
class MediaBeats
{
public:
    explicit MediaBeats(Clock &clock);

    /// @return one that lives as long as this
    MediaBeat &next();

    BeatLateness lateness() const;
    void forgetLateness();

private:
    std::vector<std::unique_ptr<MediaBeat>> m_beats;
    std::size_t m_next = 0;
};

} // namespace engine::practice
