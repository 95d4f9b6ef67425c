#include "engine/base/thread_priority.h"
#include "tests/support/test_program.h"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

/// Some threads give way to those that carry calls.
class TestThreadPriority : public QObject
{
    Q_OBJECT

    static int ownNice() { return getpriority(PRIO_PROCESS, 0); }

private slots:
    void onlyTheCallingThreadGivesWay()
    {
        const int before = ownNice();
        int given = 0;
        std::thread([&given] {
            engine::giveWay(7);
            given = ownNice();
        }).join();
        QCOMPARE(given, std::max(before, 7));
        QCOMPARE(ownNice(), before);
    }

    void whoGivesWayMoreAlreadyKeepsDoingSo()
    {
        int given = 0;
        std::thread([&given] {
            setpriority(PRIO_PROCESS, 0, 15);
            engine::giveWay(7);
            given = ownNice();
        }).join();
        QCOMPARE_GE(given, 15);
    }
};

DIALDESK_TEST(TestThreadPriority)
#include "tst_thread_priority.moc"
