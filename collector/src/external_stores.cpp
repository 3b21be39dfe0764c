// SPDX-License-Identifier: Apache-2.0
// The part of the translator that follows stores over memory that others own.
#include "translator.h"

namespace slabscope::collector {

void Translator::handle(const Event& event, const ExternalBirth& alloc) {
  if (alloc.address == 0 || alloc.external == 0) return;
  // Not by address, at which there may be others.
  beginStore(event,
             {.address = alloc.address,
              .size = alloc.size,
              .kind = recording::StoreKind::kExternal,
              .isolate = alloc.isolate,
              .allocator = alloc.allocator,
              .stack = stacks_.stack(alloc.stack),
              .allocation_stack = stacks_.stack(alloc.allocated_at)},
             live_.externalOf(alloc.external), alloc.external);
}

void Translator::handle(const Event& event, const wire::ExternalFree& free) {
  endTold(event.t, live_.externalOf(free.external));
}

}  // namespace slabscope::collector
