#pragma once

namespace engine {

/// For threads whose work can wait, as writing files and rendering speech can: takes the calling thread behind those that
/// carry calls when there is one core for all of them. (Linux lets every thread have a nice value of its own; on other
/// systems nothing happens.)
void giveWayToOthers();

} // namespace engine
