// SPDX-License-Identifier: Apache-2.0
// Runs a program with the shim and records every node process in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slabscope::collector {

/// "full": as many frames as V8 is asked for at most.
inline constexpr uint32_t kFullStackDepth = 128;

struct RecordOptions {
  std::vector<std::string> command;        ///< program and arguments; looked up in PATH like a shell does
  std::string output;                      ///< empty: slabscope.NAME.PID.slab; "%p" becomes the pid
  uint32_t stack_depth = kFullStackDepth;  ///< 0 = no stacks
  bool slices = true;
  bool liveness = true;
  bool native = false;
  uint64_t max_size = 0;  ///< of each file, in bytes, at least kMinMaxSize; 0 = no limit
  bool argv = true;       ///< the programs' arguments are recorded
  bool paused = false;    ///< every process begins as if control() had stopped it
  std::string shim;  ///< path of libslabscope_preload.so; empty: found relative to the running executable
};

/// Runs the command to its end and drains its node processes into recordings. Everything that slabscope
/// itself has to say goes to stderr, each line with the prefix "slabscope: ". Returns the exit status for the
/// caller: that of the command, 128+n after signal n, 127/126 if it could not be found/executed, 2 for an
/// error of slabscope's own.
int record(const RecordOptions& options);

/// The collector of one process that was started with the shim but without `slabscope record`: reads the
/// shim's Hello from the connected socket `fd` (which it closes) and records until that process ends. Returns
/// an exit status.
int serve(int fd);

}  // namespace slabscope::collector
