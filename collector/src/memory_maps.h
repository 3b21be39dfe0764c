// SPDX-License-Identifier: Apache-2.0
// The address space of another process, as /proc/PID/maps tells it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slabscope::collector {

struct MemoryRange {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t file_offset = 0;
  uint64_t inode = 0;
  std::string path;  ///< empty: anonymous memory
};

/// The lines of a maps file; what does not read as one is left out. In the order of their addresses.
std::vector<MemoryRange> parseMaps(std::string_view text);

/// Those of a process; none when it is gone.
std::vector<MemoryRange> mapsOf(pid_t pid);

class MemoryMaps {
 public:
  explicit MemoryMaps(pid_t pid) : pid_(pid) {}

  /// What mapsOf() has told while the process lived: the files are known from then on. What was anonymous may
  /// have become something else when it is asked for.
  void learn(std::vector<MemoryRange> ranges);

  /// The range that holds `address`, or nullptr. Reads the maps again when no known range does: libraries
  /// come late. Valid until the next call.
  const MemoryRange* find(uint64_t address);

 private:
  const MemoryRange* findKnown(uint64_t address) const;

  pid_t pid_;
  std::vector<MemoryRange> ranges_;
  uint64_t next_reading_ = 0;  ///< CLOCK_MONOTONIC
};

}  // namespace slabscope::collector
