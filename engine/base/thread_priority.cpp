#include "engine/base/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>

#include <algorithm>
#endif

namespace engine {

void giveWay([[maybe_unused]] int nice)
{
#ifdef __linux__
    // "This process" is the calling thread alone: setpriority(2), "C library/kernel differences".
    setpriority(PRIO_PROCESS, 0, std::max(getpriority(PRIO_PROCESS, 0), nice));
#endif
}

} // namespace engine
