// SPDX-License-Identifier: Apache-2.0
// The part of the tracker that looks at what is cut from a slab: where it lies, and why there.
#include <algorithm>

#include "pool_tracker.h"

namespace slabscope::analysis {

using recording::Slice;

namespace {

constexpr uint64_t kStep = 8;            // the pool's pointer moves to multiples of it
constexpr uint64_t kMostAlignment = 64;  // of aligned requests that the pool serves

uint64_t alignedUp(uint64_t offset, uint64_t base) {
  return offset <= base ? base : base + (offset - base + kStep - 1) / kStep * kStep;
}

RangeOfBytes rangeOf(const Slice& event) {
  return {event.offset, event.offset + std::min(event.length, ~uint64_t{0} - event.offset)};
}

}  // namespace

void PoolTracker::on(const Slice& event) {
  PoolSlab* slab = slabOf(event.store);
  if (slab == nullptr) return;
  const Request request = requests_.of(event.stack);
  bool is_cut = !event.parent && request.origin != ViewOrigin::kOther;
  if (is_cut && !retold_ && isTrim(*slab, event, request)) {
    trim(*slab, event);
  } else if (is_cut && !retold_ && request.origin == ViewOrigin::kUnknown && event.offset < slab->end) {
    // Without a stack a trim, a view of a dead slice and a region handed out again look the same.
    ++facts_.reuse.unclear;
    is_cut = false;
  } else if (is_cut) {
    cut(*slab, event, request);
  }
  slices_.put(event.slice, {.store = event.store,
                            .range = rangeOf(event),
                            .stack = event.stack,
                            .isolate = event.isolate,
                            .born = event.t,
                            .is_cut = is_cut,
                            .place = slab->live.size()});
  slab->live.push_back(event.slice);
  if (is_cut) slab->newest_slice = event.slice;
}

bool PoolTracker::isTrim(const PoolSlab& slab, const Slice& event, const Request& request) const {
  return slab.cuts != 0 && event.offset == slab.newest.offset && event.length < slab.newest.length &&
         request.factory == Factory::kFromString && slab.newest_factory == Factory::kFromString;
}

void PoolTracker::trim(PoolSlab& slab, const Slice& event) {
  ++facts_.placement.trims;
  slab.cut_bytes -= slab.cut.clear({event.offset + event.length, slab.newest.offset + slab.newest.length});
  slab.end = rangeOf(event).end;
  slab.newest = exampleOf(event);
  if (slices_.find(slab.newest_slice) == nullptr && slab.dead_cuts > 0) --slab.dead_cuts;
}

void PoolTracker::cut(PoolSlab& slab, const Slice& event, const Request& request) {
  IsolateState& isolate = isolates_[event.isolate];
  if (slab.cuts == 0) {
    findRoom(slab, event);
    leaveFor(slab, isolate, event, request);
  }
  if (!retold_) {
    countGap(slab, event, request);
    countFactory(event, request);
    countThreads(slab, event);
    countNeighbours(slab, event);
  }
  if (!isolate.first_cut) isolate.first_cut = event.t;
  isolate.current = slab.id;
  slab.left.reset();
  const RangeOfBytes range = rangeOf(event);
  slab.cut_bytes += slab.cut.set(range);
  slab.end = retold_ ? std::max(slab.end, range.end) : range.end;
  ++slab.cuts;
  if (retold_) ++slab.told_cuts;
  slab.last_cut = event.t;
  slab.last_isolate = event.isolate;
  slab.newest = exampleOf(event);
  slab.newest_factory = request.factory;
}

// The pool's size can be changed by the program: what is left of the room shows where the first cut lies.
void PoolTracker::findRoom(PoolSlab& slab, const Slice& event) const {
  if (slab.room != 0 || facts_.size.room == 0 || slab.size < facts_.size.room) return;
  if (event.offset >= facts_.size.room || (slab.address + event.offset) % facts_.size.room != 0) return;
  slab.room = facts_.size.room;
  slab.base = event.offset;
}

// The first cut from `next` shows that the pool has left the slab before it, which may be dead by now.
void PoolTracker::leaveFor(const PoolSlab& next, IsolateState& isolate, const Slice& event,
                           const Request& request) {
  if (isolate.gone) {
    leave(*isolate.gone, next, event, request);
    closeSlab(*isolate.gone);
    isolate.gone.reset();
  } else if (PoolSlab* current = slabOf(isolate.current);
             current != nullptr && next.born >= current->last_cut) {
    leave(*current, next, event, request);
  }
}

void PoolTracker::leave(PoolSlab& slab, const PoolSlab& next, const Slice& event, const Request& request) {
  Left left{request.factory, TailCause::kUnknown, exampleOf(event)};
  const uint64_t from = alignedUp(slab.end, slab.base);
  const uint64_t free = slab.poolEnd() - std::min(from, slab.poolEnd());
  const bool aligned = request.factory == Factory::kAllocUnsafeAligned;
  const bool is_first = event.offset == next.base;
  const bool all_seen = !retold_ && causeOfHole(slab.last_cut, event.t) == GapCause::kUnknown;
  if (is_first && all_seen) {
    if (event.length + (aligned ? kMostAlignment - kStep : 0) > free) {
      left.cause = TailCause::kDidNotFit;
    } else if (request.factory == Factory::kFromString) {
      left.cause = TailCause::kStringReservation;
    }
  }
  slab.left = left;
}

GapCause PoolTracker::causeOfHole(recording::Nanoseconds from, recording::Nanoseconds until) const {
  for (const PausedRange& pause : scan_.pauses) {
    if (pause.from <= until && pause.until >= from) return GapCause::kPaused;
  }
  for (const recording::Lost& lost : scan_.losses) {
    if (lost.t <= until && lost.until >= from) return GapCause::kLost;
  }
  return GapCause::kUnknown;
}

GapCause PoolTracker::causeOfGap(const PoolSlab& slab, const Slice& event, const Request& request) const {
  const bool is_first = slab.cuts == 0;
  const uint64_t from = is_first ? slab.base : slab.end;
  if (event.offset == from) return is_first ? GapCause::kBase : GapCause::kNone;
  const uint64_t gap = event.offset - from;
  const bool on_step = event.offset >= slab.base && (event.offset - slab.base) % kStep == 0;
  if (!is_first && request.factory == Factory::kAllocUnsafeAligned && gap < kMostAlignment)
    return GapCause::kAlignedRequest;
  if (!is_first && gap < kStep && on_step) return GapCause::kAlignment;
  if (slab.told_again && slab.last_cut <= scan_.header.dropped.until) return GapCause::kDropped;
  if (is_first) {
    const auto isolate = isolates_.find(event.isolate);
    if (isolate == isolates_.end() || !isolate->second.first_cut || slab.born <= *isolate->second.first_cut)
      return GapCause::kStartup;
  }
  return causeOfHole(is_first ? slab.born : slab.last_cut, event.t);
}

void PoolTracker::countGap(PoolSlab& slab, const Slice& event, const Request& request) {
  PlacementFact& fact = facts_.placement;
  ++fact.cuts;
  if (slab.dead_cuts != 0) ++facts_.reuse.after_deaths;
  if (slab.cuts == 0 && slab.room != 0) ++facts_.size.bases[event.offset];
  if (slab.cuts != 0) ++fact.pairs;
  if (event.offset < (slab.cuts == 0 ? slab.base : slab.end)) {
    slab.whole = false;
    if (slab.cuts != 0) return countBackward(slab, event);
    ++fact.gaps.at(static_cast<size_t>(GapCause::kUnknown)).count;
    if (!fact.apart) fact.apart = exampleOf(event);
    return;
  }
  const GapCause cause = causeOfGap(slab, event, request);
  const uint64_t skipped = event.offset - slab.end;  // of a first cut: the base included
  recording::Tally& tally = fact.gaps.at(static_cast<size_t>(cause));
  ++tally.count;
  tally.bytes += skipped;
  switch (cause) {
    case GapCause::kNone:
    case GapCause::kBase:
      break;
    case GapCause::kAlignment:
      slab.padding += skipped;
      break;
    case GapCause::kAlignedRequest:
      slab.aligned += skipped;
      break;
    default:
      slab.whole = false;
  }
  if (cause == GapCause::kUnknown && !fact.apart) fact.apart = exampleOf(event);
  if (slab.cuts == 0 || fact.second || (cause != GapCause::kNone && cause != GapCause::kAlignment)) return;
  fact.first = slab.newest;
  fact.second = exampleOf(event);
}

void PoolTracker::countBackward(PoolSlab& slab, const Slice& event) {
  ++facts_.placement.backward;
  const RangeOfBytes range = rangeOf(event);
  ReuseFact& fact = facts_.reuse;
  std::vector<RangeOfBytes> live;
  for (const recording::SliceId id : slab.live) {
    const RangeOfBytes& other = slices_.find(id)->range;
    const RangeOfBytes both{std::max(other.begin, range.begin), std::min(other.end, range.end)};
    if (both.begin < both.end) live.push_back(both);
  }
  const uint64_t over_live = unionOf(live);
  const uint64_t over = slab.cut.count(range);
  if (over_live != 0) ++fact.over_live;
  if (over <= over_live) return;
  ++fact.reused.count;
  fact.reused.bytes += over - over_live;
  if (!fact.example) fact.example = exampleOf(event);
}

void PoolTracker::countFactory(const Slice& event, const Request& request) {
  ThresholdFact& fact = facts_.threshold;
  FactoryFigures& figures = fact.factories.at(static_cast<size_t>(request.factory));
  if (figures.cuts.count == 0 || event.length < figures.smallest_cut) figures.smallest_cut = event.length;
  figures.largest_cut = std::max(figures.largest_cut, event.length);
  ++figures.cuts.count;
  figures.cuts.bytes += event.length;
  if (request.factory == Factory::kAlloc && !facts_.alloc.cut) facts_.alloc.cut = exampleOf(event);
  if (!fact.largest_cut || event.length > fact.largest_cut->length) fact.largest_cut = exampleOf(event);
  if (fact.threshold == 0 || event.length < fact.threshold) return;
  ++fact.large_cuts;
  if (!fact.exception) fact.exception = exampleOf(event);
}

void PoolTracker::countThreads(const PoolSlab& slab, const Slice& event) {
  ThreadsFact& fact = facts_.threads;
  IsolatePool& pool = fact.isolates[event.isolate];
  ++pool.cuts;
  if (slab.cuts == slab.told_cuts) ++pool.slabs;
  if (slab.cuts != 0 && slab.last_isolate != event.isolate) {
    ++fact.mixed;
    if (!fact.exception) fact.exception = exampleOf(event);
  }
  if (event.isolate != kMainIsolate && !fact.example) fact.example = exampleOf(event);
}

void PoolTracker::countNeighbours(const PoolSlab& slab, const Slice& event) {
  const recording::FrameId caller = owners_.of(event.stack);
  SharingFact& sharing = facts_.sharing;
  const bool different = sharing.second && sharing.first->caller != sharing.second->caller;
  if (slab.cuts != 0 && (!sharing.second || (!different && slab.newest.caller != caller))) {
    sharing.first = slab.newest;
    sharing.second = exampleOf(event);
  }
  if (!caller) return;
  CallerState& mine = callers_.at(caller.value);
  PlacementFact& fact = facts_.placement;
  if (mine.store == slab.id && slab.cuts > mine.cuts && event.offset >= mine.end) {
    ++fact.between;
    if (event.offset - mine.end > fact.farthest) {
      fact.farthest = event.offset - mine.end;
      fact.between_end = exampleOf(event);
    }
  }
  mine = {slab.id, slab.cuts + 1, rangeOf(event).end};
}

}  // namespace slabscope::analysis
