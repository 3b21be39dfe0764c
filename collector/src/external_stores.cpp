// SPDX-License-Identifier: Apache-2.0
// The part of the translator that follows stores over memory that others own.
#include "translator.h"

namespace slabscope::collector {

void Translator::handle(const Event& event, const ExternalBirth& alloc) {
  if (alloc.address == 0 || alloc.external == 0) return;
  // An id that comes again: its death was lost.
  if (Slot before = live_.externalOf(alloc.external)) {
    ++counts_.missing_frees;
    endStore(event.t, before, false);
  }
  LiveStore store;
  store.address = alloc.address;
  store.size = alloc.size;
  store.born = event.t;
  store.isolate = isolateOfAllocator(alloc.isolate, alloc.allocator);
  store.allocator = alloc.allocator;
  store.kind = recording::StoreKind::kExternal;
  store.external = alloc.external;
  store.id = writer_.add(recording::StoreAlloc{.t = sinceStart(event.t),
                                               .store = {},
                                               .address = store.address,
                                               .size = store.size,
                                               .kind = store.kind,
                                               .isolate = store.isolate,
                                               .allocator = store.allocator,
                                               .thread = event.thread,
                                               .stack = stacks_.stack(alloc.stack),
                                               .allocation_stack = stacks_.stack(alloc.allocated_at)});
  live_.addStore(store);
}

void Translator::handle(const Event& event, const wire::ExternalFree& free) {
  Slot store = live_.externalOf(free.external);
  if (store == 0) {
    ++counts_.unknown_frees;
    return;
  }
  endStore(event.t, store, isTeardown(store));
}

}  // namespace slabscope::collector
