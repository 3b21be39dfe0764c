// SPDX-License-Identifier: Apache-2.0
#include "slab_pieces.h"

#include <algorithm>
#include <utility>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

SlabPieces::SlabPieces(const Lifetimes& lives, const SlabLife& slab) {
  std::vector<uint64_t> borders = {0, slab.size};
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    const RangeOfBytes range = within({slice->offset, slice->offset + slice->length}, slab.size);
    borders.push_back(range.begin);
    borders.push_back(range.end);
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  pieces_.reserve(borders.size());
  for (const uint64_t border : borders) pieces_.push_back({.begin = border});
  bytes_[static_cast<size_t>(ByteState::kFree)] = slab.size;
  changes_[static_cast<size_t>(ByteState::kFree)] = static_cast<int64_t>(slab.size);
}

template <class Change>
void SlabPieces::change(uint64_t begin, uint64_t end, const Change& what) {
  const RangeOfBytes range = within({begin, end}, pieces_.back().begin);
  auto piece = std::lower_bound(pieces_.begin(), pieces_.end(), range.begin,
                                [](const Piece& one, uint64_t offset) { return one.begin < offset; });
  for (; piece->begin < range.end; ++piece) {
    const auto before = static_cast<size_t>(piece->state());
    what(*piece);
    const auto after = static_cast<size_t>(piece->state());
    if (before == after) continue;
    const uint64_t bytes = std::next(piece)->begin - piece->begin;
    bytes_[before] -= bytes;
    bytes_[after] += bytes;
    changes_[before] -= static_cast<int64_t>(bytes);
    changes_[after] += static_cast<int64_t>(bytes);
  }
}

void SlabPieces::addLive(uint64_t begin, uint64_t end, int32_t slices) {
  change(begin, end, [slices](Piece& piece) { piece.live += slices; });
}

void SlabPieces::addCut(uint64_t begin, uint64_t end) {
  change(begin, end, [](Piece& piece) { piece.cut = true; });
}

void SlabPieces::setBase(uint64_t begin, uint64_t end, ByteState state) {
  change(begin, end, [state](Piece& piece) { piece.base = state; });
}

std::array<int64_t, kByteStates> SlabPieces::takeChanges() {
  return std::exchange(changes_, {});
}

}  // namespace slabscope::analysis
