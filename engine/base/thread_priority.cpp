#include "engine/base/thread_priority.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#endif

namespace engine {

void giveWayToOthers()
{
#ifdef Q_OS_LINUX
    constexpr int kNice = 5;
    setpriority(PRIO_PROCESS, 0, kNice); // 0: the calling thread
#endif
}

} // namespace engine
