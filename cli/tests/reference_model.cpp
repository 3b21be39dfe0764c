// SPDX-License-Identifier: Apache-2.0
#include "reference_model.h"

#include <algorithm>
#include <utility>

namespace slabscope::tests {
namespace {

using nlohmann::json;
using Range = ReferenceModel::Range;

std::vector<bool> bytesIn(const std::vector<Range>& ranges, uint64_t size) {
  std::vector<bool> bytes(size);
  for (const Range& range : ranges) {
    for (uint64_t at = range.begin; at < std::min(range.end, size); ++at) bytes[at] = true;
  }
  return bytes;
}

uint64_t countOf(const std::vector<bool>& bytes) {
  return static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), true));
}

// Whole parts first; what is left goes, unit by unit, to whom the rounding took most from.
std::map<uint64_t, uint64_t> shared(uint64_t whole, const std::map<uint64_t, uint64_t>& weights) {
  if (weights.empty()) return {};
  uint64_t total = 0;
  for (const auto& [who, weight] : weights) total += weight;
  if (total == 0) {
    std::map<uint64_t, uint64_t> even;
    for (const auto& [who, weight] : weights) even[who] = 1;
    return shared(whole, even);
  }
  std::map<uint64_t, uint64_t> shares;
  std::map<uint64_t, uint64_t> remainders;
  uint64_t left = whole;
  for (const auto& [who, weight] : weights) {
    shares[who] = whole * weight / total;
    remainders[who] = whole * weight % total;
    left -= shares[who];
  }
  for (; left > 0; --left) {
    const auto most = std::max_element(remainders.begin(), remainders.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    ++shares[most->first];
    remainders.erase(most);
  }
  return shares;
}

}  // namespace

ReferenceModel::ReferenceModel(std::vector<json> lines) : lines_(std::move(lines)) {
  for (const json& line : lines_) {
    if (line["type"] == "frame") frames_[line["id"].get<uint64_t>()] = line;
    if (line["type"] == "stack") stacks_[line["id"].get<uint64_t>()] = line["frames"];
    if (line["type"] == "store_alloc")
      births_.push_back({line["t"].get<uint64_t>(), line["isolate"].get<uint64_t>(), line["kind"]});
    if (line["type"] == "store_free") deaths_[line["store"].get<uint64_t>()] = line["t"].get<uint64_t>();
  }
  for (const auto& [id, frames] : stacks_) owners_[id] = innermostOwn(id);
}

void ReferenceModel::advanceTo(uint64_t t) {
  now_ = t;
  for (; next_ < lines_.size(); ++next_) {
    if (!lines_[next_].contains("t")) continue;
    if (lines_[next_]["t"].get<uint64_t>() > t) break;
    apply(lines_[next_]);
  }
}

void ReferenceModel::apply(const json& event) {
  const std::string type = event["type"];
  const auto number = [&](const char* key) { return event[key].get<uint64_t>(); };
  if (type == "store_alloc") {
    Store store{.size = number("size"),
                .stack = number("stack"),
                .isolate = number("isolate"),
                .born = number("t"),
                .kind = event["kind"],
                .cut = {},
                .last_cut = 0};
    if (!store.isSlab()) allocated(store.stack, store.size);
    stores_[number("store")] = std::move(store);
  } else if (type == "store_free") {
    const auto store = stores_.find(number("store"));
    if (store == stores_.end()) return;
    if (!store->second.isSlab() && !event.contains("teardown"))
      died(store->second.stack, store->second.size, store->second.isolate, store->second.born);
    stores_.erase(store);
  } else if (type == "store_resize" && stores_.contains(number("store"))) {
    Store& store = stores_[number("store")];
    if (!store.isSlab() && number("size") > store.size)
      spent_[store.stack].bytes += number("size") - store.size;
    store.size = number("size");
  } else if (type == "store_move" && stores_.contains(number("store"))) {
    stores_[number("store")].isolate = number("isolate");
  } else if (type == "slice") {
    const Slice slice{.store = number("store"),
                      .parent = number("parent"),
                      .offset = number("offset"),
                      .length = number("length"),
                      .stack = number("stack"),
                      .born = number("t"),
                      .isolate = number("isolate")};
    slices_[number("slice")] = slice;
    if (number("parent") != 0 || !stores_.contains(slice.store)) return;
    Store& store = stores_[slice.store];
    if (!store.isSlab()) return;
    store.cut.push_back({slice.offset, slice.offset + slice.length});
    store.last_cut = slice.born;
    allocated(slice.stack, slice.length);
  } else if (type == "slice_free") {
    const auto slice = slices_.find(number("slice"));
    if (slice == slices_.end()) return;
    const Slice& dead = slice->second;
    if (dead.parent == 0 && stores_.contains(dead.store) && stores_[dead.store].isSlab() &&
        !event.contains("teardown"))
      died(dead.stack, dead.length, dead.isolate, dead.born);
    slices_.erase(slice);
  } else if (type == "gc" && event["kind"] != "incremental" && event["kind"] != "weak") {
    collections_.push_back({number("t"), number("isolate")});
  }
}

void ReferenceModel::allocated(uint64_t stack, uint64_t bytes) {
  ++spent_[stack].allocations;
  spent_[stack].bytes += bytes;
}

// Temporary is what at most one collection of its isolate has seen.
void ReferenceModel::died(uint64_t stack, uint64_t bytes, uint64_t isolate, uint64_t born) {
  const auto saw = std::count_if(collections_.begin(), collections_.end(), [&](const Collection& collection) {
    return collection.isolate == isolate && collection.t > born;
  });
  if (saw >= 2) return;
  ++spent_[stack].temporary;
  spent_[stack].temporary_bytes += bytes;
}

std::map<uint64_t, ReferenceModel::Slice> ReferenceModel::slices() const {
  std::map<uint64_t, Slice> live;
  for (const auto& [id, slice] : slices_) {
    if (stores_.contains(slice.store)) live[id] = slice;
  }
  return live;
}

// The innermost frame of the program, else of Node's JavaScript, else the innermost.
uint64_t ReferenceModel::innermostOwn(uint64_t stack) const {
  const auto found = stacks_.find(stack);
  if (found == stacks_.end() || found->second.empty()) return 0;
  const auto innermost = [&](auto wanted) -> uint64_t {
    for (const json& id : found->second) {
      if (wanted(frames_.at(id.get<uint64_t>()))) return id.get<uint64_t>();
    }
    return 0;
  };
  const auto isScript = [](const json& frame) { return frame["kind"] == "js" || frame["kind"] == "wasm"; };
  const auto isOwn = [&](const json& frame) {
    return isScript(frame) && frame["file"].get<std::string>().rfind("node:", 0) != 0;
  };
  if (const uint64_t own = innermost(isOwn); own != 0) return own;
  if (const uint64_t script = innermost(isScript); script != 0) return script;
  return found->second.front().get<uint64_t>();
}

uint64_t ReferenceModel::ownerOf(uint64_t stack) const {
  const auto found = owners_.find(stack);
  return found == owners_.end() ? 0 : found->second;
}

ReferenceModel::Slab ReferenceModel::slabOf(uint64_t id, const Store& store) const {
  Slab slab{.size = store.size,
            .cuts = store.cut.size(),
            .isolate = store.isolate,
            .born = store.born,
            .died = {},
            .holders = {}};
  std::vector<Range> live;
  std::vector<Range> cut = store.cut;
  std::map<uint64_t, std::vector<Range>> by_owner;
  for (const auto& [slice_id, slice] : slices_) {
    if (slice.store != id) continue;
    live.push_back({slice.offset, slice.offset + slice.length});
    cut.push_back(live.back());
    by_owner[ownerOf(slice.stack)].push_back(live.back());
    ++slab.slices;
  }
  uint64_t end = 0;
  for (const Range& range : cut) end = std::max(end, std::min(range.end, store.size));
  const uint64_t ever = countOf(bytesIn(cut, store.size));
  slab.live = countOf(bytesIn(live, store.size));
  slab.dead = ever - slab.live;
  slab.gaps = end - ever;
  slab.rest = store.size - end;
  for (const Birth& birth : births_) {
    if (birth.t <= now_ && birth.kind == store.kind && birth.isolate == store.isolate &&
        birth.t > std::max(store.last_cut, store.born))
      slab.left = true;
  }
  if (deaths_.contains(id)) slab.died = deaths_.at(id);
  std::map<uint64_t, uint64_t> weights;
  for (const auto& [owner, ranges] : by_owner) weights[owner] = countOf(bytesIn(ranges, store.size));
  for (const auto& [owner, share] : shared(store.size, weights))
    slab.holders[owner] = {weights[owner], share, by_owner[owner].size()};
  return slab;
}

std::map<uint64_t, ReferenceModel::Slab> ReferenceModel::slabs() const {
  std::map<uint64_t, Slab> slabs;
  for (const auto& [id, store] : stores_) {
    if (store.isSlab()) slabs[id] = slabOf(id, store);
  }
  return slabs;
}

std::map<uint64_t, ReferenceModel::Holder> ReferenceModel::holders() const {
  std::map<uint64_t, Holder> holders;
  for (const auto& [id, slab] : slabs()) {
    for (const auto& [owner, part] : slab.holders) {
      Holder& holder = holders[owner];
      holder.held += part.share;
      holder.live += part.live;
      holder.slices += part.slices;
      if (slab.holders.size() == 1) holder.alone += slab.size;
    }
  }
  return holders;
}

std::map<uint64_t, uint64_t> ReferenceModel::callers() const {
  std::map<uint64_t, uint64_t> bytes;
  for (const auto& [id, store] : stores_) {
    if (!store.isSlab()) bytes[ownerOf(store.stack)] += store.size;
  }
  return bytes;
}

std::map<uint64_t, ReferenceModel::Costs> ReferenceModel::costs() const {
  std::map<uint64_t, Costs> costs = spent_;
  for (const auto& [id, store] : stores_) {
    if (!store.isSlab()) {
      costs[store.stack].live += store.size;
      costs[store.stack].held += store.size;
      costs[store.stack].alone += store.size;
      continue;
    }
    std::map<uint64_t, std::vector<Range>> by_stack;
    std::vector<Range> all;
    for (const auto& [slice_id, slice] : slices_) {
      if (slice.store != id) continue;
      all.push_back({slice.offset, slice.offset + slice.length});
      by_stack[slice.stack].push_back(all.back());
    }
    std::map<uint64_t, uint64_t> weights;
    for (const auto& [stack, ranges] : by_stack) weights[stack] = countOf(bytesIn(ranges, store.size));
    for (const auto& [stack, share] : shared(store.size, weights)) costs[stack].held += share;
    if (weights.size() == 1) costs[weights.begin()->first].alone += store.size;
    for (const auto& [stack, share] : shared(countOf(bytesIn(all, store.size)), weights))
      costs[stack].live += share;
  }
  std::erase_if(costs, [](const auto& one) { return one.second == Costs{}; });
  return costs;
}

}  // namespace slabscope::tests
