// SPDX-License-Identifier: Apache-2.0
#include "reservations.h"

#include <iterator>
#include <limits>

namespace slabscope::collector {

PageRange pageRange(uint64_t address, uint64_t size) {
  if (size > std::numeric_limits<uint64_t>::max() - address) return {};
  return {address, address + size};
}

Reservations::Entries::iterator Reservations::firstOverlapping(const PageRange& pages) {
  auto entry = by_begin_.upper_bound(pages.begin);
  if (entry != by_begin_.begin() && std::prev(entry)->second.pages.overlaps(pages)) --entry;
  return entry;
}

std::vector<Slot> Reservations::add(const wire::StoreReserved& asked) {
  std::vector<Slot> ended;
  PageRange pages = pageRange(asked.address, asked.size);
  if (pages.begin == pages.end) return ended;
  // The release of what lay there was lost.
  auto entry = firstOverlapping(pages);
  while (entry != by_begin_.end() && entry->second.pages.overlaps(pages)) {
    if (entry->second.store != 0) ended.push_back(entry->second.store);
    entry = by_begin_.erase(entry);
  }
  by_begin_[pages.begin] = {pages, asked, 0};
  return ended;
}

Reservations::Entry* Reservations::find(const PageRange& pages) {
  auto found = firstOverlapping(pages);
  if (found == by_begin_.end()) return nullptr;
  Entry& entry = found->second;
  return pages.begin >= entry.pages.begin && pages.end <= entry.pages.end ? &entry : nullptr;
}

std::vector<Slot> Reservations::release(const PageRange& pages, const LiveSet& live) {
  std::vector<Slot> ended;
  std::vector<Entry> kept;
  auto found = firstOverlapping(pages);
  while (found != by_begin_.end() && found->second.pages.overlaps(pages)) {
    Entry entry = found->second;
    found = by_begin_.erase(found);
    uint64_t store = entry.store != 0 ? live.store(entry.store).address : entry.pages.begin;
    bool keeps_front = entry.pages.begin < pages.begin;
    bool keeps_back = entry.pages.end > pages.end;
    if (entry.store != 0 && store >= pages.begin && store < pages.end) {
      ended.push_back(entry.store);
    } else if (keeps_back && (!keeps_front || store >= pages.end)) {
      entry.pages.begin = pages.end;
      kept.push_back(entry);
    } else if (keeps_front) {
      entry.pages.end = pages.begin;
      kept.push_back(entry);
    }
  }
  for (const Entry& entry : kept) by_begin_[entry.pages.begin] = entry;
  return ended;
}

}  // namespace slabscope::collector
