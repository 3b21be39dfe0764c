// SPDX-License-Identifier: Apache-2.0
// Which stacks the collector knows, by what it was told of them. After a full collection V8's addresses mean
// something else, and it is asked for each stack anew; what it answers was mostly told before, and keeps its
// id. So the collector, which remembers every id, needs no more memory for a program that runs for days.
#pragma once

#include <atomic>
#include <cstdint>

namespace slabscope::preload {

/// Any thread, without a lock. Of a fixed size: a stack that finds no room is told again, under another id.
/// Zeroed memory is an empty table.
class ToldStacks {
 public:
  /// The id; 0 when it was not told. `content` is a hash of all that is told, and not 0.
  uint32_t find(uint64_t content) const;
  /// The definition must have been committed: from now on others use the id too.
  void add(uint64_t content, uint32_t id);

 private:
  static constexpr uint32_t kEntries = 1 << 16;
  static constexpr uint32_t kProbes = 32;

  struct Entry {
    std::atomic<uint64_t> content;  ///< 0: free
    std::atomic<uint32_t> id;       ///< 0: being filled
  };

  static uint32_t place(uint64_t content, uint32_t probe) {
    return (static_cast<uint32_t>(content >> 32) + probe) % kEntries;
  }

  Entry entries_[kEntries];
};

}  // namespace slabscope::preload
