// SPDX-License-Identifier: Apache-2.0
#include "trim.h"

namespace slabscope::collector {

namespace {

bool mayBeReservation(const SliceBirth& slice, const StackTable& stacks) {
  return slice.parent == kParentNotTold && stacks.traits(slice.stack).from_string_fast;
}

// A collection between the two constructions is not unusual: it frees, but makes no views or stores.
bool canComeBetween(const EventBody& body) {
  return std::holds_alternative<std::monostate>(body) || std::holds_alternative<wire::StoreFree>(body) ||
         std::holds_alternative<SliceDeaths>(body) || std::holds_alternative<Collection>(body);
}

}  // namespace

TrimSearch mergeTrim(EventQueue& queue, const StackTable& stacks) {
  auto* reserved = std::get_if<SliceBirth>(&queue.front().body);
  if (reserved == nullptr || !mayBeReservation(*reserved, stacks)) return TrimSearch::kDone;
  for (size_t index = 1; index < queue.size(); ++index) {
    EventBody& body = queue.at(index).body;
    if (canComeBetween(body)) continue;
    auto* next = std::get_if<SliceBirth>(&body);
    if (next == nullptr || next->isolate != reserved->isolate ||
        next->store_address != reserved->store_address || next->offset != reserved->offset ||
        next->length >= reserved->length || !mayBeReservation(*next, stacks)) {
      return TrimSearch::kDone;
    }
    reserved->length = next->length;
    reserved->slice = next->slice;
    body = std::monostate{};
    return TrimSearch::kDone;
  }
  return TrimSearch::kTooEarly;
}

}  // namespace slabscope::collector
