// SPDX-License-Identifier: Apache-2.0
#include "slow_model.h"

#include <optional>
#include <variant>

namespace slabscope::tests {

using namespace recording;  // NOLINT(google-build-using-namespace)

std::string nameOf(const Definitions& definitions, FrameId id) {
  if (!id) return "?";
  const Frame& frame = definitions.frame(id);
  return definitions.string(frame.function) + " " + definitions.string(frame.file) + ":" +
         std::to_string(frame.line);
}

namespace {

// The frame that answers for a stack.
std::string slowOwner(const Definitions& definitions, StackId stack) {
  const std::vector<FrameId> frames = definitions.framesOf(stack);
  const auto isJs = [&](FrameId id) {
    const FrameKind kind = definitions.frame(id).kind;
    return kind == FrameKind::kJs || kind == FrameKind::kWasm;
  };
  for (const FrameId id : frames) {
    if (isJs(id) && definitions.string(definitions.frame(id).file).substr(0, 5) != "node:")
      return nameOf(definitions, id);
  }
  for (const FrameId id : frames) {
    if (isJs(id)) return nameOf(definitions, id);
  }
  return frames.empty() ? "?" : nameOf(definitions, frames.front());
}

}  // namespace

SlowModel::SlowModel(const std::vector<Event>& events, size_t count, const Definitions& definitions) {
  std::map<StoreId, StoreAlloc> live_stores;
  std::map<SliceId, Slice> live_slices;
  std::map<StoreId, StoreKind> kinds;
  bool any_full = false;
  uint64_t full = 0;
  std::optional<uint64_t> marking;
  for (const Event& event : events) {
    if (const auto* kind = std::get_if<StoreKindKnown>(&event)) kinds[kind->store] = kind->kind;
  }
  for (size_t i = 0; i < count; ++i) {
    if (const auto* e = std::get_if<StoreAlloc>(&events[i])) live_stores[e->store] = *e;
    if (const auto* e = std::get_if<StoreFree>(&events[i])) live_stores.erase(e->store);
    if (const auto* e = std::get_if<StoreResize>(&events[i])) live_stores[e->store].size = e->size;
    if (const auto* e = std::get_if<Slice>(&events[i])) live_slices[e->slice] = *e;
    if (const auto* e = std::get_if<SliceFree>(&events[i])) live_slices.erase(e->slice);
    const auto* collection = std::get_if<Gc>(&events[i]);
    if (collection != nullptr && collection->kind == GcKind::kIncremental && !marking)
      marking = collection->t;
    if (collection != nullptr && collection->kind == GcKind::kMarkCompact) {
      any_full = true;
      full = marking.value_or(collection->t);
      marking.reset();
    }
  }

  for (const auto& [id, store] : live_stores) {
    ++stores;
    store_bytes += store.size;
    const StoreKind kind = kinds.count(id) != 0 ? kinds[id] : store.kind;
    std::vector<Slice> mine;
    for (const auto& [slice_id, slice] : live_slices) {
      if (slice.store == id) mine.push_back(slice);
    }
    for (const Slice& slice : mine) {
      ++slices;
      slice_bytes += slice.length;
    }
    if (kind != StoreKind::kPool && kind != StoreKind::kNativePool) {
      callers[slowOwner(definitions, store.stack)] += store.size;
      ++caller_stores[slowOwner(definitions, store.stack)];
      continue;
    }

    SlowSlabs& figures = slabs[kind];
    ++figures.slabs;
    figures.bytes += store.size;
    if (mine.empty()) {
      ++figures.empty;
      figures.empty_bytes += store.size;
      ++unknown_slabs;
      unknown_bytes += store.size;
      continue;
    }
    std::vector<bool> used(store.size);
    std::map<std::string, std::vector<bool>> used_by;
    std::map<std::string, uint64_t> slices_of;
    for (const Slice& slice : mine) {
      ++figures.slices;
      if (!any_full || slice.t >= full) ++figures.young;
      const std::string owner = slowOwner(definitions, slice.stack);
      used_by[owner].resize(store.size);
      ++slices_of[owner];
      for (uint64_t at = slice.offset; at < slice.offset + slice.length; ++at)
        used[at] = used_by[owner][at] = true;
    }
    for (const bool one : used) figures.live_bytes += one ? 1 : 0;
    std::map<std::string, uint64_t> bytes_of;
    uint64_t all = 0;
    for (const auto& [owner, bytes] : used_by) {
      for (const bool one : bytes) bytes_of[owner] += one ? 1 : 0;
      all += bytes_of[owner];
    }
    for (const auto& [owner, bytes] : used_by) {
      SlowHolder& holder = holders[owner];
      const double share = all == 0 ? 1.0 / static_cast<double>(used_by.size())
                                    : static_cast<double>(bytes_of[owner]) / static_cast<double>(all);
      holder.held += share * static_cast<double>(store.size);
      holder.live += bytes_of[owner];
      holder.slices += slices_of[owner];
      if (used_by.size() == 1) holder.alone += store.size;
    }
  }
}

}  // namespace slabscope::tests
