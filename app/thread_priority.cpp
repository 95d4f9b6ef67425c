#include "app/thread_priority.h"

#include <sys/resource.h>

#include <algorithm>

namespace app {

namespace {

// A tenth of the engine's weight: enough to be set aside when the engine wakes, and never to starve (sched(7)).
constexpr int kNiceOfTheWindow = 10;

} // namespace

void giveWay()
{
    // For Linux "this process" is the calling thread alone (setpriority(2), "C library/kernel differences").
    const int now = getpriority(PRIO_PROCESS, 0);
    setpriority(PRIO_PROCESS, 0, std::max(now, kNiceOfTheWindow));
}

} // namespace app
