// SPDX-License-Identifier: Apache-2.0
// How V8 links the frames of generated code: where it keeps the innermost of them, how a run of JavaScript
// leads past C++ to the one beneath it, where a frame of the interpreter has its bytecode. None of it is
// written down here: it is found out while the program runs, by looking for what gives the same chain as V8's
// own sampler gives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "code_pages.h"
#include "recent_stack.h"
#include "stack_bounds.h"

namespace slabscope::preload {

/// A chain as v8::Isolate::GetStackSample tells it.
struct Sample {
  void* const* addresses;
  size_t count;
};

/// One bit for each frame of a walk.
struct FrameMask {
  uint64_t bits[2];

  bool has(uint32_t frame) const { return (bits[frame / 64] >> (frame % 64) & 1) != 0; }
  void set(uint32_t frame) { bits[frame / 64] |= uint64_t{1} << (frame % 64); }
  bool any() const { return (bits[0] | bits[1]) != 0; }
  bool operator==(const FrameMask& other) const {
    return bits[0] == other.bits[0] && bits[1] == other.bits[1];
  }
};

/// The frames of generated code on a stack, innermost first.
struct FrameWalk {
  static constexpr uint32_t kLimit = 128;

  uint64_t hash;  ///< of the return addresses
  uint32_t count;
  FrameMask entries;  ///< the frames that C++ called
  uintptr_t returns[kLimit];
  uintptr_t frames[kLimit];
};

/// What a walk means by V8's own account.
struct Explanation {
  FrameMask interpreted;  ///< the frames whose bytecode counts, not their return address
  uint32_t proof;         ///< a hash of what V8 told of the frames that were found
};

/// Of one isolate, used by its thread alone. Zeroed memory knows nothing.
class FrameLinks {
 public:
  /// Narrows down what is possible by one more sample of the calling thread's stack.
  void learn(const void* isolate, const CodePages& pages, const StackBounds& stack, const Sample& sample);
  /// Ends the learning; nullptr when one possibility is left, else why not.
  const char* conclude();
  bool known() const { return known_; }
  void forget() { known_ = false; }

  /// Walks over frames whose links are known. False when the links do not hold, or nothing is there.
  bool walk(const void* isolate, const StackBounds& stack, FrameWalk& walk) const;
  /// As walk(), but finds out which frames C++ called: for stacks that have not been met yet.
  bool walkAnew(const void* isolate, const CodePages& pages, const StackBounds& stack, FrameWalk& walk) const;
  /// The innermost frame of generated code: where a walk begins.
  uintptr_t innermostOf(const void* isolate) const;
  /// Adds to `recent` the words that a walk from `innermost` went by, and those that tell where its
  /// interpreted frames are.
  void recall(uintptr_t innermost, const FrameWalk& walk, const FrameMask& interpreted,
              RecentStack& recent) const;
  /// Remembers the frames that C++ called as such.
  void keepEntries(const FrameWalk& walk);

  /// Whether the walk covers each frame that V8 tells of.
  bool explains(const FrameWalk& walk, const CodePages& pages, const Sample& sample,
                Explanation& explanation) const;
  /// The hash of the walk with where its interpreted frames are.
  uint64_t hashWith(const FrameWalk& walk, const FrameMask& interpreted) const;

 private:
  static constexpr uint32_t kCandidates = 64;
  static constexpr uint32_t kEntries = 16;
  static constexpr uint32_t kWords = 8;  // beneath a frame's pointer, where bytecode and offset may be
  static constexpr uint32_t kSlots = 16;
  static constexpr size_t kIsolateWords = 4096;

  /// Which two words give bytecode and offset, a bit for each pair: offsets as V8 stores small integers in
  /// whole words, and in half ones.
  struct Readings {
    uint64_t whole;
    uint64_t half;

    bool any() const { return (whole | half) != 0; }
    bool single() const { return __builtin_popcountll(whole) + __builtin_popcountll(half) == 1; }
  };
  struct Candidate {
    uint32_t exit_word;  ///< of the isolate: the innermost frame's pointer
    uint32_t slots;      ///< a bit for each word beneath an entry's frame that may lead on
    Readings readings;
  };

  enum class FrameKind : uint8_t {
    kInner,
    kEntry,    ///< C++ called it
    kForeign,  ///< none of generated code
  };

  template <class KindOf>
  static bool walkFrom(uintptr_t frame, uint32_t slot, const StackBounds& stack, FrameWalk& walk,
                       const KindOf& kindOf);
  static Readings readingsOf(uintptr_t frame, uintptr_t told);
  static bool follow(uintptr_t innermost, uint32_t slot, const CodePages& pages, const StackBounds& stack,
                     FrameWalk& walk);
  static bool match(const FrameWalk& walk, const CodePages& pages, const Sample& sample, Readings& readings,
                    Explanation& explanation);
  bool refine(Candidate& candidate, const void* isolate, const CodePages& pages, const StackBounds& stack,
              const Sample& sample);
  void findCandidates(const void* isolate, const StackBounds& stack);
  bool isEntry(uintptr_t address) const;

  // What each walk goes by comes first.
  bool known_;
  uint32_t exit_word_;
  uint32_t entry_slot_;
  uint32_t bytecode_word_;
  uint32_t offset_word_;
  uint32_t offset_shift_;
  Readings readings_;
  uint64_t entry_filter_;  ///< a bit for the low bits of each
  uint32_t entry_count_;
  uintptr_t entries_[kEntries];  ///< return addresses in frames that C++ calls

  uint32_t candidate_count_;
  uint32_t samples_;  ///< that were learned from
  uint32_t nested_;   ///< of these: with C++ between two runs of JavaScript
  Candidate candidates_[kCandidates];
};

}  // namespace slabscope::preload
