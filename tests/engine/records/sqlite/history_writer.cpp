#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sqlite_call_store.h"
#include "tests/support/test_program.h"

#include <QCoreApplication>

#include <cstdio>

using namespace engine;
using namespace engine::records;
using namespace std::chrono_literals;

namespace {

/// A program to be killed: writes an event of a call into the history of a folder every millisecond, and tells the
/// number and the time of each.
int writeUntilKilled(int, char *argv[])
{
    const CallSid sid(QStringLiteral("CA00000000000000000000000000000001"));
    SystemClock clock;
    sqlite::Database database(QString::fromLocal8Bit(argv[1]));
    sqlite::SqliteCallStore store(database, clock);
    store.open(sid, {});
    int written = 0;
    const auto timer = clock.makeTimer([&] {
        store.append(CalleeSaid{sid, ++written, QStringLiteral("word"), true, clock.wallTime()});
        std::printf("%d %lld\n", written, static_cast<long long>(clock.wallTime().toMSecsSinceEpoch()));
        std::fflush(stdout);
    });
    timer->startRepeating(1ms);
    return QCoreApplication::exec();
}

const bool kAdded = test_support::addTest(__FILE__, writeUntilKilled);

} // namespace
