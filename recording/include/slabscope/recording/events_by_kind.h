// SPDX-License-Identifier: Apache-2.0
// The events of a batch, kind by kind, and their order: a fraction of the memory of a list of variants, and
// what visits them is told their type where it is known. Slices and their deaths are columns (slice_runs.h),
// all others lists.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "slabscope/recording/model.h"
#include "slabscope/recording/slice_runs.h"

namespace slabscope::recording {

using Event = std::variant<StoreAlloc, StoreFree, StoreResize, StoreMove, StoreKindKnown, Slice, SliceFree,
                           Gc, Memory, ProcessRss, Mark, Lost, IsolateStart, IsolateEnd, Pause, Resume>;

/// Where the columns of slices are written to.
struct SliceColumnMemory {
  ColumnMemory<uint64_t> slice, store, parent, offset, length;
  ColumnMemory<uint32_t> isolate, stack;
};
struct SliceFreeColumnMemory {
  ColumnMemory<uint64_t> slice, teardown;
};

class EventsByKind {
 public:
  size_t size() const { return size_; }

  // ---- For who fills it: first what there is of each kind, then the order.

  void clear() {
    runs_ = 0;
    size_ = 0;
    has_slices_ = true;
    std::apply([](auto&... list) { (list.clear(), ...); }, lists_);
  }
  template <class T>
  std::vector<T>& fill() {
    static_assert(!isColumns<T>(), "slices are columns");
    return std::get<std::vector<T>>(lists_);
  }
  SliceColumnMemory& sliceColumns() { return slices_; }
  SliceFreeColumnMemory& sliceFreeColumns() { return slice_frees_; }
  /// The times of all events.
  ColumnMemory<Nanoseconds>& times() { return times_; }
  /// The columns of slices and their deaths are void.
  void leaveSlicesUnread() { has_slices_ = false; }
  /// There will be so many addToOrder() at most.
  void reserveOrder(size_t runs) { runs_memory_.get(runs); }
  /// The next events are so many of type T.
  template <class T>
  void addToOrder(size_t count) {
    runs_memory_.get()[runs_++] = {kindOf<T>(), static_cast<uint32_t>(count)};
    size_ += count;
  }

  // ---- For all others.

  /// All events of type T, which is neither Slice nor SliceFree, in their order.
  template <class T>
  const std::vector<T>& list() const {
    static_assert(!isColumns<T>(), "slices are columns");
    return std::get<std::vector<T>>(lists_);
  }

  /// Calls visit(event), with the event's own type, for each in order; where it returns a bool, until that is
  /// false. Slices must have been read.
  template <class Visit>
  void forEach(Visit&& visit) const {
    forEachRun([&](const auto& one) {
      using One = std::decay_t<decltype(one)>;
      if constexpr (std::is_same_v<One, SliceRun> || std::is_same_v<One, SliceFreeRun>) {
        for (size_t i = 0; i < one.count; ++i) {
          if (!call(visit, one[i])) return false;
        }
        return true;
      } else if constexpr (std::is_same_v<One, UnreadRun>) {
        return true;
      } else {
        return call(visit, one);
      }
    });
  }

  /// Likewise visit(run) for slices and for deaths of slices that follow each other (SliceRun, SliceFreeRun;
  /// UnreadRun where they were not read), and visit(event) for each other event.
  template <class Visit>
  void forEachRun(Visit&& visit) const {
    Places places{};
    size_t at = 0;
    for (size_t i = 0; i < runs_; ++i) {
      const Run& run = runs_memory_.get()[i];
      if (!visitRun(run, at, places, visit)) return;
      at += run.count;
    }
  }

 private:
  static constexpr size_t kKinds = std::variant_size_v<Event>;
  using Places = std::array<size_t, kKinds>;
  struct Run {
    uint8_t kind;
    uint32_t count;
  };
  template <class>
  struct ListsOf;
  template <class... T>
  struct ListsOf<std::variant<T...>> {
    using Type = std::tuple<std::vector<T>...>;
  };

  template <class T>
  static constexpr bool isColumns() {
    return std::is_same_v<T, Slice> || std::is_same_v<T, SliceFree>;
  }
  template <class T, size_t kKind = 0>
  static constexpr uint8_t kindOf() {
    if constexpr (std::is_same_v<std::variant_alternative_t<kKind, Event>, T>) {
      return kKind;
    } else {
      return kindOf<T, kKind + 1>();
    }
  }

  template <class Visit, class T>
  static bool call(Visit& visit, const T& event) {
    if constexpr (std::is_same_v<decltype(visit(event)), bool>) {
      return visit(event);
    } else {
      visit(event);
      return true;
    }
  }

  SliceRun slices(size_t from, size_t count, const Nanoseconds* t) const {
    return {count,
            t,
            slices_.slice.get() + from,
            slices_.store.get() + from,
            slices_.parent.get() + from,
            slices_.offset.get() + from,
            slices_.length.get() + from,
            slices_.isolate.get() + from,
            slices_.stack.get() + from};
  }

  template <class Visit>
  bool visitRun(const Run& run, size_t at, Places& places, Visit& visit) const {
    const Nanoseconds* const t = times_.get() + at;
    const bool is_of_deaths = run.kind == kindOf<SliceFree>();
    if (is_of_deaths || run.kind == kindOf<Slice>()) {
      if (!has_slices_) return call(visit, UnreadRun{run.count, t, is_of_deaths});
      const size_t from = std::exchange(places[run.kind], places[run.kind] + run.count);
      return is_of_deaths ? call(visit, SliceFreeRun{run.count, t, slice_frees_.slice.get() + from,
                                                     slice_frees_.teardown.get() + from})
                          : call(visit, slices(from, run.count, t));
    }
    return visitList(run, places, visit, std::make_index_sequence<kKinds>());
  }

  template <class Visit, size_t... kKind>
  bool visitList(const Run& run, Places& places, Visit& visit, std::index_sequence<kKind...>) const {
    bool goes_on = true;
    (void)((run.kind == kKind && (goes_on = visitEach<kKind>(run.count, places, visit), true)) || ...);
    return goes_on;
  }

  template <size_t kKind, class Visit>
  bool visitEach(size_t count, Places& places, Visit& visit) const {
    if constexpr (!isColumns<std::variant_alternative_t<kKind, Event>>()) {
      for (size_t i = 0; i < count; ++i) {
        if (!call(visit, std::get<kKind>(lists_)[places[kKind]++])) return false;
      }
    }
    return true;
  }

  ColumnMemory<Run> runs_memory_;
  size_t runs_ = 0;
  size_t size_ = 0;
  bool has_slices_ = true;
  ColumnMemory<Nanoseconds> times_;
  SliceColumnMemory slices_;
  SliceFreeColumnMemory slice_frees_;
  ListsOf<Event>::Type lists_;  // those of Slice and SliceFree stay empty
};

}  // namespace slabscope::recording
