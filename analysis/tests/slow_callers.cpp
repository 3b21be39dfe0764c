// SPDX-License-Identifier: Apache-2.0
#include "slow_callers.h"

#include <set>
#include <variant>

namespace slabscope::tests {

using namespace recording;  // NOLINT(google-build-using-namespace)
using analysis::Frames;
using analysis::Grouping;

namespace {

bool isASlab(const std::vector<Event>& events, StoreId store) {
  StoreKind kind = StoreKind::kArrayBuffer;
  for (const Event& event : events) {
    if (const auto* e = std::get_if<StoreAlloc>(&event); e != nullptr && e->store == store) kind = e->kind;
  }
  for (const Event& event : events) {
    if (const auto* e = std::get_if<StoreKindKnown>(&event); e != nullptr && e->store == store)
      kind = e->kind;
  }
  return kind == StoreKind::kPool || kind == StoreKind::kNativePool;
}

uint64_t collectionsBetween(const std::vector<Event>& events, size_t from, size_t to, uint32_t isolate) {
  uint64_t count = 0;
  const uint64_t born = std::visit([](const auto& e) { return e.t; }, events[from]);
  for (size_t i = from; i < to; ++i) {
    const auto* gc = std::get_if<Gc>(&events[i]);
    if (gc != nullptr && gc->isolate == isolate && gc->t > born && gc->kind != GcKind::kIncremental &&
        gc->kind != GcKind::kWeak)
      ++count;
  }
  return count;
}

void die(SlowDeaths& deaths, uint64_t lifetime, uint64_t bytes, bool temporary, bool is_store) {
  deaths.lifetimes.push_back(lifetime);
  if (!temporary) return;
  ++deaths.temporary;
  deaths.temporary_bytes += bytes;
  deaths.temporary_stores += is_store ? 1 : 0;
}

bool isOfTheProgram(const Definitions& definitions, FrameId id) {
  const Frame& frame = definitions.frame(id);
  return (frame.kind == FrameKind::kJs || frame.kind == FrameKind::kWasm) &&
         definitions.string(frame.file).rfind("node:", 0) != 0;
}

bool isOfNode(const Definitions& definitions, FrameId id) {
  const Frame& frame = definitions.frame(id);
  return frame.kind == FrameKind::kJs && definitions.string(frame.file).rfind("node:", 0) == 0;
}

}  // namespace

std::map<StackId, SlowDeaths> slowDeaths(const std::vector<Event>& events, size_t count) {
  std::map<StackId, SlowDeaths> all;
  for (size_t i = 0; i < count; ++i) {
    if (const auto* born = std::get_if<StoreAlloc>(&events[i])) {
      if (isASlab(events, born->store)) continue;
      SlowDeaths& deaths = all[born->stack];
      ++deaths.own_stores;
      uint64_t size = born->size;
      uint32_t isolate = born->isolate;
      for (size_t k = i; k < count; ++k) {
        if (const auto* e = std::get_if<StoreResize>(&events[k]); e != nullptr && e->store == born->store)
          size = e->size;
        if (const auto* e = std::get_if<StoreMove>(&events[k]); e != nullptr && e->store == born->store)
          isolate = e->isolate;
        const auto* freed = std::get_if<StoreFree>(&events[k]);
        if (freed == nullptr || freed->store != born->store || freed->teardown) continue;
        die(deaths, freed->t - born->t, size, collectionsBetween(events, i, k, isolate) < 2, true);
      }
    } else if (const auto* cut = std::get_if<Slice>(&events[i])) {
      if (cut->parent || !isASlab(events, cut->store)) continue;
      for (size_t k = i; k < count; ++k) {
        if (const auto* e = std::get_if<StoreFree>(&events[k]); e != nullptr && e->store == cut->store) break;
        const auto* freed = std::get_if<SliceFree>(&events[k]);
        if (freed == nullptr || freed->slice != cut->slice || freed->teardown) continue;
        die(all[cut->stack], freed->t - cut->t, cut->length,
            collectionsBetween(events, i, k, cut->isolate) < 2, false);
      }
    }
  }
  return all;
}

uint64_t slowAlone(const std::vector<Event>& events, size_t count,
                   const std::function<bool(StackId)>& is_one) {
  std::map<StoreId, StoreAlloc> stores;
  std::map<SliceId, Slice> slices;
  for (size_t i = 0; i < count; ++i) {
    if (const auto* e = std::get_if<StoreAlloc>(&events[i])) stores[e->store] = *e;
    if (const auto* e = std::get_if<StoreFree>(&events[i])) stores.erase(e->store);
    if (const auto* e = std::get_if<StoreResize>(&events[i])) stores[e->store].size = e->size;
    if (const auto* e = std::get_if<Slice>(&events[i])) slices[e->slice] = *e;
    if (const auto* e = std::get_if<SliceFree>(&events[i])) slices.erase(e->slice);
  }
  uint64_t bytes = 0;
  for (const auto& [id, store] : stores) {
    if (!isASlab(events, id)) {
      bytes += is_one(store.stack) ? store.size : 0;
      continue;
    }
    bool any = false;
    bool all = true;
    for (const auto& [slice_id, slice] : slices) {
      if (slice.store != id) continue;
      any = true;
      all = all && is_one(slice.stack);
    }
    if (any && all) bytes += store.size;
  }
  return bytes;
}

std::string slowCaller(const Definitions& definitions, FrameId id, Grouping grouping) {
  if (!id) return "no stack";
  const Frame& frame = definitions.frame(id);
  const std::string& file = definitions.string(frame.file);
  const std::string place = std::to_string(frame.line) + ":" + std::to_string(frame.column);
  switch (grouping) {
    case Grouping::kLine:
      return definitions.string(frame.function) + " " + file + ":" + place;
    case Grouping::kFunction:
      return definitions.string(frame.function) + " " + file;
    case Grouping::kFile:
      return "file " + file;
    case Grouping::kPackage:
      break;
  }
  if (frame.kind == FrameKind::kBuiltin || file.rfind("node:", 0) == 0 || file == "/usr/bin/node")
    return "node";
  const std::string folder = "/node_modules/";
  const size_t at = file.rfind(folder);
  if (at == std::string::npos) return "project";
  const size_t name = at + folder.size();
  return "package " + file.substr(name, file.find('/', name) - name);
}

std::vector<std::string> slowPath(const Definitions& definitions, StackId stack, Grouping grouping,
                                  Frames frames) {
  std::vector<FrameId> chosen = definitions.framesOf(stack);
  if (frames == Frames::kOwners) {
    std::vector<FrameId> program;
    std::vector<FrameId> node;
    for (const FrameId id : chosen) {
      if (isOfTheProgram(definitions, id)) program.push_back(id);
      if (isOfNode(definitions, id)) node.push_back(id);
    }
    if (!program.empty() || !node.empty()) chosen = program.empty() ? node : program;
  }
  std::vector<std::string> path;
  for (const FrameId id : chosen) {
    const std::string name = slowCaller(definitions, id, grouping);
    if (path.empty() || path.back() != name) path.push_back(name);
  }
  if (path.empty()) path.emplace_back("no stack");
  return path;
}

}  // namespace slabscope::tests
