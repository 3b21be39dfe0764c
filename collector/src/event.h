// SPDX-License-Identifier: Apache-2.0
// An event on its way from a ring into the recording: out of the shared memory, of fixed size, and checked.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "slabscope/recording/model.h"
#include "slabscope/wire/records.h"

namespace slabscope::collector {

/// A garbage collection: GcBegin, and what GcEnd told about it once that has come.
struct Collection {
  uint32_t isolate;
  uint32_t type;  ///< wire::Gc::type
  uint64_t end_t;
  bool ended;
};

/// A wire::Slice or wire::SmallSlice.
struct SliceBirth {
  uint64_t store_address;
  uint64_t offset;
  uint64_t length;
  uint64_t slice;
  uint64_t parent;  ///< 0: known to be none; kParentNotTold: to be found from the byte ranges
  uint32_t isolate;
  uint32_t stack;
};
inline constexpr uint64_t kParentNotTold = ~uint64_t{0};

/// Slices that have died at the same time: one wire::SliceFree, or a part of a wire::SliceDeaths.
class SliceDeaths {
 public:
  explicit SliceDeaths(uint64_t slice) : first_(slice), last_(slice) {}

  /// False when there is no room for one more.
  bool add(uint64_t slice) {
    const auto above = static_cast<int64_t>(slice - last_);
    if (others_ == kOthers || above != static_cast<int16_t>(above)) return false;
    above_[others_++] = static_cast<int16_t>(above);
    last_ = slice;
    return true;
  }

  static constexpr size_t kMost = 16;

  /// Calls visit(id) for each, in their order.
  template <class Visit>
  void forEach(Visit&& visit) const {
    uint64_t slice = first_;
    visit(slice);
    for (size_t index = 0; index < others_; ++index)
      visit(slice += static_cast<uint64_t>(int64_t{above_[index]}));
  }

 private:
  static constexpr size_t kOthers = kMost - 1;

  uint64_t first_;
  uint64_t last_;
  uint16_t others_ = 0;
  std::array<int16_t, kOthers> above_;  ///< each id less the one before
};

/// A wire::ExternalAlloc.
struct ExternalBirth {
  uint64_t address;
  uint64_t size;
  uint64_t external;
  uint32_t isolate;
  uint32_t allocator;
  uint32_t stack;
  uint32_t allocated_at;
};

/// A wire::Memory.
struct MemoryFigures {
  uint64_t rss;
  uint64_t heap_total;
  uint64_t heap_used;
  uint64_t external;
  uint64_t array_buffers;
  uint32_t isolate;
};

struct NamedMark {
  uint32_t isolate;
  recording::StringId name;
};

/// Found out by the collector, not told by the shim.
struct ResidentSize {
  uint64_t bytes;
};
struct Pausing {
  bool paused;  ///< false: the recording goes on
};
struct Loss {
  uint64_t until;  ///< CLOCK_MONOTONIC
  uint64_t count;
  bool store_deaths;  ///< among them
};

/// std::monostate: an event that another one has absorbed.
using EventBody = std::variant<std::monostate, wire::StoreAlloc, wire::StoreFree, wire::StoreReserved,
                               wire::PagesChanged, ExternalBirth, wire::ExternalFree, wire::StoreMove,
                               wire::ThreadKnown, SliceBirth, SliceDeaths, Collection, MemoryFigures,
                               NamedMark, wire::IsolateStart, wire::IsolateEnd, ResidentSize, Pausing, Loss>;
// Tens of thousands wait at a time where a program makes millions a second.
static_assert(sizeof(EventBody) <= 56);

struct Event {
  uint64_t t;       ///< CLOCK_MONOTONIC
  uint32_t thread;  ///< 0: the collector itself
  EventBody body;
};

/// At one and the same instant memory is given back before it is handed out again.
inline int rankAtSameTime(const Event& event) {
  if (std::holds_alternative<SliceDeaths>(event.body)) return 0;
  if (std::holds_alternative<SliceBirth>(event.body)) return 1;
  auto* pages = std::get_if<wire::PagesChanged>(&event.body);
  bool released = pages != nullptr && pages->header.flags == uint8_t{0};
  return released || std::holds_alternative<wire::StoreFree>(event.body) ||
                 std::holds_alternative<wire::ExternalFree>(event.body)
             ? 0
             : 1;
}

}  // namespace slabscope::collector
