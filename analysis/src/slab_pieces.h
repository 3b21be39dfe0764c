// SPDX-License-Identifier: Apache-2.0
// A slab in pieces that no slice begins or ends within: what one byte of a piece is, all of them are.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/slab_usage.h"

namespace slabscope::analysis {

/// Of a range only what lies within the slab counts.
class SlabPieces {
 public:
  SlabPieces(const Lifetimes& lives, const SlabLife& slab);

  /// Covers [begin, end) with one live slice more, or with one less.
  void addLive(uint64_t begin, uint64_t end, int32_t slices);
  /// [begin, end) is cut now.
  void addCut(uint64_t begin, uint64_t end);
  /// What [begin, end) is where it is neither live nor cut. Borders of slices, or the slab's size.
  void setBase(uint64_t begin, uint64_t end, ByteState state);

  /// By how many bytes each state has changed since the last call.
  std::array<int64_t, kByteStates> takeChanges();
  uint64_t bytesOf(ByteState state) const { return bytes_[static_cast<size_t>(state)]; }

 private:
  struct Piece {
    uint64_t begin = 0;
    int32_t live = 0;
    bool cut = false;
    ByteState base = ByteState::kFree;

    ByteState state() const { return live > 0 ? ByteState::kLive : cut ? ByteState::kDead : base; }
  };

  template <class Change>
  void change(uint64_t begin, uint64_t end, const Change& what);

  std::vector<Piece> pieces_;  // the last one begins at the slab's end, and has no bytes
  std::array<uint64_t, kByteStates> bytes_{};
  std::array<int64_t, kByteStates> changes_{};
};

}  // namespace slabscope::analysis
