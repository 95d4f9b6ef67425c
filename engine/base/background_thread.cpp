#include "engine/base/background_thread.h"

#include "engine/base/epoll_dispatcher.h"
#include "engine/base/thread_priority.h"

namespace engine {

BackgroundThread::BackgroundThread(const QString &name, QObject *parent) : QThread(parent)
{
    setObjectName(name);
    setEventDispatcher(new EpollDispatcher);
}

void BackgroundThread::run()
{
    constexpr int kNice = 5;
    giveWay(kNice);
    exec();
}

} // namespace engine
