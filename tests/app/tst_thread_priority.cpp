#include "app/thread_priority.h"
#include "tests/support/test_program.h"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

/// The window's thread gives way to the engine's.
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
            app::giveWay();
            given = ownNice();
        }).join();
        QCOMPARE(given, std::max(before, 10));
        QCOMPARE(ownNice(), before);
    }

    void whoGivesWayMoreAlreadyKeepsDoingSo()
    {
        int given = 0;
        std::thread([&given] {
            setpriority(PRIO_PROCESS, 0, 15);
            app::giveWay();
            given = ownNice();
        }).join();
        QCOMPARE_GE(given, 15);
    }
};

DIALDESK_TEST(TestThreadPriority)
#include "tst_thread_priority.moc"
