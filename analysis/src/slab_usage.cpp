// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_usage.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "slab_families.h"
#include "slab_pieces.h"
#include "slabscope/analysis/callers.h"

namespace slabscope::analysis {
namespace {

using recording::Nanoseconds;

enum class TurnKind : uint8_t { kBirth, kDeath, kLeft };

// Something that happens to a slab or to a slice of it.
struct UsageTurn {
  uint64_t event = 0;
  Nanoseconds t = 0;
  TurnKind kind = TurnKind::kBirth;
  const SliceLife* slice = nullptr;  // null: of the slab
};

void sortByEvent(std::vector<UsageTurn>& turns) {
  std::stable_sort(turns.begin(), turns.end(),
                   [](const UsageTurn& a, const UsageTurn& b) { return a.event < b.event; });
}

// When each pool went on to a slab: then it has left the one before.
class PoolBirths {
 public:
  explicit PoolBirths(const Lifetimes& lives) {
    for (const SlabLife& slab : lives.slabs) {
      std::vector<Lifetime>& births = births_[familyOf(slab)];
      if (!slab.begins_further_pool) births.push_back(slab.life);
    }
    for (auto& [family, births] : births_) {
      std::stable_sort(births.begin(), births.end(),
                       [](const Lifetime& a, const Lifetime& b) { return a.born < b.born; });
    }
  }
  /// The first later than `t`; null when there is none.
  const Lifetime* after(const SlabLife& slab, Nanoseconds t) const {
    const std::vector<Lifetime>& births = births_.at(familyOf(slab));
    const auto next = std::upper_bound(births.begin(), births.end(), t,
                                       [](Nanoseconds then, const Lifetime& one) { return then < one.born; });
    return next == births.end() ? nullptr : &*next;
  }

 private:
  static SlabFamily familyOf(const SlabLife& slab) { return {slab.isolate, slab.kind}; }

  std::map<SlabFamily, std::vector<Lifetime>> births_;
};

class SlabHistory {
 public:
  SlabHistory(const Lifetimes& lives, const SlabLife& slab, const PoolBirths& births)
      : slab_(slab), pieces_(lives, slab) {
    if (!lives.knows_slices) {
      pieces_.setBase(0, slab.size, ByteState::kUnseen);
      return;
    }
    Nanoseconds last_cut = slab.life.born;
    bool can_be_left = !slab.begins_further_pool;
    const auto leave = [&](uint64_t before_event) {
      if (!can_be_left) return;
      const Lifetime* next = births.after(slab, last_cut);
      if (next != nullptr && next->born_event < before_event)
        turns_.push_back({next->born_event, next->born, TurnKind::kLeft, nullptr});
    };
    for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
      if (!slice->view) {
        leave(slice->life.born_event);
        last_cut = std::max(last_cut, slice->life.born);
        can_be_left = true;
      }
      turns_.push_back({slice->life.born_event, slice->life.born, TurnKind::kBirth, slice});
      if (slice->life.hasDied())
        turns_.push_back({slice->life.died_event, slice->life.died, TurnKind::kDeath, slice});
    }
    leave(slab.life.died_event);
    sortByEvent(turns_);
  }

  template <class Visit>
  void tell(const Visit& visit) {
    visitChanges(slab_.life.born, visit);
    for (const UsageTurn& turn : turns_) {
      if (turn.event >= slab_.life.died_event) break;
      take(turn);
      visitChanges(turn.t, visit);
    }
    if (!slab_.life.hasDied()) return;
    for (size_t i = 0; i < kByteStates; ++i)
      visit(slab_.life.died, i, -static_cast<int64_t>(pieces_.bytesOf(static_cast<ByteState>(i))));
  }

 private:
  template <class Visit>
  void visitChanges(Nanoseconds t, const Visit& visit) {
    const std::array<int64_t, kByteStates> changes = pieces_.takeChanges();
    for (size_t i = 0; i < kByteStates; ++i) {
      if (changes[i] != 0) visit(t, i, changes[i]);
    }
  }

  void take(const UsageTurn& turn) {
    if (turn.kind == TurnKind::kLeft) {
      has_left_ = true;
      rebaseBehindCuts();
      return;
    }
    const uint64_t begin = turn.slice->offset;
    const uint64_t end = begin + turn.slice->length;
    const bool is_birth = turn.kind == TurnKind::kBirth;
    if (is_birth && !turn.slice->view) cut(begin, end);
    // A view whose parent is not known may lie behind all cuts.
    if (end > cut_end_) {
      if (is_birth) {
        ends_behind_.insert(end);
      } else if (const auto place = ends_behind_.find(end); place != ends_behind_.end()) {
        ends_behind_.erase(place);
      }
      rebaseBehindCuts();
    }
    pieces_.addLive(begin, end, is_birth ? 1 : -1);
  }

  void cut(uint64_t begin, uint64_t end) {
    if (begin > cut_end_) {
      const ByteState gap = stateOfGap(begin - cut_end_, slab_.address + begin, is_first_);
      pieces_.setBase(cut_end_, begin, gap);
    }
    is_first_ = false;
    cut_end_ = std::max(cut_end_, end);
    pieces_.addCut(begin, end);
    if (std::exchange(has_left_, false) || !ends_behind_.empty()) rebaseBehindCuts();
  }

  void rebaseBehindCuts() {
    const uint64_t cuts = std::min(cut_end_, slab_.size);
    const uint64_t seen = ends_behind_.empty() ? cuts : std::clamp(*ends_behind_.rbegin(), cuts, slab_.size);
    pieces_.setBase(cuts, seen, ByteState::kUnseen);
    pieces_.setBase(seen, slab_.size, has_left_ ? ByteState::kTail : ByteState::kFree);
  }

  const SlabLife& slab_;
  SlabPieces pieces_;
  std::vector<UsageTurn> turns_;
  uint64_t cut_end_ = 0;
  bool is_first_ = true;
  bool has_left_ = false;
  std::multiset<uint64_t> ends_behind_;  // of live slices that end behind all cuts
};

template <class Take>
void forEachSlab(const Lifetimes& lives, const TimeRange& range, const Progress& progress, const Take& take) {
  uint64_t slices = 0;
  for (const SlabLife& slab : lives.slabs) {
    slices += slab.slices;
    const bool is_before = slab.life.hasDied() && slab.life.died < range.from;
    if (slab.life.born >= range.until || is_before) continue;
    take(slab);
    if (progress) progress(slices);
  }
}

}  // namespace

void forEachLiveChange(const Lifetimes& lives, const SlabLife& slab, const SliceFilter& counts,
                       const std::function<void(const UsageChange& change)>& visit) {
  std::vector<UsageTurn> turns;
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    if (slice->length == 0 || (counts && !counts(*slice))) continue;
    turns.push_back({slice->life.born_event, slice->life.born, TurnKind::kBirth, slice});
    if (slice->life.hasDied())
      turns.push_back({slice->life.died_event, slice->life.died, TurnKind::kDeath, slice});
  }
  if (turns.empty()) return;
  sortByEvent(turns);
  SlabPieces pieces(lives, slab);
  pieces.takeChanges();
  for (const UsageTurn& turn : turns) {
    const uint64_t begin = turn.slice->offset;
    pieces.addLive(begin, begin + turn.slice->length, turn.kind == TurnKind::kBirth ? 1 : -1);
    const int64_t change = pieces.takeChanges()[static_cast<size_t>(ByteState::kLive)];
    if (change != 0) visit({turn.t, turn.event, ByteState::kLive, change});
  }
}

SlabUsage slabUsage(const Lifetimes& lives, const TimeRange& range, const Progress& progress) {
  SlabUsage usage;
  usage.states.fill(Averages(range));
  const PoolBirths births(lives);
  forEachSlab(lives, range, progress, [&](const SlabLife& slab) {
    SlabHistory(lives, slab, births).tell([&](Nanoseconds t, size_t state, int64_t by) {
      usage.states[state].add(t, by);
    });
  });
  for (Averages& state : usage.states) state.finish();
  return usage;
}

Averages liveBytesThrough(const Lifetimes& lives, const std::vector<bool>& stacks, const TimeRange& range,
                          const Progress& progress) {
  Averages live(range);
  const auto counts = [&](const SliceLife& slice) { return isMarked(stacks, slice.stack); };
  forEachSlab(lives, range, progress, [&](const SlabLife& slab) {
    forEachLiveChange(lives, slab, counts,
                      [&](const UsageChange& change) { live.add(change.t, change.bytes); });
  });
  live.finish();
  return live;
}

}  // namespace slabscope::analysis
