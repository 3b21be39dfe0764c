// SPDX-License-Identifier: Apache-2.0
#include "waypoints.h"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <random>

namespace slabscope::analysis {
namespace {

using recording::Nanoseconds;
using recording::SliceId;
using recording::StoreId;

struct SetOfKept {
  std::map<uint64_t, std::pair<uint64_t, bool>> stores;
  std::map<uint64_t, std::tuple<uint64_t, uint64_t, uint64_t>> slices;
  friend bool operator==(const SetOfKept&, const SetOfKept&) = default;
};

// Stores and slices that come and go, as one who goes through a recording tells of them.
class KeptModel {
 public:
  explicit KeptModel(const WaypointSpacing& spacing) : waypoints(spacing) {}

  void step() {
    t_ += random_() % 3;
    ++events_;
    if (random_() % 4 != 0) bear();
    if (random_() % 2 == 0 && !slices_.empty()) killSlice(any(slices_));
    if (random_() % 8 == 0 && !stores_.empty()) killStore(any(stores_));
    if (random_() % 8 == 0 && !stores_.empty()) resize(any(stores_));
  }

  void keep() {
    for (auto& [id, store] : stores_) {
      if (store.number == Waypoints::kNone)
        store.number = waypoints.add(Waypoints::Store{{id}, store.size, store.is_slab});
    }
    for (auto& [id, slice] : slices_) {
      if (slice.number == Waypoints::kNone)
        slice.number = waypoints.add(Waypoints::Slice{{id}, {slice.store}, slice.range});
    }
    recording::Reader::Place place;
    place.position.events = events_;
    place.defined.last_t = t_;
    waypoints.endWaypoint(place);
    SetOfKept& now = at_[events_];
    for (const auto& [id, store] : stores_) now.stores[id] = {store.size, store.is_slab};
    for (const auto& [id, slice] : slices_)
      now.slices[id] = {slice.store, slice.range.begin, slice.range.end};
  }

  void thinOut() {
    waypoints.thinOut([this](StoreId id, uint32_t number) { stores_.at(id.value).number = number; },
                      [this](SliceId id, uint32_t number) { slices_.at(id.value).number = number; });
  }

  size_t alive() const { return stores_.size() + slices_.size(); }
  Nanoseconds now() const { return t_; }
  uint64_t events() const { return events_; }
  const SetOfKept& after(uint64_t events) const { return at_.at(events); }

  Waypoints waypoints;

 private:
  struct Store {
    uint64_t size = 0;
    bool is_slab = false;
    uint32_t number = Waypoints::kNone;
  };
  struct Slice {
    uint64_t store = 0;
    RangeOfBytes range;
    uint32_t number = Waypoints::kNone;
  };

  template <class Map>
  typename Map::iterator any(Map& map) {
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(random_() % map.size()));
  }
  void bear() {
    if (stores_.empty() || random_() % 3 == 0)
      stores_[++store_] = {random_() >> random_() % 64, random_() % 2 == 0};
    const uint64_t begin = random_() % 70'000;
    slices_[++slice_] = {any(stores_)->first, {begin, begin + random_() % 5'000}};
  }
  void killSlice(std::map<uint64_t, Slice>::iterator slice) {
    if (slice->second.number != Waypoints::kNone) waypoints.endSlice(slice->second.number);
    slices_.erase(slice);
  }
  void killStore(std::map<uint64_t, Store>::iterator store) {
    for (auto slice = slices_.begin(); slice != slices_.end();) {
      const auto one = slice++;
      if (one->second.store == store->first) killSlice(one);
    }
    if (store->second.number != Waypoints::kNone) waypoints.endStore(store->second.number);
    stores_.erase(store);
  }
  void resize(std::map<uint64_t, Store>::iterator store) {
    store->second.size = random_();
    if (store->second.number != Waypoints::kNone)
      waypoints.endStore(std::exchange(store->second.number, Waypoints::kNone));
  }

  std::mt19937_64 random_{11};
  std::map<uint64_t, Store> stores_;
  std::map<uint64_t, Slice> slices_;
  std::map<uint64_t, SetOfKept> at_;
  uint64_t store_ = 0;
  uint64_t slice_ = 0;
  uint64_t events_ = 0;
  Nanoseconds t_ = 0;
};

SetOfKept aliveAt(const Waypoints& waypoints, const Waypoints::Waypoint& waypoint) {
  SetOfKept found;
  waypoints.forEachAlive(waypoint, [&](const auto& one) {
    if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Waypoints::Store>) {
      found.stores[one.id.value] = {one.size, one.is_slab};
    } else {
      EXPECT_TRUE(found.stores.contains(one.store.value));
      found.slices[one.id.value] = {one.store.value, one.range.begin, one.range.end};
    }
  });
  return found;
}

// Asked for each time, the waypoints are so many.
void expectRight(const KeptModel& model, size_t count) {
  EXPECT_EQ(model.waypoints.size(), count);
  std::map<uint64_t, Nanoseconds> places;
  for (Nanoseconds t = 0; t <= model.now() + 1; ++t) {
    const Waypoints::Waypoint* waypoint = model.waypoints.lastBefore(t);
    if (waypoint == nullptr) continue;
    ASSERT_LT(waypoint->place.defined.last_t, t);
    const uint64_t events = waypoint->place.position.events;
    if (places.emplace(events, t).second) {
      ASSERT_EQ(aliveAt(model.waypoints, *waypoint), model.after(events)) << events;
    }
  }
  // Two that are at the same time are one for who asks.
  EXPECT_GE(places.size() * 5, count * 4);
}

TEST(Waypoints, know_what_was_alive_at_each_of_them) {
  KeptModel model({});
  for (int i = 0; i < 60; ++i) {
    for (int step = 0; step < 40; ++step) model.step();
    model.keep();
  }
  expectRight(model, 60);
}

TEST(Waypoints, know_the_same_when_every_other_one_is_given_up) {
  KeptModel model({});
  size_t count = 0;
  for (int i = 1; i <= 90; ++i) {
    for (int step = 0; step < 20; ++step) model.step();
    model.keep();
    ++count;
    if (i % 13 != 0) continue;
    model.thinOut();
    count /= 2;
    ASSERT_NO_FATAL_FAILURE(expectRight(model, count)) << i;
  }
  expectRight(model, count);
}

TEST(Waypoints, become_rarer_the_more_would_have_to_be_kept) {
  const WaypointSpacing spacing{.least_events = 10, .most_kept = 4, .least_kept = 50};
  KeptModel model(spacing);
  size_t most = 0;
  uint64_t kept = 0;
  for (int i = 0; i < 20'000; ++i) {
    model.step();
    if (!model.waypoints.isDue(model.events(), 0)) continue;
    EXPECT_FALSE(model.waypoints.isDue(model.events(), 1'000'000)) << "as many events as are alive, at least";
    model.keep();
    ++kept;
    most = std::max(most, model.alive());
    while (model.waypoints.isTooMuch(model.alive())) model.thinOut();
    const Waypoints::Waypoint* last = model.waypoints.lastBefore(model.now() + 1);
    if (last == nullptr) continue;
    EXPECT_LE(last->stores + last->slices, std::max<size_t>(spacing.least_kept, spacing.most_kept * most));
  }
  EXPECT_LT(kept, 1'500U);
  EXPECT_GT(model.waypoints.size(), 2U);
  expectRight(model, model.waypoints.size());
}

}  // namespace
}  // namespace slabscope::analysis
