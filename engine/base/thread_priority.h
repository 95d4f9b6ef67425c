#pragma once

namespace engine {

/// From now on the calling thread gives way to the threads that carry calls when there is no core for all of them, unless it does
/// so already. Threads it starts later do the same; those that run already do not. (Linux gives every thread a nice value of its
/// own; elsewhere nothing happens.)
/// @param nice  as in setpriority(2): 5 leaves a third of the weight of other threads, 10 a tenth
void giveWay(int nice);

} // namespace engine
