// SPDX-License-Identifier: Apache-2.0
// The address space that is set aside for stores which can grow in place, and how much of it is in use.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "live_set.h"
#include "slabscope/wire/records.h"

namespace slabscope::collector {

struct PageRange {
  uint64_t begin = 0;
  uint64_t end = 0;  ///< one past the last byte

  bool overlaps(const PageRange& other) const { return begin < other.end && other.begin < end; }
};

/// What the records call address and size; empty when they do not fit the address space.
PageRange pageRange(uint64_t address, uint64_t size);

class Reservations {
 public:
  struct Entry {
    PageRange pages;
    wire::StoreReserved asked;  ///< who asked for it
    Slot store = 0;             ///< 0 as long as nothing of it has been committed
  };

  /// Whatever was reserved there before is over; its stores are handed back.
  std::vector<Slot> add(const wire::StoreReserved& asked);
  /// nullptr when `pages` do not lie within one reservation. Valid until the next change.
  Entry* find(const PageRange& pages);
  /// Takes `pages` out of all reservations: ends are cut off (an aligned reservation is mapped larger and
  /// trimmed), and where a store begins in them it is handed back.
  std::vector<Slot> release(const PageRange& pages, const LiveSet& live);

 private:
  using Entries = std::map<uint64_t, Entry>;

  /// The first entry that overlaps `pages`, or else one that does not.
  Entries::iterator firstOverlapping(const PageRange& pages);

  Entries by_begin_;  ///< they do not overlap
};

}  // namespace slabscope::collector
