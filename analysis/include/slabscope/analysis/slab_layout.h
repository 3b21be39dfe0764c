// SPDX-License-Identifier: Apache-2.0
// The bytes of one slab at an instant, run by run: what slab_table.h sums up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/lifetimes.h"

namespace slabscope::analysis {

/// What has become of a byte; the words are those of SlabRow.
enum class ByteState : uint8_t { kLive, kDead, kPadding, kStartup, kUnseen, kTail, kFree };

/// What the `gap` bytes are that a cut at `address` has skipped; is_first: it is the first of its slab.
ByteState stateOfGap(uint64_t gap, uint64_t address, bool is_first);

struct ByteRun {
  uint64_t begin = 0;
  uint64_t end = 0;
  ByteState state = ByteState::kFree;
  /// Of live and dead bytes: the innermost slice over them that was born last (of live bytes: the last that
  /// is alive); else null. Points into the Lifetimes.
  const SliceLife* slice = nullptr;

  uint64_t bytes() const { return end - begin; }
  friend bool operator==(const ByteRun&, const ByteRun&) = default;
};

/// The slab that its pool went on to after the last cut of this one (0: there was none), which it has left
/// then. Null: there is none yet. Points into the Lifetimes.
const SlabLife* successorOf(const Lifetimes& lives, const SlabLife& slab, recording::Nanoseconds last_cut);

/// The runs of the slab in the order of their offsets, none of them empty, without a gap from 0 to the slab's
/// size. Those of a slab that does not live at the instant are none. Where slices were not recorded it is all
/// unseen.
std::vector<ByteRun> slabLayout(const Lifetimes& lives, const SlabLife& slab, const Instant& at);

}  // namespace slabscope::analysis
