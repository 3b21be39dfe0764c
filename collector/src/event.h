// SPDX-License-Identifier: Apache-2.0
// An event on its way from a ring into the recording: out of the shared memory, of fixed size, and checked.
#pragma once

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
                               wire::PagesChanged, wire::ExternalAlloc, wire::ExternalFree, wire::StoreMove,
                               wire::ThreadKnown, wire::Slice, wire::SliceFree, Collection, wire::Memory,
                               NamedMark, wire::IsolateStart, wire::IsolateEnd, ResidentSize, Pausing, Loss>;

struct Event {
  uint64_t t;       ///< CLOCK_MONOTONIC
  uint32_t thread;  ///< 0: the collector itself
  EventBody body;
};

/// At one and the same instant memory is given back before it is handed out again.
inline int rankAtSameTime(const Event& event) {
  auto* pages = std::get_if<wire::PagesChanged>(&event.body);
  bool released = pages != nullptr && pages->header.flags == uint8_t{0};
  return released || std::holds_alternative<wire::StoreFree>(event.body) ||
                 std::holds_alternative<wire::ExternalFree>(event.body) ||
                 std::holds_alternative<wire::SliceFree>(event.body)
             ? 0
             : 1;
}

}  // namespace slabscope::collector
