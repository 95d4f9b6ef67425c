#include "engine/base/background_thread.h"

#include "engine/base/epoll_dispatcher.h"

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#endif

namespace engine {

BackgroundThread::BackgroundThread(const QString &name, QObject *parent) : QThread(parent)
{
    setObjectName(name);
    setEventDispatcher(new EpollDispatcher);
}

void BackgroundThread::run()
{
#ifdef Q_OS_LINUX
    constexpr int kNice = 5;
    setpriority(PRIO_PROCESS, 0, kNice); // 0: the calling thread
#endif
    exec();
}

} // namespace engine
