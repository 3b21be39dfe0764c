// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_layout.h"

#include <algorithm>
#include <map>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {
namespace {

using recording::Nanoseconds;

struct Covering {
  uint64_t begin = 0;
  uint64_t end = 0;
  ByteState state = ByteState::kFree;
  const SliceLife* slice = nullptr;
};

// Runs by their begin; each reaches to the begin of the next.
class Painting {
 public:
  explicit Painting(uint64_t size) : size_(size) { runs_[0] = {}; }

  void paint(const Covering& what) {
    const auto [begin, end] = within({what.begin, what.end}, size_);
    if (begin >= end) return;
    splitAt(begin);
    splitAt(end);
    runs_.erase(runs_.lower_bound(begin), runs_.lower_bound(end));
    runs_[begin] = {what.state, what.slice};
  }

  std::vector<ByteRun> runs() const {
    std::vector<ByteRun> all;
    for (auto run = runs_.begin(); run != runs_.end(); ++run) {
      const uint64_t end = std::next(run) == runs_.end() ? size_ : std::next(run)->first;
      if (end > run->first) all.push_back({run->first, end, run->second.state, run->second.slice});
    }
    return all;
  }

 private:
  struct Colour {
    ByteState state = ByteState::kFree;
    const SliceLife* slice = nullptr;
  };

  void splitAt(uint64_t offset) {
    if (offset >= size_) return;
    const auto after = runs_.upper_bound(offset);
    runs_.emplace(offset, std::prev(after)->second);
  }

  uint64_t size_;
  std::map<uint64_t, Colour> runs_;
};

}  // namespace

const SlabLife* successorOf(const Lifetimes& lives, const SlabLife& slab, Nanoseconds last_cut) {
  // A further pool that was never cut from has not gone on.
  if (slab.begins_further_pool && last_cut == 0) return nullptr;
  const SlabLife* first = nullptr;
  for (const SlabLife& other : lives.slabs) {
    const bool is_of_pool =
        other.kind == slab.kind && other.isolate == slab.isolate && !other.begins_further_pool;
    if (!is_of_pool || other.life.born <= std::max(last_cut, slab.life.born)) continue;
    if (first == nullptr || other.life.born_event < first->life.born_event) first = &other;
  }
  return first;
}

ByteState stateOfGap(uint64_t gap, uint64_t address, bool is_first) {
  const uint64_t alignment = address & (~address + 1);
  if (gap < alignment) return ByteState::kPadding;
  return is_first ? ByteState::kStartup : ByteState::kUnseen;
}

std::vector<ByteRun> slabLayout(const Lifetimes& lives, const SlabLife& slab, const Instant& at) {
  if (!slab.life.aliveAt(at)) return {};
  if (!lives.knows_slices) return {{0, slab.size, ByteState::kUnseen, nullptr}};
  Painting painting(slab.size);
  std::vector<const SliceLife*> begun;
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    if (slice->life.begunAt(at)) begun.push_back(slice);
  }

  uint64_t cut_end = 0;
  Nanoseconds last_cut = 0;
  bool first = true;
  for (const SliceLife* slice : begun) {
    if (slice->view) continue;
    if (slice->offset > cut_end) {
      const ByteState gap = stateOfGap(slice->offset - cut_end, slab.address + slice->offset, first);
      painting.paint({cut_end, slice->offset, gap, nullptr});
    }
    cut_end = std::max(cut_end, slice->offset + slice->length);
    last_cut = slice->life.born;
    first = false;
  }
  uint64_t end = cut_end;
  for (const SliceLife* slice : begun) {
    if (slice->life.aliveAt(at)) end = std::max(end, slice->offset + slice->length);
  }
  // A view whose parent is not known may lie behind all cuts.
  if (end > cut_end) painting.paint({cut_end, end, ByteState::kUnseen, nullptr});
  const SlabLife* const next = successorOf(lives, slab, last_cut);
  if (next != nullptr && next->life.begunAt(at)) painting.paint({end, slab.size, ByteState::kTail, nullptr});

  for (const SliceLife* slice : begun) {
    if (slice->view) continue;
    painting.paint({slice->offset, slice->offset + slice->length, ByteState::kDead, slice});
  }
  for (const SliceLife* slice : begun) {
    if (!slice->life.aliveAt(at)) continue;
    painting.paint({slice->offset, slice->offset + slice->length, ByteState::kLive, slice});
  }
  return painting.runs();
}

}  // namespace slabscope::analysis
