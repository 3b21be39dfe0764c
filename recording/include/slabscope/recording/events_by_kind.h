// SPDX-License-Identifier: Apache-2.0
// The events of a batch in a list for each kind, and their order: a fraction of the memory of a list of
// variants, and what visits them is told their type where it is known.
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

namespace slabscope::recording {

using Event = std::variant<StoreAlloc, StoreFree, StoreResize, StoreMove, StoreKindKnown, Slice, SliceFree,
                           Gc, Memory, ProcessRss, Mark, Lost, IsolateStart, IsolateEnd, Pause, Resume>;

/// An event of type T whose columns were not read.
template <class T>
struct Unread {
  Nanoseconds t = 0;
};

class EventsByKind {
 public:
  size_t size() const { return order_.size(); }
  void clear() {
    order_.clear();
    unread_.clear();
    std::apply([](auto&... list) { (list.clear(), ...); }, lists_);
  }
  void reserve(size_t events) { order_.reserve(events); }
  template <class T>
  void reserve(size_t events) {
    std::get<std::vector<T>>(lists_).reserve(events);
  }

  template <class T>
  void add(const T& event) {
    std::get<std::vector<T>>(lists_).push_back(event);
    order_.push_back(kindOf<T>());
  }
  /// The place of a further event, to be filled in: what is made elsewhere would be written twice. Valid
  /// until the next one is added.
  template <class T>
  T& add() {
    order_.push_back(kindOf<T>());
    return std::get<std::vector<T>>(lists_).emplace_back();
  }

  /// An event of type T, of which nothing but its time is known.
  template <class T>
  void addUnread(Nanoseconds t) {
    order_.push_back(kindOf<T>());
    unread_.push_back(t);
  }

  /// All events of type T, in their order.
  template <class T>
  const std::vector<T>& list() const {
    return std::get<std::vector<T>>(lists_);
  }

  /// Calls visit(event), with the event's own type, for each in order; where it returns a bool, until that is
  /// false. All must have been read.
  template <class Visit>
  void forEach(Visit&& visit) const {
    Places places{};
    for (const uint8_t kind : order_) {
      if (!visitNext(kind, places, visit)) return;
    }
  }

  /// Likewise where slices were not read: visit(Unread<Slice>) and visit(Unread<SliceFree>) in their place.
  template <class Visit>
  void forEachWithoutSlices(Visit&& visit) const {
    Places places{};
    auto unread = unread_.begin();
    for (const uint8_t kind : order_) {
      bool goes_on = true;
      if (kind == kindOf<Slice>()) {
        goes_on = call(visit, Unread<Slice>{*unread++});
      } else if (kind == kindOf<SliceFree>()) {
        goes_on = call(visit, Unread<SliceFree>{*unread++});
      } else {
        goes_on = visitNext(kind, places, visit);
      }
      if (!goes_on) return;
    }
  }

 private:
  static constexpr size_t kKinds = std::variant_size_v<Event>;
  using Places = std::array<size_t, kKinds>;
  template <class>
  struct ListsOf;
  template <class... T>
  struct ListsOf<std::variant<T...>> {
    using Type = std::tuple<std::vector<T>...>;
  };

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

  template <size_t kKind, class Visit>
  bool visitOne(Places& places, Visit& visit) const {
    return call(visit, std::get<kKind>(lists_)[places[kKind]++]);
  }

  template <class Visit>
  bool visitNext(uint8_t kind, Places& places, Visit& visit) const {
    // The compiler makes no table of jumps of a fold over the kinds; what there is most of comes first.
    switch (kind) {
      case kindOf<Slice>():
        return visitOne<kindOf<Slice>()>(places, visit);
      case kindOf<SliceFree>():
        return visitOne<kindOf<SliceFree>()>(places, visit);
      case kindOf<StoreAlloc>():
        return visitOne<kindOf<StoreAlloc>()>(places, visit);
      case kindOf<StoreFree>():
        return visitOne<kindOf<StoreFree>()>(places, visit);
      default:
        return visitRare(kind, places, visit, std::make_index_sequence<kKinds>());
    }
  }

  template <class Visit, size_t... kKind>
  bool visitRare(uint8_t kind, Places& places, Visit& visit, std::index_sequence<kKind...>) const {
    bool goes_on = true;
    (void)((kind == kKind && (goes_on = visitOne<kKind>(places, visit), true)) || ...);
    return goes_on;
  }

  std::vector<uint8_t> order_;
  std::vector<Nanoseconds> unread_;
  ListsOf<Event>::Type lists_;
};

}  // namespace slabscope::recording
