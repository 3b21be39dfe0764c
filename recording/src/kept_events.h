// SPDX-License-Identifier: Apache-2.0
// What a recording with a limit remembers of the events that its file may lose: all that is alive, each with
// the very event that made it, and the sums of everything else. As large as what lives, not as what has
// lived; but from the end of the main isolate on nothing is forgotten, since the instant before it is the one
// that reports are about.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "batch_encoder.h"
#include "slabscope/recording/id_map.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

class KeptEvents {
 public:
  /// Events with the time and the id under which they were written, in their order.
  void on(const StoreAlloc& event);
  void on(const StoreFree& event);
  void on(const StoreResize& event);
  void on(const StoreMove& event);
  void on(const StoreKindKnown& event);
  void on(const Slice& event);
  void on(const SliceFree& event);
  void on(const Gc& event);
  void on(const Memory& event);
  void on(const ProcessRss& event);
  void on(const Mark& event);
  void on(const Lost& event);
  void on(const IsolateStart& event);
  void on(const IsolateEnd& event);
  void on(const Pause& event);
  void on(const Resume& event);

  /// Called with what a file begins with that is to tell again what is alive now: first what it leaves out,
  /// then its events, in the order in which they happened.
  class Retelling {
   public:
    virtual ~Retelling() = default;
    virtual void leaveOut(const Dropped& dropped) = 0;
    virtual BatchEncoder& encoder() = 0;
    /// After each event in encoder(). False: no more of it.
    virtual bool next() = 0;
  };
  void retell(Retelling& retelling);

 private:
  using Number = uint64_t;  ///< of an event, from 1; 0 = none
  template <class Event>
  struct Numbered {
    Number number = 0;
    Event event{};
  };
  struct Store {
    Numbered<StoreAlloc> born{};
    /// The last one, and those between which slices were cut: they lie in what the store was then.
    std::vector<Numbered<StoreResize>> resized{};
    Number newest_slice = 0;
    Numbered<StoreMove> moved{};
    Numbered<StoreKindKnown> known{};
    uint64_t size = 0;
    Tally slices{};  ///< alive
    bool dead = false;
  };
  struct KeptSlice {
    Numbered<Slice> born{};
    bool dead = false;
  };
  struct Pausing {
    Nanoseconds t = 0;
    bool paused = false;
  };
  /// A place for each, used again after its death.
  template <class Item>
  class Pool {
   public:
    uint32_t add(const Item& item) {
      if (vacant_.empty()) {
        items_.push_back(item);
        return static_cast<uint32_t>(items_.size() - 1);
      }
      const uint32_t at = vacant_.back();
      vacant_.pop_back();
      items_[at] = item;
      return at;
    }
    void remove(uint32_t at) { vacant_.push_back(at); }
    Item& operator[](uint32_t at) { return items_[at]; }

   private:
    std::deque<Item> items_;
    std::vector<uint32_t> vacant_;
  };
  enum class What : uint8_t {
    kStore,
    kResize,
    kMove,
    kKind,
    kSlice,
    kStoreFree,
    kSliceFree,
    kIsolateStart,
    kIsolateEnd,
    kCollection,
    kMemory,
    kLost,
    kPausing
  };
  /// An event that is to be told again.
  struct Entry {
    Number number;
    uint32_t at;  ///< its place among those of its kind
    What what;
    uint32_t within = 0;  ///< which of the store's resizes
  };

  Number begin(Nanoseconds t);
  Store* alive(StoreId id);
  void lookForPeak();
  void forgetOrphans();
  std::vector<Entry> entries(Dropped& dropped);
  void addStores(std::vector<Entry>& entries, Dropped& dropped);
  void addSlices(std::vector<Entry>& entries, Dropped& dropped);
  void addOthers(std::vector<Entry>& entries, Dropped& dropped);
  void tell(const Entry& entry, BatchEncoder& encoder);

  Number last_ = 0;
  Nanoseconds last_t_ = 0;
  Dropped all_;  ///< everything that has happened
  Tally live_stores_;
  Tally live_slices_;

  Pool<Store> stores_;
  IdMap<StoreId, uint32_t> store_at_;
  Pool<KeptSlice> slices_;
  IdMap<SliceId, uint32_t> slice_at_;
  uint64_t orphans_ = 0;  ///< slices whose store died before them

  std::unordered_map<uint32_t, Numbered<IsolateStart>> isolates_;  ///< that have not ended, and the main one
  std::unordered_map<uint32_t, Numbered<Gc>> full_collections_;    ///< the last one of each isolate
  Numbered<Memory> memory_;                                        ///< the last one of the main isolate
  Numbered<Lost> lost_;                                            ///< all of them in one
  std::vector<Numbered<Pausing>> pauses_;

  // From here on the dead are kept too, and so are their deaths.
  Numbered<IsolateEnd> main_end_;
  std::vector<Numbered<StoreFree>> late_store_frees_;
  std::vector<Numbered<SliceFree>> late_slice_frees_;
  Tally late_freed_stores_;
  Tally late_freed_slices_;
};

}  // namespace slabscope::recording
