// SPDX-License-Identifier: Apache-2.0
// How what is kept is told again. What is told is no more left out, so that a reader gets right sums from the
// file's events and the Dropped of its header.
#include <algorithm>

#include "kept_events.h"

namespace slabscope::recording {

void KeptEvents::addStores(std::vector<Entry>& entries, Dropped& dropped) {
  store_at_.forEach([&](StoreId, uint32_t at) {
    const Store& store = stores_[at];
    entries.push_back({store.born.number, at, What::kStore});
    --dropped.stores.count;
    uint64_t size = store.born.event.size;
    dropped.stores.bytes -= size;
    for (uint32_t within = 0; within < store.resized.size(); ++within) {
      const Numbered<StoreResize>& resized = store.resized[within];
      entries.push_back({resized.number, at, What::kResize, within});
      dropped.stores.bytes -= std::max(size, resized.event.size) - size;
      dropped.freed_stores.bytes -= size - std::min(size, resized.event.size);
      size = resized.event.size;
    }
    if (store.moved.number != 0) entries.push_back({store.moved.number, at, What::kMove});
    if (store.known.number != 0) entries.push_back({store.known.number, at, What::kKind});
  });
  for (uint32_t at = 0; at < late_store_frees_.size(); ++at)
    entries.push_back({late_store_frees_[at].number, at, What::kStoreFree});
  dropped.freed_stores.count -= late_freed_stores_.count;
  dropped.freed_stores.bytes -= late_freed_stores_.bytes;
}

void KeptEvents::addSlices(std::vector<Entry>& entries, Dropped& dropped) {
  slice_at_.forEach([&](SliceId, uint32_t at) {
    const Numbered<Slice>& born = slices_[at].born;
    if (store_at_.find(born.event.store) == nullptr) return;
    entries.push_back({born.number, at, What::kSlice});
    --dropped.slices.count;
    dropped.slices.bytes -= born.event.length;
  });
  for (uint32_t at = 0; at < late_slice_frees_.size(); ++at)
    entries.push_back({late_slice_frees_[at].number, at, What::kSliceFree});
  dropped.freed_slices.count -= late_freed_slices_.count;
  dropped.freed_slices.bytes -= late_freed_slices_.bytes;
}

void KeptEvents::addOthers(std::vector<Entry>& entries, Dropped& dropped) {
  for (const auto& [isolate, start] : isolates_)
    entries.push_back({start.number, isolate, What::kIsolateStart});
  for (const auto& [isolate, collection] : full_collections_) {
    entries.push_back({collection.number, isolate, What::kCollection});
    const auto kind = static_cast<size_t>(collection.event.kind);
    --dropped.collections[kind];
    dropped.collection_time[kind] -= collection.event.duration;
  }
  for (uint32_t at = 0; at < pauses_.size(); ++at)
    entries.push_back({pauses_[at].number, at, What::kPausing});
  if (memory_.number != 0) entries.push_back({memory_.number, 0, What::kMemory});
  if (lost_.number != 0) entries.push_back({lost_.number, 0, What::kLost});
  if (main_end_.number != 0) entries.push_back({main_end_.number, 0, What::kIsolateEnd});
}

std::vector<KeptEvents::Entry> KeptEvents::entries(Dropped& dropped) {
  dropped = all_;
  dropped.until = last_t_;
  std::vector<Entry> entries;
  entries.reserve(store_at_.size() + slice_at_.size());
  addStores(entries, dropped);
  addSlices(entries, dropped);
  addOthers(entries, dropped);
  dropped.events -= entries.size();
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.number < b.number; });
  return entries;
}

void KeptEvents::tell(const Entry& entry, BatchEncoder& encoder) {
  const uint32_t at = entry.at;
  switch (entry.what) {
    case What::kStore:
      return encoder.retell(stores_[at].born.event);
    case What::kResize:
      return encoder.add(stores_[at].resized[entry.within].event);
    case What::kMove:
      return encoder.add(stores_[at].moved.event);
    case What::kKind:
      return encoder.add(stores_[at].known.event);
    case What::kSlice:
      return encoder.retell(slices_[at].born.event);
    case What::kStoreFree:
      return encoder.add(late_store_frees_[at].event);
    case What::kSliceFree:
      return encoder.add(late_slice_frees_[at].event);
    case What::kIsolateStart:
      return encoder.add(isolates_[at].event);
    case What::kIsolateEnd:
      return encoder.add(main_end_.event);
    case What::kCollection:
      return encoder.add(full_collections_[at].event);
    case What::kMemory:
      return encoder.add(memory_.event);
    case What::kLost:
      return encoder.add(lost_.event);
    case What::kPausing:
      if (pauses_[at].event.paused) return encoder.add(Pause{pauses_[at].event.t});
      return encoder.add(Resume{pauses_[at].event.t});
  }
}

void KeptEvents::retell(Retelling& retelling) {
  Dropped dropped;
  const std::vector<Entry> all = entries(dropped);
  retelling.leaveOut(dropped);
  for (const Entry& entry : all) {
    tell(entry, retelling.encoder());
    if (!retelling.next()) return;
  }
}

}  // namespace slabscope::recording
