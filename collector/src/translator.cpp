// SPDX-License-Identifier: Apache-2.0
#include "translator.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace slabscope::collector {

namespace {

std::optional<recording::GcKind> gcKindOf(uint32_t type) {
  switch (type) {
    case 1:
      return recording::GcKind::kScavenge;
    case 2:
      return recording::GcKind::kMinorMarkSweep;
    case 4:
      return recording::GcKind::kMarkCompact;
    case 8:
      return recording::GcKind::kIncremental;
    case 16:
      return recording::GcKind::kWeak;
    default:
      return std::nullopt;
  }
}

recording::StoreKind kindOf(const StackTraits& traits) {
  if (traits.creates_pool) return recording::StoreKind::kPool;
  if (traits.creates_shared) return recording::StoreKind::kShared;
  return recording::StoreKind::kArrayBuffer;
}

}  // namespace

void Translator::apply(const Event& event) {
  std::visit([&](const auto& body) { handle(event, body); }, event.body);
}

void Translator::handle(const Event&, std::monostate) {}

uint32_t Translator::isolateOfAllocator(uint32_t isolate, uint32_t allocator) {
  if (isolate != wire::kNoIsolate) {
    allocators_.try_emplace(allocator, AllocatorState{isolate, false});
    return isolate;
  }
  auto known = allocators_.find(allocator);
  return known != allocators_.end() ? known->second.isolate : 0;
}

// `birth` is what the shim told of the store; `before` the store in whose place it comes, if any: its death
// was lost.
Slot Translator::beginStore(const Event& event, recording::StoreAlloc birth, Slot before, uint64_t external) {
  if (before != 0) endUntold(event.t, before);
  birth.t = sinceStart(event.t);
  birth.thread = event.thread;
  birth.isolate = isolateOfAllocator(birth.isolate, birth.allocator);
  LiveStore store;
  store.address = birth.address;
  store.size = birth.size;
  store.born = event.t;
  store.isolate = birth.isolate;
  store.allocator = birth.allocator;
  store.kind = birth.kind;
  store.external = external;
  store.id = writer_.add(birth);
  return live_.addStore(store);
}

void Translator::handle(const Event& event, const wire::StoreAlloc& alloc) {
  if (alloc.address == 0) return;
  const auto& [stack, traits] = stacks_.known(alloc.header.stack);
  beginStore(event,
             {.address = alloc.address,
              .size = alloc.size,
              .kind = kindOf(traits),
              .isolate = alloc.isolate,
              .allocator = alloc.allocator,
              .stack = stack},
             live_.storeAt(alloc.address), 0);
}

void Translator::handle(const Event& event, const wire::StoreFree& free) {
  endTold(event.t, live_.storeAt(free.address));
}

bool Translator::isTeardown(Slot store) const {
  auto allocator = allocators_.find(live_.store(store).allocator);
  return allocator != allocators_.end() && allocator->second.ended;
}

void Translator::endStore(uint64_t t, Slot store, bool teardown) {
  size_t count = 0;
  while (const Slot slice = live_.store(store).first_slice) {
    if (count == dead_.size())
      writer_.addFrees(sinceStart(t), {dead_.data(), std::exchange(count, 0)}, teardown);
    dead_[count++] = live_.slice(slice).id;
    live_.removeSlice(slice);
  }
  writer_.addFrees(sinceStart(t), {dead_.data(), count}, teardown);
  writer_.add(recording::StoreFree{sinceStart(t), live_.store(store).id, teardown});
  live_.removeStore(store);
}

void Translator::endTold(uint64_t t, Slot store) {
  if (store != 0) {
    endStore(t, store, isTeardown(store));
  } else {
    ++counts_.unknown_frees;
  }
}

// Its own end was lost: something else is in its place.
void Translator::endUntold(uint64_t t, Slot store) {
  ++counts_.missing_frees;
  endStore(t, store, false);
}

void Translator::endSlice(uint64_t t, Slot slice, bool teardown) {
  writer_.add(recording::SliceFree{sinceStart(t), live_.slice(slice).id, teardown});
  live_.removeSlice(slice);
}

void Translator::handle(const Event& event, const SliceDeaths& deaths) {
  // All are looked for before the first is taken away, so that the processor waits for memory once.
  std::array<Slot, SliceDeaths::kMost> found;
  Slot* next = found.data();
  deaths.forEach([&](uint64_t id) { *next++ = live_.sliceOf(id); });
  size_t count = 0;
  next = found.data();
  deaths.forEach([&](uint64_t id) {
    const Slot slice = *next++;
    // One that is told twice is gone by now.
    if (slice == 0 || live_.slice(slice).wire_id != id) return;
    dead_[count++] = live_.slice(slice).id;
    live_.removeSlice(slice);
  });
  writer_.addFrees(sinceStart(event.t), {dead_.data(), count}, false);
}

void Translator::handle(const Event& event, const Collection& collection) {
  std::optional<recording::GcKind> kind = gcKindOf(collection.type);
  if (!kind) return;
  recording::Nanoseconds begin = sinceStart(event.t);
  recording::Nanoseconds end = std::max(begin, sinceStart(collection.end_t));
  writer_.add(recording::Gc{begin, end - begin, collection.isolate, *kind});
}

void Translator::handle(const Event& event, const MemoryFigures& memory) {
  writer_.add(recording::Memory{.t = sinceStart(event.t),
                                .isolate = memory.isolate,
                                .rss = memory.rss,
                                .heap_used = memory.heap_used,
                                .heap_total = memory.heap_total,
                                .external = memory.external,
                                .array_buffers = memory.array_buffers});
}

void Translator::handle(const Event& event, const NamedMark& mark) {
  writer_.add(recording::Mark{sinceStart(event.t), mark.isolate, mark.name});
}

void Translator::handle(const Event& event, const wire::IsolateStart& isolate) {
  allocators_[isolate.allocator] = {isolate.isolate, false};
  writer_.add(recording::IsolateStart{sinceStart(event.t), isolate.isolate, event.thread, isolate.allocator});
}

void Translator::handle(const Event& event, const wire::IsolateEnd& isolate) {
  allocators_[isolate.allocator] = {isolate.isolate, true};
  writer_.add(recording::IsolateEnd{sinceStart(event.t), isolate.isolate, event.thread, isolate.allocator});
  for (Slot slice : live_.slicesOfIsolate(isolate.isolate)) endSlice(event.t, slice, true);
}

void Translator::handle(const Event& event, const ResidentSize& resident) {
  writer_.add(recording::ProcessRss{sinceStart(event.t), resident.bytes});
}

void Translator::handle(const Event& event, const Pausing& pausing) {
  if (pausing.paused) {
    writer_.add(recording::Pause{sinceStart(event.t)});
  } else {
    writer_.add(recording::Resume{sinceStart(event.t)});
  }
}

void Translator::handle(const Event& event, const Loss& loss) {
  has_lost_ = true;
  if (loss.store_deaths) deaths_lost_until_ = std::max(deaths_lost_until_, loss.until);
  recording::Nanoseconds first = sinceStart(event.t);
  writer_.add(recording::Lost{first, std::max(first, sinceStart(loss.until)), loss.count});
}

}  // namespace slabscope::collector
