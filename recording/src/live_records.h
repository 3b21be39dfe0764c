// SPDX-License-Identifier: Apache-2.0
// What is alive as far as the file has been written, in the form in which a snapshot tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "birth_log.h"
#include "newborns.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

struct LiveStoreRecord {
  StoreAlloc event;     ///< of its birth, with the size, kind and isolate of now
  uint64_t slices = 0;  ///< live ones
};
inline uint64_t idOf(const LiveStoreRecord& store) {
  return store.event.store.value;
}
inline uint64_t idOf(const Slice& slice) {
  return slice.slice.value;
}

class LiveRecords {
 public:
  /// Events with the time and the id under which they were written, in their order; ids run on.
  void on(const StoreAlloc& event);
  void on(const StoreFree& event);
  void on(const StoreResize& event);
  void on(const StoreMove& event);
  void on(const StoreKindKnown& event);
  /// `event` without the time and ids under which it was written: what has just been put into it word by
  /// word could not be copied in larger pieces without waiting for the words.
  void onSlice(const Slice& event, Nanoseconds t, SliceId id, StackId stack) {
    Slice& kept = new_slices_.add(event, id.value);
    kept.t = t;
    kept.slice = id;
    kept.stack = stack;
  }
  void on(const SliceFree& event) {
    if (!new_slices_.has(event.slice.value)) return onOld(event);
    new_slices_.kill(event.slice.value);
  }
  void on(const Gc& event);
  void on(const IsolateStart& event) { isolates_[event.isolate] = event; }
  void on(const IsolateEnd& event) { isolates_.erase(event.isolate); }
  void on(const Pause& event) { paused_ = event; }
  void on(const Resume& /*event*/) { paused_.reset(); }
  template <class Other>
  void on(const Other& /*leaves everything as it was*/) {}

  /// To be called when a batch is closed: what it has borne and not killed joins the others.
  void settle();

  /// The sizes of all live stores, whether settled or not. All that follows is about what is settled.
  uint64_t storeBytes() const { return store_bytes_; }
  const BirthLog<LiveStoreRecord>& stores() const { return stores_; }
  /// For a while with those whose store died before them: see isAlive().
  const BirthLog<Slice>& slices() const { return slices_; }
  /// About as many events as a snapshot has.
  size_t count() const { return stores_.size() + slices_.size() + isolates_.size() + collections_.size(); }
  bool isAlive(const Slice& slice) const {
    return orphans_ == 0 || stores_.find(slice.store.value) != nullptr;
  }

  using StateEvent = std::variant<IsolateStart, Gc, Pause>;
  /// What else holds on, in the order of time.
  std::vector<StateEvent> state() const;

  /// Gives up what was told already.
  void dropStores(size_t chunk) {
    if (orphans_ == 0) stores_.drop(chunk);
  }
  void dropSlices(size_t chunk) { slices_.drop(chunk); }

 private:
  // Which of its stores and slices a full collection found garbage depends on when it began to mark.
  struct Collections {
    std::optional<Gc> marking;  ///< the first one between the full collection before and `full`
    std::optional<Gc> full;
    std::optional<Gc> marking_since;  ///< the first one since
  };

  StoreAlloc* storeToChange(uint64_t id);
  void onOld(const SliceFree& event);
  void forgetOrphans();

  uint64_t store_bytes_ = 0;
  Newborns<StoreAlloc> new_stores_;
  Newborns<Slice> new_slices_;
  BirthLog<LiveStoreRecord> stores_;
  BirthLog<Slice> slices_;
  uint64_t orphans_ = 0;  ///< slices whose store died before them
  std::map<uint32_t, IsolateStart> isolates_;
  std::map<uint32_t, Collections> collections_;
  std::optional<Pause> paused_;
};

}  // namespace slabscope::recording
