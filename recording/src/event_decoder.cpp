// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

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

bool beginStoreAllocs(ColumnTable<9>& table, size_t count) {
  if (!begin(table, count, Alloc::kStackFieldNumber)) return false;
  VarintColumn kinds = table[Alloc::kKindFieldNumber];
  size_t reserved = 0;
  size_t external = 0;
  for (size_t i = 0; i < count; ++i) {
    const StoreKind kind = storeKind(static_cast<int>(kinds.next()));
    reserved += growsInPlace(kind) ? 1 : 0;
    external += kind == StoreKind::kExternal ? 1 : 0;
  }
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
bool nextBool(VarintColumn& column) {
  return column.next() != 0;
}

// The running sum of a column that holds differences.
class Sum {
 public:
  uint64_t add(int64_t difference) { return total_ += static_cast<uint64_t>(difference); }
  uint64_t add(uint64_t difference) { return total_ += difference; }

 private:
  uint64_t total_ = 0;
};

// What is born gets a stated id, or the next.
class IdGiver {
 public:
  explicit IdGiver(VarintColumn& stated) : stated_(stated), is_stated_(!stated.empty()) {}
  // False where ids would not ascend.
  bool give(uint64_t& last) {
    if (!is_stated_) return ++last < kMaxStatedId;
    const uint64_t id = sum_.add(stated_.next());
    if (id <= last || id >= kMaxStatedId) return false;
    last = id;
    return true;
  }

 private:
  VarintColumn& stated_;
  const bool is_stated_;
  Sum sum_;
};

class EventDecoder {
 public:
  EventDecoder(BatchColumns& columns, Columns read, Defined& defined, BatchByKind& batch)
      : c_(columns),
        reads_slices_(read == Columns::kAll),
        defined_(defined),
        batch_(batch),
        store_ids_(columns.store_ids),
        slice_ids_(columns.slice_ids) {}

  // Whether every id in the event is defined.
  bool decode(unsigned char kind, Nanoseconds t) {
    switch (kind) {
      case proto::EVENT_SLICE:
        return reads_slices_ ? slice(t) : unread<Slice>(t);
      case proto::EVENT_SLICE_FREE:
        return reads_slices_ ? sliceFree(t) : unread<SliceFree>(t);
      case proto::EVENT_STORE_ALLOC:
        return storeAlloc(t);
      case proto::EVENT_STORE_FREE:
        return put(StoreFree{
            .t = t, .store = store(freed_, c_.store_frees[1]), .teardown = nextBool(c_.store_frees[2])});
      case proto::EVENT_STORE_RESIZE:
        return put(StoreResize{
            .t = t, .store = store(resized_, c_.store_resizes[1]), .size = c_.store_resizes[2].next()});
      case proto::EVENT_STORE_MOVE:
        return put(StoreMove{
            .t = t, .store = store(moved_, c_.store_moves[1]), .isolate = nextUint32(c_.store_moves[2])});
      case proto::EVENT_STORE_KIND:
        return put(StoreKindKnown{.t = t,
                                  .store = store(known_, c_.store_kinds[1]),
                                  .kind = storeKind(nextEnum(c_.store_kinds[2]))});
      case proto::EVENT_GC:
        return put(Gc{.t = t,
                      .duration = c_.gcs[proto::GcColumns::kDurationFieldNumber].next(),
                      .isolate = nextUint32(c_.gcs[proto::GcColumns::kIsolateFieldNumber]),
                      .kind = gcKind(nextEnum(c_.gcs[proto::GcColumns::kKindFieldNumber]))});
      case proto::EVENT_MEMORY:
        return memory(t);
      case proto::EVENT_PROCESS_RSS:
        return put(ProcessRss{.t = t, .rss = c_.process_rss.next()});
      case proto::EVENT_MARK: {
        const Mark mark{.t = t, .isolate = nextUint32(c_.marks[1]), .name = {nextUint32(c_.marks[2])}};
        return put(mark) && mark.name.value <= defined_.strings;
      }
      case proto::EVENT_LOST:
        return put(Lost{.t = t, .until = c_.losts[1].next(), .count = c_.losts[2].next()});
      case proto::EVENT_ISOLATE_START:
        return isolate<IsolateStart>(c_.isolate_starts, t);
      case proto::EVENT_ISOLATE_END:
        return isolate<IsolateEnd>(c_.isolate_ends, t);
      case proto::EVENT_PAUSE:
        return put(Pause{t});
      case proto::EVENT_RESUME:
        return put(Resume{t});
      default:
        ++batch_.unknown_events;
        return true;
    }
  }

 private:
  template <class T>
  bool put(const T& event) {
    batch_.events.add(event);
    if constexpr (requires { event.store; }) {
      return isDefined(event.store);
    } else {
      return true;
    }
  }
  bool isDefined(StoreId id) const { return id.value != 0 && id.value <= defined_.stores; }
  static StoreId store(Sum& sum, VarintColumn& column) { return {sum.add(column.nextSigned())}; }

  bool storeAlloc(Nanoseconds t) {
    ColumnTable<9>& c = c_.store_allocs;
    if (!store_ids_.give(defined_.stores)) return false;
    StoreAlloc& event = batch_.events.add<StoreAlloc>();
    event.t = t;
    event.store = {defined_.stores};
    event.address = address_.add(c[Alloc::kAddressFieldNumber].nextSigned());
    event.size = c[Alloc::kSizeFieldNumber].next();
    event.kind = storeKind(nextEnum(c[Alloc::kKindFieldNumber]));
    event.isolate = nextUint32(c[Alloc::kIsolateFieldNumber]);
    event.allocator = nextUint32(c[Alloc::kAllocatorFieldNumber]);
    event.thread = nextUint32(c[Alloc::kThreadFieldNumber]);
    event.stack = {static_cast<uint32_t>(c[Alloc::kStackFieldNumber].next())};
    if (growsInPlace(event.kind)) event.reserved = c[Alloc::kReservedFieldNumber].next();
    // Older files do not have it.
    VarintColumn& allocation = c[Alloc::kAllocationStackFieldNumber];
    if (event.kind == StoreKind::kExternal && !allocation.empty())
      event.allocation_stack = {nextUint32(allocation)};
    return isDefined(event.store) && event.stack.value <= defined_.stacks &&
           event.allocation_stack.value <= defined_.stacks;
  }

  template <class T>
  bool unread(Nanoseconds t) {
    batch_.events.addUnread<T>(t);
    return true;
  }

  bool slice(Nanoseconds t) {
    ColumnTable<6>& c = c_.slices;
    if (!slice_ids_.give(defined_.slices)) return false;
    const uint64_t id = defined_.slices;
    const uint64_t distance = c[Cut::kParentFieldNumber].next();
    Slice& event = batch_.events.add<Slice>();
    event.t = t;
    event.slice = {id};
    event.store = {cut_from_.add(c[Cut::kStoreFieldNumber].nextSigned())};
    event.parent = {distance == 0 ? 0 : id - distance};
    event.offset = offset_.add(c[Cut::kOffsetFieldNumber].nextSigned());
    event.length = c[Cut::kLengthFieldNumber].next();
    event.isolate = nextUint32(c[Cut::kIsolateFieldNumber]);
    event.stack = {static_cast<uint32_t>(c[Cut::kStackFieldNumber].next())};
    return isDefined(event.store) && distance < id && event.stack.value <= defined_.stacks;
  }

  bool sliceFree(Nanoseconds t) {
    SliceFree& event = batch_.events.add<SliceFree>();
    event.t = t;
    event.slice = {slice_freed_.add(c_.slice_frees[1].nextSigned())};
    event.teardown = nextBool(c_.slice_frees[2]);
    return event.slice.value != 0 && event.slice.value <= defined_.slices;
  }

  bool memory(Nanoseconds t) {
    ColumnTable<6>& c = c_.memories;
    return put(Memory{.t = t,
                      .isolate = nextUint32(c[Usage::kIsolateFieldNumber]),
                      .rss = c[Usage::kRssFieldNumber].next(),
                      .heap_used = c[Usage::kHeapUsedFieldNumber].next(),
                      .heap_total = c[Usage::kHeapTotalFieldNumber].next(),
                      .external = c[Usage::kExternalFieldNumber].next(),
                      .array_buffers = c[Usage::kArrayBuffersFieldNumber].next()});
  }

  template <class T>
  bool isolate(ColumnTable<3>& c, Nanoseconds t) {
    return put(T{.t = t,
                 .isolate = nextUint32(c[proto::IsolateColumns::kIsolateFieldNumber]),
                 .thread = nextUint32(c[proto::IsolateColumns::kThreadFieldNumber]),
                 .allocator = nextUint32(c[proto::IsolateColumns::kAllocatorFieldNumber])});
  }

  BatchColumns& c_;
  const bool reads_slices_;
  Defined& defined_;
  BatchByKind& batch_;
  IdGiver store_ids_;
  IdGiver slice_ids_;
  Sum address_;
  Sum freed_;
  Sum resized_;
  Sum moved_;
  Sum known_;
  Sum cut_from_;
  Sum offset_;
  Sum slice_freed_;
};

void reserve(const Counts& counts, size_t events, Columns read, EventsByKind& lists) {
  lists.reserve(events);
  lists.reserve<StoreAlloc>(counts[proto::EVENT_STORE_ALLOC]);
  lists.reserve<StoreFree>(counts[proto::EVENT_STORE_FREE]);
  if (read != Columns::kAll) return;
  lists.reserve<Slice>(counts[proto::EVENT_SLICE]);
  lists.reserve<SliceFree>(counts[proto::EVENT_SLICE_FREE]);
}

}  // namespace

std::string decodeEvents(BatchColumns& columns, const proto::Batch& message, const proto::Block& block,
                         Columns read, Defined& defined, BatchByKind& batch) {
  const std::string_view kinds = columns.kinds;
  const size_t count = kinds.size();
  if (count > kMaxEventsPerBatch) return "a batch claims more events than any that slabscope writes";
  Counts counts{};
  for (const char kind : kinds) ++counts[static_cast<unsigned char>(kind)];
  if (!columns.times.begin(count) || !beginColumns(counts, read, columns))
    return "a batch has events without their data";
  if (block.event_count() != count) return "a batch does not hold the events that its block claims";
  batch.retold = message.retold();
  if (count == 0) return skipIds(message, defined) ? "" : "the ids of a batch run backwards";

  reserve(counts, count, read, batch.events);
  EventDecoder decoder(columns, read, defined, batch);
  Nanoseconds t = 0;
  for (size_t i = 0; i < count; ++i) {
    const Nanoseconds before = t;
    t += columns.times.next();
    if (t < before || (i == 0 && (t < defined.last_t || t != block.first_t())))
      return "the time of an event runs backwards";
    if (!decoder.decode(static_cast<unsigned char>(kinds[i]), t))
      return "an event names something that is not defined";
  }
  if (t != block.last_t()) return "a batch does not span the time that its block claims";
  defined.last_t = t;
  if (!skipIds(message, defined)) return "the ids of a batch run backwards";
  return {};
}

}  // namespace slabscope::recording
