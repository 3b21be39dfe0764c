// SPDX-License-Identifier: Apache-2.0
// What was alive at some instants of a recording, kept by who goes through all of it, so that a part of it
// can be read later from the instant before on: snapshots in the file are few where much is alive. Something
// that is alive at many of them is kept once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "life_log.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/analysis/timeline.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class Waypoints {
 public:
  /// What is kept of a store or slice has a number.
  static constexpr uint32_t kNone = LifeLog<1>::kAlive;

  struct Store {
    recording::StoreId id;
    uint64_t size = 0;
    bool is_slab = false;
  };
  struct Slice {
    recording::SliceId id;
    recording::StoreId store;
    RangeOfBytes range;
  };
  struct Waypoint {
    recording::Reader::Place place;
    // So many were kept by then:
    uint32_t stores = 0;
    uint32_t slices = 0;
  };

  explicit Waypoints(const WaypointSpacing& spacing)
      : spacing_(spacing), least_events_(spacing.least_events) {}

  // ---- For who goes through the recording.

  /// Whether it is time for one, behind so many events, when so many stores and slices are alive.
  bool isDue(uint64_t events, size_t alive) const;
  /// What is alive at the next waypoint, and was not added before. Returns its number.
  uint32_t add(const Store& store) {
    return stores_.add({store.id.value, store.size, store.is_slab ? 1U : 0U});
  }
  uint32_t add(const Slice& slice) {
    return slices_.add(
        {slice.id.value, slice.store.value, slice.range.begin, slice.range.end - slice.range.begin});
  }
  /// What has a number is not alive any more, or not as it was added.
  void endStore(uint32_t number) { stores_.end(number, count()); }
  void endSlice(uint32_t number) { slices_.end(number, count()); }
  /// All that was added and has not ended is alive here.
  void endWaypoint(const recording::Reader::Place& place);

  /// Whether more is kept than what is alive at the waypoints, now so much, is worth.
  bool isTooMuch(size_t alive);
  /// Gives up every other waypoint, and what is alive at none that is left. Calls store(id, number) and
  /// slice(id, number) with the new number of each that is alive.
  template <class OfStore, class OfSlice>
  void thinOut(OfStore&& store, OfSlice&& slice);

  // ---- For who reads a part of it.

  /// The last one before which everything happened earlier than `t`; null where there is none.
  const Waypoint* lastBefore(recording::Nanoseconds t) const;
  /// Calls visit(store), then visit(slice), for what was alive; each slice is of one of the stores.
  template <class Visit>
  void forEachAlive(const Waypoint& waypoint, Visit&& visit) const;

  size_t size() const { return waypoints_.size(); }

 private:
  uint32_t count() const { return static_cast<uint32_t>(waypoints_.size()); }

  // The number of a waypoint among those that stay: each second one does.
  static uint32_t thinned(uint32_t number) { return number / 2; }

  template <size_t kFields, class Renumber>
  void thinOut(LifeLog<kFields>& log, uint32_t Waypoint::*kept_by_then, Renumber&& renumber);

  WaypointSpacing spacing_;
  uint64_t least_events_;
  uint64_t last_events_ = 0;
  size_t most_alive_ = 0;
  LifeLog<3> stores_;
  LifeLog<4> slices_;
  std::vector<Waypoint> waypoints_;
};

template <class OfStore, class OfSlice>
void Waypoints::thinOut(OfStore&& store, OfSlice&& slice) {
  thinOut(stores_, &Waypoint::stores,
          [&](uint64_t id, uint32_t number) { store(recording::StoreId{id}, number); });
  thinOut(slices_, &Waypoint::slices,
          [&](uint64_t id, uint32_t number) { slice(recording::SliceId{id}, number); });
  for (size_t to = 0; to < waypoints_.size() / 2; ++to) waypoints_[to] = waypoints_[2 * to + 1];
  waypoints_.resize(waypoints_.size() / 2);
  least_events_ *= 2;
}

template <size_t kFields, class Renumber>
void Waypoints::thinOut(LifeLog<kFields>& log, uint32_t Waypoint::*kept_by_then, Renumber&& renumber) {
  LifeLog<kFields> kept;
  uint32_t first = 0;  // waypoint of the record
  const auto goTo = [&](uint32_t number) {
    for (; first < count() && waypoints_[first].*kept_by_then <= number; ++first)
      waypoints_[first].*kept_by_then = kept.size();
  };
  log.forEach(log.size(), [&](uint32_t number, const auto& record, uint32_t end) {
    goTo(number);
    const bool is_alive = end == kNone;
    if (!is_alive && thinned(first) >= thinned(end)) return;
    const uint32_t now = kept.add(record);
    if (is_alive) {
      renumber(record[0], now);
    } else {
      kept.end(now, thinned(end));
    }
  });
  goTo(log.size());
  log = std::move(kept);
}

template <class Visit>
void Waypoints::forEachAlive(const Waypoint& waypoint, Visit&& visit) const {
  const auto here = static_cast<uint32_t>(&waypoint - waypoints_.data());
  stores_.forEach(waypoint.stores, [&](uint32_t, const auto& record, uint32_t end) {
    if (end > here) visit(Store{{record[0]}, record[1], record[2] != 0});
  });
  slices_.forEach(waypoint.slices, [&](uint32_t, const auto& record, uint32_t end) {
    if (end > here) visit(Slice{{record[0]}, {record[1]}, {record[2], record[2] + record[3]}});
  });
}

}  // namespace slabscope::analysis
