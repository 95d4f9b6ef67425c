#pragma once

namespace app {

/// From now on the calling thread gives way to the others of this program when there is no core for all of them. For the
/// window's thread while calls are held: it can wait some milliseconds, a person on the telephone hears them. Threads that
/// the calling one starts later give way as well; those that run already do not. Measured by `bench_calls --window`, see README.
void giveWay();

} // namespace app
