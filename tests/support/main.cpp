#include "engine/base/epoll_dispatcher.h"
#include "tests/support/test_program.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    QCoreApplication::setEventDispatcher(new engine::EpollDispatcher); // as the programs without a window have it
    QCoreApplication application(argc, argv);
    return test_support::runTest(argc, argv);
}
