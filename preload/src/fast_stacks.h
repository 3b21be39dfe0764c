// SPDX-License-Identifier: Apache-2.0
// Stacks that have been met before, known again by the frames themselves, in place of V8's sampler, which is
// asked about every stack that is new, and about one known one in a thousand, to compare.
#pragma once

#include <cstddef>
#include <cstdint>

#include "epoch_table.h"
#include "frame_links.h"
#include "recent_stacks.h"
#include "spot_check.h"
#include "v8_abi.h"

namespace slabscope::preload {

/// Of one isolate, used by its thread alone. Zeroed memory is not ready.
class FastStacks {
 public:
  /// A stack id, and V8's account that it came from.
  struct Known {
    uint32_t stack;  ///< 0: known by its interpreted frames too
    uint32_t proof;
    FrameMask interpreted;
  };
  /// A stack that V8 was asked about.
  struct Fresh {
    FrameWalk walk;
    Explanation explanation;
    uint64_t key;  ///< of the walk with its bytecode
    uint32_t epoch;
  };

  /// Learns how frames are linked from the stack that calls: V8's sample of it, taken there.
  void learn(v8::Isolate* isolate, uintptr_t stack_pointer, const Sample& sample);
  /// nullptr when all has been learned, else why not. From then on find() may be called, or never.
  const char* conclude() { return links_.conclude(); }
  bool ready() const { return links_.known() && !collecting_; }

  /// Begins to bring into the cache what find() will look at first.
  void fetchExpected() const { recent_[next_[last_met_]].stack.prefetch(); }
  /// The stack, if it is known; nullptr otherwise. Valid until the next call.
  const Known* find(v8::Isolate* isolate, uintptr_t stack_pointer);
  /// Whether V8 is to be asked about this stack although it is known.
  bool isCheckDue() { return check_.isDue(); }

  /// Finds V8's sample in the frames, before anything can move. False: the stack cannot be known again.
  bool explain(v8::Isolate* isolate, uintptr_t stack_pointer, const Sample& sample, Fresh& fresh);
  /// Remembers what the stack's id is.
  void remember(const Fresh& fresh, uint32_t stack);
  /// Stops for good.
  void giveUp() { links_.forget(); }

  /// A collection begins: V8 has no stack to tell of until it ends.
  void beginCollection() { collecting_ = true; }
  /// `code_moved`: program counters have lost their meaning.
  void endCollection(bool code_moved);
  void release() { known_.release(); }

 private:
  static constexpr uint32_t kPlaceBits = 6;
  static constexpr uint32_t kKeyFrames = 6;
  using Recents = RecentStacks<Known, kPlaceBits>;
  static_assert(Recents::kNone - 1 <= UINT8_MAX);

  /// The number of a place.
  static uint32_t placeOf(uintptr_t innermost, const StackBounds& stack);
  const Known* meet(uint32_t met);
  /// Makes a stack that had to be walked one of the recent ones, if it has come again.
  void keep(uint32_t place, uintptr_t innermost, const FrameWalk& walk, const Known& known);

  // What each search goes by comes first.
  SpotCheck check_;
  bool collecting_;
  uint8_t last_met_;
  /// What was met after what: programs go through the same stacks again and again.
  uint8_t next_[Recents::kNone];
  EpochTable<Known> known_;
  FrameLinks links_;
  Recents recent_;
};

}  // namespace slabscope::preload
