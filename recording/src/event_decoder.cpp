// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "batch_decoder.h"
#include "format.h"
#include "kinds.h"

namespace slabscope::recording {
namespace {

// Far beyond what a recording can count up to, and far from the end of 64 bits.
constexpr uint64_t kMaxStatedId = 1ULL << 60;

using Counts = std::array<size_t, 256>;
using Alloc = proto::StoreAllocColumns;
using Cut = proto::SliceColumns;
using Usage = proto::MemoryColumns;

// The fields of these messages are numbered from 1 on, each is a column.
template <size_t kLastField>
bool begin(ColumnTable<kLastField>& table, size_t count, int last_field = kLastField) {
  for (int field = 1; field <= last_field; ++field) {
    if (!table[field].begin(count)) return false;
  }
  return true;
}

// Where ids run on from.
bool skipIds(const proto::Batch& m, Defined& defined) {
  if (!m.has_numbering()) return true;
  const proto::Numbering& numbering = m.numbering();
  if (numbering.stores() < defined.stores || numbering.slices() < defined.slices ||
      numbering.stores() >= kMaxStatedId || numbering.slices() >= kMaxStatedId) {
    return false;
  }
  defined.stores = numbering.stores();
  defined.slices = numbering.slices();
  return true;
}

// Fields of 32 bits and enums: of a larger value the low bits count, as protobuf does it.
uint32_t nextUint32(VarintColumn& column) {
  return static_cast<uint32_t>(column.next());
}
int nextEnum(VarintColumn& column) {
  return static_cast<int>(column.next());
}
// The running sum of a column that holds differences.
class Sum {
 public:
  uint64_t add(int64_t difference) { return total_ += static_cast<uint64_t>(difference); }

 private:
  uint64_t total_ = 0;
};

// Decodes long columns piece by piece, so that what is done with the values finds them in the processor's
// cache. Calls put(place, value) for each.
template <class Put>
void takeColumn(VarintColumn& column, size_t count, Put put) {
  std::array<uint64_t, 512> values;
  for (size_t from = 0; from < count;) {
    const size_t size = std::min(values.size(), count - from);
    column.take(values.data(), size);
    for (size_t i = 0; i < size; ++i) put(from + i, values[i]);
    from += size;
  }
}
// Likewise of a column that holds signed differences: put(place, sum).
template <class Put>
void takeSums(VarintColumn& column, size_t count, Put put) {
  uint64_t sum = 0;
  takeColumn(column, count, [&](size_t i, uint64_t value) {
    sum += static_cast<uint64_t>(VarintColumn::undoZigZag(value));
    put(i, sum);
  });
}
template <class T>
void takeInto(VarintColumn& column, size_t count, T* values) {
  // Most programs have one isolate, and so on.
  if (column.isOfOneByte(count))
    return static_cast<void>(std::fill_n(values, count, static_cast<T>(column.firstByte())));
  takeColumn(column, count, [&](size_t i, uint64_t value) { values[i] = static_cast<T>(value); });
}

// Ids of what is born, as they are stated or else one after the other, behind `last`: put(place, id). False
// where they would not ascend.
template <class Put>
bool takeIds(VarintColumn& stated, size_t count, uint64_t last, Put put) {
  if (stated.empty()) {
    if (last + count >= kMaxStatedId) return false;
    for (size_t i = 0; i < count; ++i) put(i, last + 1 + i);
    return true;
  }
  bool ascend = true;
  uint64_t sum = 0;
  takeColumn(stated, count, [&](size_t i, uint64_t value) {
    sum += value;
    ascend = ascend && sum > last && sum < kMaxStatedId;
    last = sum;
    put(i, sum);
  });
  return ascend;
}

bool beginStoreAllocs(ColumnTable<9>& table, size_t count) {
  if (!begin(table, count, Alloc::kStackFieldNumber)) return false;
  VarintColumn kinds = table[Alloc::kKindFieldNumber];
  size_t reserved = 0;
  size_t external = 0;
  takeColumn(kinds, count, [&](size_t, uint64_t value) {
    const StoreKind kind = storeKind(static_cast<int>(value));
    reserved += growsInPlace(kind) ? 1 : 0;
    external += kind == StoreKind::kExternal ? 1 : 0;
  });
  VarintColumn& allocation = table[Alloc::kAllocationStackFieldNumber];
  return table[Alloc::kReservedFieldNumber].begin(reserved) &&
         (allocation.empty() || allocation.begin(external));
}

bool beginSlices(const Counts& counts, BatchColumns& c) {
  const size_t slices = counts[proto::EVENT_SLICE];
  return begin(c.slices, slices) && begin(c.slice_frees, counts[proto::EVENT_SLICE_FREE]) &&
         (c.slice_ids.empty() || c.slice_ids.begin(slices));
}

// After this the columns are read without another look at their length.
bool beginColumns(const Counts& counts, Columns read, BatchColumns& c) {
  const size_t stores = counts[proto::EVENT_STORE_ALLOC];
  if (read == Columns::kAll && !beginSlices(counts, c)) return false;
  return beginStoreAllocs(c.store_allocs, stores) && begin(c.store_frees, counts[proto::EVENT_STORE_FREE]) &&
         begin(c.store_resizes, counts[proto::EVENT_STORE_RESIZE]) &&
         begin(c.store_moves, counts[proto::EVENT_STORE_MOVE]) &&
         begin(c.store_kinds, counts[proto::EVENT_STORE_KIND]) && begin(c.gcs, counts[proto::EVENT_GC]) &&
         begin(c.memories, counts[proto::EVENT_MEMORY]) &&
         c.process_rss.begin(counts[proto::EVENT_PROCESS_RSS]) && begin(c.marks, counts[proto::EVENT_MARK]) &&
         begin(c.losts, counts[proto::EVENT_LOST]) &&
         begin(c.isolate_starts, counts[proto::EVENT_ISOLATE_START]) &&
         begin(c.isolate_ends, counts[proto::EVENT_ISOLATE_END]) &&
         (c.store_ids.empty() || c.store_ids.begin(stores));
}

// What there is most of is decoded column by column, before the order of the events is gone through.
class EventDecoder {
 public:
  EventDecoder(BatchColumns& columns, const Counts& counts, Columns read, Defined& defined,
               BatchByKind& batch)
      : c_(columns),
        counts_(counts),
        reads_slices_(read == Columns::kAll),
        defined_(defined),
        batch_(batch) {}

  // False where an event names something that is not defined.
  bool takeColumns() {
    if (!reads_slices_) batch_.events.leaveSlicesUnread();
    return takeStoreAllocs() && takeStoreFrees() && (!reads_slices_ || (takeSlices() && takeSliceFrees()));
  }

  // So many events of one kind with these times. Whether every id in them is defined.
  bool add(unsigned char kind, const Nanoseconds* t, size_t count) {
    switch (kind) {
      case proto::EVENT_SLICE:
        return addSlices(count);
      case proto::EVENT_SLICE_FREE:
        return addSliceFrees(count);
      case proto::EVENT_STORE_ALLOC:
        return addStoreAllocs(t, count);
      case proto::EVENT_STORE_FREE:
        return addStoreFrees(t, count);
      case proto::EVENT_STORE_RESIZE:
        return addEach<StoreResize>(t, count, [&](StoreResize& event) {
          event.store = store(resized_, c_.store_resizes[1]);
          event.size = c_.store_resizes[2].next();
          return isDefined(event.store);
        });
      case proto::EVENT_STORE_MOVE:
        return addEach<StoreMove>(t, count, [&](StoreMove& event) {
          event.store = store(moved_, c_.store_moves[1]);
          event.isolate = nextUint32(c_.store_moves[2]);
          return isDefined(event.store);
        });
      case proto::EVENT_STORE_KIND:
        return addEach<StoreKindKnown>(t, count, [&](StoreKindKnown& event) {
          event.store = store(known_, c_.store_kinds[1]);
          event.kind = storeKind(nextEnum(c_.store_kinds[2]));
          return isDefined(event.store);
        });
      case proto::EVENT_GC:
        return addEach<Gc>(t, count, [&](Gc& event) {
          event.duration = c_.gcs[proto::GcColumns::kDurationFieldNumber].next();
          event.isolate = nextUint32(c_.gcs[proto::GcColumns::kIsolateFieldNumber]);
          event.kind = gcKind(nextEnum(c_.gcs[proto::GcColumns::kKindFieldNumber]));
          return true;
        });
      case proto::EVENT_MEMORY:
        return addEach<Memory>(t, count, [&](Memory& event) { return memory(event); });
      case proto::EVENT_PROCESS_RSS:
        return addEach<ProcessRss>(t, count, [&](ProcessRss& event) {
          event.rss = c_.process_rss.next();
          return true;
        });
      case proto::EVENT_MARK:
        return addEach<Mark>(t, count, [&](Mark& event) {
          event.isolate = nextUint32(c_.marks[1]);
          event.name = {nextUint32(c_.marks[2])};
          return event.name.value <= defined_.strings;
        });
      case proto::EVENT_LOST:
        return addEach<Lost>(t, count, [&](Lost& event) {
          event.until = c_.losts[1].next();
          event.count = c_.losts[2].next();
          return true;
        });
      case proto::EVENT_ISOLATE_START:
        return addEach<IsolateStart>(t, count,
                                     [&](auto& event) { return isolate(event, c_.isolate_starts); });
      case proto::EVENT_ISOLATE_END:
        return addEach<IsolateEnd>(t, count, [&](auto& event) { return isolate(event, c_.isolate_ends); });
      case proto::EVENT_PAUSE:
        return addEach<Pause>(t, count, [](Pause&) { return true; });
      case proto::EVENT_RESUME:
        return addEach<Resume>(t, count, [](Resume&) { return true; });
      default:
        return true;
    }
  }

 private:
  template <class T>
  std::vector<T>& list() {
    return batch_.events.fill<T>();
  }
  template <class T, class Fill>
  bool addEach(const Nanoseconds* t, size_t count, Fill fill) {
    bool are_defined = true;
    for (size_t i = 0; i < count; ++i) {
      T& event = list<T>().emplace_back();
      event.t = t[i];
      are_defined = fill(event) && are_defined;
    }
    batch_.events.addToOrder<T>(count);
    return are_defined;
  }
  bool isDefined(StoreId id) const { return id.value != 0 && id.value <= defined_.stores; }
  static StoreId store(Sum& sum, VarintColumn& column) { return {sum.add(column.nextSigned())}; }

  bool takeStoreAllocs() {
    const size_t count = counts_[proto::EVENT_STORE_ALLOC];
    std::vector<StoreAlloc>& events = list<StoreAlloc>();
    events.resize(count);
    ColumnTable<9>& c = c_.store_allocs;
    if (!takeIds(c_.store_ids, count, defined_.stores,
                 [&](size_t i, uint64_t id) { events[i].store = {id}; }))
      return false;
    takeSums(c[Alloc::kAddressFieldNumber], count, [&](size_t i, uint64_t sum) { events[i].address = sum; });
    takeColumn(c[Alloc::kSizeFieldNumber], count, [&](size_t i, uint64_t size) { events[i].size = size; });
    takeColumn(c[Alloc::kIsolateFieldNumber], count,
               [&](size_t i, uint64_t isolate) { events[i].isolate = static_cast<uint32_t>(isolate); });
    takeColumn(c[Alloc::kAllocatorFieldNumber], count,
               [&](size_t i, uint64_t allocator) { events[i].allocator = static_cast<uint32_t>(allocator); });
    takeColumn(c[Alloc::kThreadFieldNumber], count,
               [&](size_t i, uint64_t thread) { events[i].thread = static_cast<uint32_t>(thread); });
    uint32_t highest = 0;
    takeColumn(c[Alloc::kStackFieldNumber], count, [&](size_t i, uint64_t stack) {
      events[i].stack = {static_cast<uint32_t>(stack)};
      highest = std::max(highest, events[i].stack.value);
    });
    // Older files do not have it.
    VarintColumn& allocation = c[Alloc::kAllocationStackFieldNumber];
    takeColumn(c[Alloc::kKindFieldNumber], count, [&](size_t i, uint64_t kind) {
      StoreAlloc& event = events[i];
      event.kind = storeKind(static_cast<int>(kind));
      if (growsInPlace(event.kind)) event.reserved = c[Alloc::kReservedFieldNumber].next();
      if (event.kind == StoreKind::kExternal && !allocation.empty()) {
        event.allocation_stack = {nextUint32(allocation)};
        highest = std::max(highest, event.allocation_stack.value);
      }
    });
    return highest <= defined_.stacks;
  }

  bool takeStoreFrees() {
    const size_t count = counts_[proto::EVENT_STORE_FREE];
    std::vector<StoreFree>& events = list<StoreFree>();
    events.resize(count);
    takeSums(c_.store_frees[1], count, [&](size_t i, uint64_t sum) { events[i].store = {sum}; });
    takeColumn(c_.store_frees[2], count, [&](size_t i, uint64_t flag) { events[i].teardown = flag != 0; });
    return true;
  }

  bool takeSlices() {
    const size_t count = counts_[proto::EVENT_SLICE];
    SliceColumnMemory& memory = batch_.events.sliceColumns();
    uint64_t* const ids = memory.slice.get(count);
    ColumnTable<6>& c = c_.slices;
    if (!takeIds(c_.slice_ids, count, defined_.slices, [&](size_t i, uint64_t id) { ids[i] = id; }))
      return false;
    uint64_t* const stores = memory.store.get(count);
    takeSums(c[Cut::kStoreFieldNumber], count, [&](size_t i, uint64_t sum) { stores[i] = sum; });
    uint64_t* const parents = memory.parent.get(count);
    bool are_defined = true;
    takeColumn(c[Cut::kParentFieldNumber], count, [&](size_t i, uint64_t distance) {
      are_defined &= distance < ids[i];
      parents[i] = distance == 0 ? 0 : ids[i] - distance;
    });
    uint64_t* const offsets = memory.offset.get(count);
    takeSums(c[Cut::kOffsetFieldNumber], count, [&](size_t i, uint64_t sum) { offsets[i] = sum; });
    takeInto(c[Cut::kLengthFieldNumber], count, memory.length.get(count));
    takeInto(c[Cut::kIsolateFieldNumber], count, memory.isolate.get(count));
    uint32_t* const stacks = memory.stack.get(count);
    uint32_t highest = 0;
    takeColumn(c[Cut::kStackFieldNumber], count, [&](size_t i, uint64_t stack) {
      stacks[i] = static_cast<uint32_t>(stack);
      highest = std::max(highest, stacks[i]);
    });
    return are_defined && highest <= defined_.stacks;
  }

  bool takeSliceFrees() {
    const size_t count = counts_[proto::EVENT_SLICE_FREE];
    SliceFreeColumnMemory& memory = batch_.events.sliceFreeColumns();
    uint64_t* const ids = memory.slice.get(count);
    takeSums(c_.slice_frees[1], count, [&](size_t i, uint64_t sum) { ids[i] = sum; });
    takeInto(c_.slice_frees[2], count, memory.teardown.get(count));
    return true;
  }

  // Whether all these ids are of something that was born before.
  static bool areDefined(const uint64_t* ids, size_t count, uint64_t newest) {
    uint64_t highest = 0;
    // 0 becomes the highest.
    for (size_t i = 0; i < count; ++i) highest = std::max(highest, ids[i] - 1);
    return count == 0 || highest < newest;
  }

  bool addSlices(size_t count) {
    batch_.events.addToOrder<Slice>(count);
    if (!reads_slices_) return true;
    const SliceColumnMemory& memory = batch_.events.sliceColumns();
    const size_t from = std::exchange(slices_, slices_ + count);
    defined_.slices = memory.slice.get()[slices_ - 1];
    return areDefined(memory.store.get() + from, count, defined_.stores);
  }

  bool addSliceFrees(size_t count) {
    batch_.events.addToOrder<SliceFree>(count);
    if (!reads_slices_) return true;
    const size_t from = std::exchange(slice_frees_, slice_frees_ + count);
    return areDefined(batch_.events.sliceFreeColumns().slice.get() + from, count, defined_.slices);
  }

  bool addStoreAllocs(const Nanoseconds* t, size_t count) {
    batch_.events.addToOrder<StoreAlloc>(count);
    std::vector<StoreAlloc>& events = list<StoreAlloc>();
    for (size_t i = 0; i < count; ++i) events[store_allocs_++].t = t[i];
    defined_.stores = events[store_allocs_ - 1].store.value;
    return true;
  }

  bool addStoreFrees(const Nanoseconds* t, size_t count) {
    batch_.events.addToOrder<StoreFree>(count);
    bool are_defined = true;
    for (size_t i = 0; i < count; ++i) {
      StoreFree& event = list<StoreFree>()[store_frees_++];
      event.t = t[i];
      are_defined = are_defined && isDefined(event.store);
    }
    return are_defined;
  }

  bool memory(Memory& event) {
    ColumnTable<6>& c = c_.memories;
    event.isolate = nextUint32(c[Usage::kIsolateFieldNumber]);
    event.rss = c[Usage::kRssFieldNumber].next();
    event.heap_used = c[Usage::kHeapUsedFieldNumber].next();
    event.heap_total = c[Usage::kHeapTotalFieldNumber].next();
    event.external = c[Usage::kExternalFieldNumber].next();
    event.array_buffers = c[Usage::kArrayBuffersFieldNumber].next();
    return true;
  }

  template <class T>
  static bool isolate(T& event, ColumnTable<3>& c) {
    event.isolate = nextUint32(c[proto::IsolateColumns::kIsolateFieldNumber]);
    event.thread = nextUint32(c[proto::IsolateColumns::kThreadFieldNumber]);
    event.allocator = nextUint32(c[proto::IsolateColumns::kAllocatorFieldNumber]);
    return true;
  }

  BatchColumns& c_;
  const Counts& counts_;
  const bool reads_slices_;
  Defined& defined_;
  BatchByKind& batch_;
  Sum resized_;
  Sum moved_;
  Sum known_;
  // How many of each the order has passed.
  size_t slices_ = 0;
  size_t slice_frees_ = 0;
  size_t store_allocs_ = 0;
  size_t store_frees_ = 0;
};

// Events of one kind that follow each other, in their order.
void findRuns(std::string_view kinds, std::vector<RunOfKind>& runs) {
  runs.clear();
  constexpr uint64_t kInEachByte = 0x0101010101010101;
  constexpr size_t kWord = sizeof(uint64_t);
  for (size_t from = 0; from < kinds.size();) {
    const auto kind = static_cast<unsigned char>(kinds[from]);
    size_t to = from + 1;
    for (; to + kWord <= kinds.size(); to += kWord) {
      uint64_t others = 0;
      std::memcpy(&others, kinds.data() + to, kWord);
      others ^= kind * kInEachByte;
      if (others == 0) continue;
      to += static_cast<size_t>(std::countr_zero(others)) / 8;
      break;
    }
    while (to < kinds.size() && kinds[to] == kinds[from]) ++to;
    runs.push_back({kind, static_cast<uint32_t>(to - from)});
    from = to;
  }
}

bool isKnown(unsigned char kind) {
  return proto::EventKind_IsValid(kind) && kind != proto::EVENT_UNKNOWN;
}

// The times of all events; false where they run backwards.
bool takeTimes(VarintColumn& column, size_t count, Nanoseconds* times) {
  Nanoseconds t = 0;
  bool overflows = false;
  takeColumn(column, count, [&](size_t i, uint64_t difference) {
    overflows |= __builtin_add_overflow(t, difference, &t);
    times[i] = t;
  });
  return !overflows;
}

// Goes through the events in their order, as many of one kind at a time as follow each other.
bool addInOrder(const std::vector<RunOfKind>& runs, EventDecoder& decoder, BatchByKind& batch) {
  // Events that are stepped over leave no gap in the list.
  Nanoseconds* const times = batch.events.times().get();
  size_t from = 0;
  size_t kept = 0;
  for (const RunOfKind& run : runs) {
    if (isKnown(run.kind)) {
      if (kept != from) std::copy(times + from, times + from + run.count, times + kept);
      if (!decoder.add(run.kind, times + kept, run.count)) return false;
      kept += run.count;
    } else {
      batch.unknown_events += run.count;
    }
    from += run.count;
  }
  return true;
}

}  // namespace

std::string decodeEvents(BatchColumns& columns, const proto::Batch& message, const proto::Block& block,
                         Columns read, Defined& defined, BatchByKind& batch) {
  const std::string_view kinds = columns.kinds;
  const size_t count = kinds.size();
  if (count > kMaxEventsPerBatch) return "a batch claims more events than any that slabscope writes";
  findRuns(kinds, columns.runs);
  Counts counts{};
  for (const RunOfKind& run : columns.runs) counts[run.kind] += run.count;
  if (!columns.times.begin(count) || !beginColumns(counts, read, columns))
    return "a batch has events without their data";
  if (block.event_count() != count) return "a batch does not hold the events that its block claims";
  batch.retold = message.retold();
  if (count == 0) return skipIds(message, defined) ? "" : "the ids of a batch run backwards";

  Nanoseconds* const times = batch.events.times().get(count);
  if (!takeTimes(columns.times, count, times) || times[0] < defined.last_t || times[0] != block.first_t())
    return "the time of an event runs backwards";
  const Nanoseconds last = times[count - 1];
  batch.events.reserveOrder(columns.runs.size());
  EventDecoder decoder(columns, counts, read, defined, batch);
  if (!decoder.takeColumns() || !addInOrder(columns.runs, decoder, batch))
    return "an event names something that is not defined";
  if (last != block.last_t()) return "a batch does not span the time that its block claims";
  defined.last_t = last;
  if (!skipIds(message, defined)) return "the ids of a batch run backwards";
  return {};
}

}  // namespace slabscope::recording
