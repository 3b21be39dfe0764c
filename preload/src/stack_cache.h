// SPDX-License-Identifier: Apache-2.0
// Chains of program counters that have been given a meaning, and the meaning's stack id. One table an
// isolate, used by its thread alone.
//
// A program counter keeps its meaning until code or bytecode moves or is thrown away, which V8 does only in
// full collections: invalidate() at the end of each makes the table empty by raising its epoch.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

/// 64 well mixed bits of a chain.
uint64_t hashChain(void* const* frames, size_t count);

class StackCache {
 public:
  /// The stack id of the chain, or 0 when it is not known (any more).
  uint32_t find(uint64_t chain) const;
  /// `epoch` is what epoch() said before the meaning was looked up: a collection in between makes it void.
  void insert(uint64_t chain, uint32_t stack, uint32_t epoch);
  void invalidate() { ++epoch_, used_ = 0; }
  uint32_t epoch() const { return epoch_; }
  /// Gives the memory back and starts empty.
  void release();

 private:
  struct Entry {
    uint64_t chain;
    uint32_t stack;
    uint32_t epoch;  ///< of the cache when it was inserted, plus 1: zeroed memory is an empty table
  };

  bool grow();
  Entry* slotFor(uint64_t chain) const;

  Entry* entries_;
  uint32_t capacity_;  ///< power of two, or 0
  uint32_t used_;      ///< in this epoch
  uint32_t epoch_;
};

/// What `eval at …` text belongs to a script without a file, by script id. Script ids are never reused in an
/// isolate.
class EvalOrigins {
 public:
  /// Length and text, or nullptr when it has not been learned.
  const char* find(int script, uint32_t* bytes) const;
  void insert(int script, const char* text, uint32_t bytes);
  void release();

 private:
  struct Entry {
    int script;
    uint32_t bytes;
    Entry* next;
    // text follows
  };
  struct Page {
    Page* before;
    size_t bytes;
    size_t used;
  };
  static constexpr uint32_t kBuckets = 256;

  char* room(size_t bytes);

  Entry* buckets_[kBuckets];
  Page* page_;
};

}  // namespace slabscope::preload
