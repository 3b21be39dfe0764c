// SPDX-License-Identifier: Apache-2.0
// The part of the translator that follows stores which grow in place: what is committed of the address space
// that was set aside for them.
#include <algorithm>

#include "translator.h"

namespace slabscope::collector {

void Translator::handle(const Event& event, const wire::StoreReserved& reserved) {
  for (Slot before : reservations_.add(reserved)) endUntold(event.t, before);
}

void Translator::handle(const Event& event, const wire::PagesChanged& pages) {
  PageRange range = pageRange(pages.address, pages.size);
  if (range.begin == range.end) return;
  if (pages.header.flags == static_cast<uint8_t>(wire::PagesChange::kReleased)) {
    for (Slot store : reservations_.release(range, live_)) endTold(event.t, store);
    return;
  }
  Reservations::Entry* reservation = reservations_.find(range);
  if (reservation == nullptr) return;
  bool committed = pages.header.flags == static_cast<uint8_t>(wire::PagesChange::kCommitted);
  if (reservation->store == 0) {
    if (committed) beginReserved(event, *reservation, range);
    return;
  }
  LiveStore& store = live_.store(reservation->store);
  if (range.begin < store.address) return;
  uint64_t end = store.address + store.size;
  if (committed && range.begin <= end) {
    resizeStore(event.t, store, std::max(end, range.end) - store.address);
  } else if (!committed && range.end >= end) {
    resizeStore(event.t, store, std::min(end, range.begin) - store.address);
  }
}

// The first pages that are committed are where the store begins: what lies before them is a guard.
void Translator::beginReserved(const Event& event, Reservations::Entry& reservation, const PageRange& pages) {
  const wire::StoreReserved& asked = reservation.asked;
  bool wasm = (asked.header.flags & wire::kFlagWasm) != 0;
  // V8 maps such stores without asking Node's allocator: an address cannot be that of one of its stores,
  // unless that store's end was lost.
  reservation.store =
      beginStore(event,
                 {.address = pages.begin,
                  .size = pages.end - pages.begin,
                  .kind = wasm ? recording::StoreKind::kWasm : recording::StoreKind::kResizable,
                  .isolate = asked.isolate,
                  .allocator = asked.allocator,
                  .stack = stacks_.stack(asked.header.stack),
                  .reserved = reservation.pages.end - pages.begin},
                 live_.storeAt(pages.begin), 0);
}

void Translator::resizeStore(uint64_t t, LiveStore& store, uint64_t size) {
  if (size == store.size) return;
  store.size = size;
  writer_.add(recording::StoreResize{sinceStart(t), store.id, size});
}

}  // namespace slabscope::collector
