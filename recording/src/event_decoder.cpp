// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "batch_decoder.h"
#include "format.h"
#include "kinds.h"

namespace slabscope::recording {
namespace {

// Far beyond what a recording can count up to, and far from the end of 64 bits.
constexpr uint64_t kMaxStatedId = 1ULL << 60;

using Counts = std::array<size_t, 256>;

template <class... Columns>
bool covers(size_t count, const Columns&... columns) {
  return ((static_cast<size_t>(columns.size()) >= count) && ...);
}

bool reservesSpace(int kind) {
  return growsInPlace(storeKind(kind));
}

bool isExternal(int kind) {
  return storeKind(kind) == StoreKind::kExternal;
}

// After this the columns are read without another look at their length.
bool columnsCover(const Counts& counts, const proto::Batch& m) {
  const auto& alloc = m.store_allocs();
  const auto& slice = m.slices();
  const auto& memory = m.memories();
  const auto& start = m.isolate_starts();
  const auto& end = m.isolate_ends();
  return covers(counts[proto::EVENT_STORE_ALLOC], alloc.address(), alloc.size(), alloc.kind(),
                alloc.isolate(), alloc.allocator(), alloc.thread(), alloc.stack()) &&
         std::count_if(alloc.kind().begin(), alloc.kind().end(), reservesSpace) <= alloc.reserved_size() &&
         (alloc.allocation_stack().empty() || std::count_if(alloc.kind().begin(), alloc.kind().end(),
                                                            isExternal) <= alloc.allocation_stack_size()) &&
         covers(counts[proto::EVENT_STORE_FREE], m.store_frees().store(), m.store_frees().teardown()) &&
         covers(counts[proto::EVENT_STORE_RESIZE], m.store_resizes().store(), m.store_resizes().size()) &&
         covers(counts[proto::EVENT_STORE_MOVE], m.store_moves().store(), m.store_moves().isolate()) &&
         covers(counts[proto::EVENT_STORE_KIND], m.store_kinds().store(), m.store_kinds().kind()) &&
         covers(counts[proto::EVENT_SLICE], slice.store(), slice.parent(), slice.offset(), slice.length(),
                slice.isolate(), slice.stack()) &&
         covers(counts[proto::EVENT_SLICE_FREE], m.slice_frees().slice(), m.slice_frees().teardown()) &&
         covers(counts[proto::EVENT_GC], m.gcs().duration(), m.gcs().isolate(), m.gcs().kind()) &&
         covers(counts[proto::EVENT_MEMORY], memory.isolate(), memory.rss(), memory.heap_used(),
                memory.heap_total(), memory.external(), memory.array_buffers()) &&
         covers(counts[proto::EVENT_PROCESS_RSS], m.process_rss()) &&
         covers(counts[proto::EVENT_MARK], m.marks().isolate(), m.marks().name()) &&
         covers(counts[proto::EVENT_LOST], m.losts().until(), m.losts().count()) &&
         covers(counts[proto::EVENT_ISOLATE_START], start.isolate(), start.thread(), start.allocator()) &&
         covers(counts[proto::EVENT_ISOLATE_END], end.isolate(), end.thread(), end.allocator()) &&
         (m.store_ids().empty() || covers(counts[proto::EVENT_STORE_ALLOC], m.store_ids())) &&
         (m.slice_ids().empty() || covers(counts[proto::EVENT_SLICE], m.slice_ids()));
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

// One kind's columns: where they stand, and the running sums of those that hold differences.
template <class Columns>
struct Cursor {
  explicit Cursor(const Columns& c) : columns(c) {}
  const Columns& columns;
  int at = 0;
  uint64_t first_sum = 0;
  uint64_t second_sum = 0;
};

using Ids = google::protobuf::RepeatedField<uint64_t>;

// The id of what is born: a stated one, or the next. False where ids would not ascend.
bool giveId(Cursor<Ids>& stated, uint64_t& last) {
  if (stated.columns.empty()) return ++last < kMaxStatedId;
  const uint64_t id = stated.first_sum += stated.columns.Get(stated.at++);
  if (id <= last || id >= kMaxStatedId) return false;
  last = id;
  return true;
}

uint64_t sum(uint64_t& total, int64_t difference) {
  return total += static_cast<uint64_t>(difference);
}

class EventDecoder {
 public:
  EventDecoder(const proto::Batch& m, Defined& defined, Batch& batch)
      : defined_(defined),
        batch_(batch),
        allocs_(m.store_allocs()),
        frees_(m.store_frees()),
        resizes_(m.store_resizes()),
        moves_(m.store_moves()),
        kinds_(m.store_kinds()),
        slices_(m.slices()),
        slice_frees_(m.slice_frees()),
        gcs_(m.gcs()),
        memories_(m.memories()),
        process_rss_(m.process_rss()),
        marks_(m.marks()),
        losts_(m.losts()),
        starts_(m.isolate_starts()),
        ends_(m.isolate_ends()),
        store_ids_(m.store_ids()),
        slice_ids_(m.slice_ids()) {}

  // Whether every id in the event is defined.
  bool decode(unsigned char kind, Nanoseconds t) {
    switch (kind) {
      case proto::EVENT_STORE_ALLOC:
        return storeAlloc(t);
      case proto::EVENT_STORE_FREE: {
        const int i = frees_.at++;
        const StoreId store{sum(frees_.first_sum, frees_.columns.store().Get(i))};
        put(StoreFree{.t = t, .store = store, .teardown = frees_.columns.teardown().Get(i)});
        return isDefined(store);
      }
      case proto::EVENT_STORE_RESIZE: {
        const int i = resizes_.at++;
        const StoreId store{sum(resizes_.first_sum, resizes_.columns.store().Get(i))};
        put(StoreResize{.t = t, .store = store, .size = resizes_.columns.size().Get(i)});
        return isDefined(store);
      }
      case proto::EVENT_STORE_MOVE: {
        const int i = moves_.at++;
        const StoreId store{sum(moves_.first_sum, moves_.columns.store().Get(i))};
        put(StoreMove{.t = t, .store = store, .isolate = moves_.columns.isolate().Get(i)});
        return isDefined(store);
      }
      case proto::EVENT_STORE_KIND: {
        const int i = kinds_.at++;
        const StoreId store{sum(kinds_.first_sum, kinds_.columns.store().Get(i))};
        put(StoreKindKnown{.t = t, .store = store, .kind = storeKind(kinds_.columns.kind().Get(i))});
        return isDefined(store);
      }
      case proto::EVENT_SLICE:
        return slice(t);
      case proto::EVENT_SLICE_FREE: {
        const int i = slice_frees_.at++;
        const SliceId id{sum(slice_frees_.first_sum, slice_frees_.columns.slice().Get(i))};
        put(SliceFree{.t = t, .slice = id, .teardown = slice_frees_.columns.teardown().Get(i)});
        return id.value != 0 && id.value <= defined_.slices;
      }
      case proto::EVENT_GC: {
        const int i = gcs_.at++;
        const proto::GcColumns& c = gcs_.columns;
        put(Gc{.t = t,
               .duration = c.duration().Get(i),
               .isolate = c.isolate().Get(i),
               .kind = gcKind(c.kind().Get(i))});
        return true;
      }
      case proto::EVENT_MEMORY:
        return memory(t);
      case proto::EVENT_PROCESS_RSS:
        put(ProcessRss{.t = t, .rss = process_rss_.columns.Get(process_rss_.at++)});
        return true;
      case proto::EVENT_MARK: {
        const int i = marks_.at++;
        const StringId name{marks_.columns.name().Get(i)};
        put(Mark{.t = t, .isolate = marks_.columns.isolate().Get(i), .name = name});
        return name.value <= defined_.strings;
      }
      case proto::EVENT_LOST: {
        const int i = losts_.at++;
        put(Lost{.t = t, .until = losts_.columns.until().Get(i), .count = losts_.columns.count().Get(i)});
        return true;
      }
      case proto::EVENT_ISOLATE_START:
        return isolate<IsolateStart>(starts_, t);
      case proto::EVENT_ISOLATE_END:
        return isolate<IsolateEnd>(ends_, t);
      case proto::EVENT_PAUSE:
        put(Pause{t});
        return true;
      case proto::EVENT_RESUME:
        put(Resume{t});
        return true;
      default:
        ++batch_.unknown_events;
        return true;
    }
  }

 private:
  template <class T>
  void put(T&& event) {
    batch_.events.emplace_back(std::forward<T>(event));
  }
  bool isDefined(StoreId id) const { return id.value != 0 && id.value <= defined_.stores; }

  bool storeAlloc(Nanoseconds t) {
    const int i = allocs_.at++;
    const proto::StoreAllocColumns& c = allocs_.columns;
    const StackId stack{c.stack().Get(i)};
    const StackId allocation_stack = allocationStack(c, c.kind().Get(i));
    if (!giveId(store_ids_, defined_.stores)) return false;
    put(StoreAlloc{.t = t,
                   .store = {defined_.stores},
                   .address = sum(allocs_.first_sum, c.address().Get(i)),
                   .size = c.size().Get(i),
                   .kind = storeKind(c.kind().Get(i)),
                   .isolate = c.isolate().Get(i),
                   .allocator = c.allocator().Get(i),
                   .thread = c.thread().Get(i),
                   .stack = stack,
                   .allocation_stack = allocation_stack,
                   .reserved = reservesSpace(c.kind().Get(i)) ? c.reserved().Get(reserved_at_++) : 0});
    return stack.value <= defined_.stacks && allocation_stack.value <= defined_.stacks;
  }

  // Older files do not have it.
  StackId allocationStack(const proto::StoreAllocColumns& columns, int kind) {
    if (columns.allocation_stack().empty() || !isExternal(kind)) return {};
    return {columns.allocation_stack().Get(allocation_at_++)};
  }

  bool slice(Nanoseconds t) {
    const int i = slices_.at++;
    const proto::SliceColumns& c = slices_.columns;
    if (!giveId(slice_ids_, defined_.slices)) return false;
    const uint64_t id = defined_.slices;
    const StoreId store{sum(slices_.first_sum, c.store().Get(i))};
    const uint64_t distance = c.parent().Get(i);
    const StackId stack{c.stack().Get(i)};
    put(Slice{.t = t,
              .slice = {id},
              .store = store,
              .parent = {distance == 0 ? 0 : id - distance},
              .offset = sum(slices_.second_sum, c.offset().Get(i)),
              .length = c.length().Get(i),
              .isolate = c.isolate().Get(i),
              .stack = stack});
    return isDefined(store) && distance < id && stack.value <= defined_.stacks;
  }

  bool memory(Nanoseconds t) {
    const int i = memories_.at++;
    const proto::MemoryColumns& c = memories_.columns;
    put(Memory{.t = t,
               .isolate = c.isolate().Get(i),
               .rss = c.rss().Get(i),
               .heap_used = c.heap_used().Get(i),
               .heap_total = c.heap_total().Get(i),
               .external = c.external().Get(i),
               .array_buffers = c.array_buffers().Get(i)});
    return true;
  }

  template <class T>
  bool isolate(Cursor<proto::IsolateColumns>& cursor, Nanoseconds t) {
    const int i = cursor.at++;
    const proto::IsolateColumns& c = cursor.columns;
    put(T{.t = t,
          .isolate = c.isolate().Get(i),
          .thread = c.thread().Get(i),
          .allocator = c.allocator().Get(i)});
    return true;
  }

  Defined& defined_;
  Batch& batch_;
  Cursor<proto::StoreAllocColumns> allocs_;
  int reserved_at_ = 0;
  int allocation_at_ = 0;
  Cursor<proto::StoreFreeColumns> frees_;
  Cursor<proto::StoreResizeColumns> resizes_;
  Cursor<proto::StoreMoveColumns> moves_;
  Cursor<proto::StoreKindColumns> kinds_;
  Cursor<proto::SliceColumns> slices_;
  Cursor<proto::SliceFreeColumns> slice_frees_;
  Cursor<proto::GcColumns> gcs_;
  Cursor<proto::MemoryColumns> memories_;
  Cursor<google::protobuf::RepeatedField<uint64_t>> process_rss_;
  Cursor<proto::MarkColumns> marks_;
  Cursor<proto::LostColumns> losts_;
  Cursor<proto::IsolateColumns> starts_;
  Cursor<proto::IsolateColumns> ends_;
  Cursor<Ids> store_ids_;
  Cursor<Ids> slice_ids_;
};

}  // namespace

std::string decodeEvents(const proto::Batch& message, const proto::Block& block, Defined& defined,
                         Batch& batch) {
  const std::string& kinds = message.kinds();
  const size_t count = kinds.size();
  if (count > kMaxEventsPerBatch) return "a batch claims more events than any that slabscope writes";
  Counts counts{};
  for (const char kind : kinds) ++counts[static_cast<unsigned char>(kind)];
  if (!covers(count, message.times()) || !columnsCover(counts, message))
    return "a batch has events without their data";
  if (block.event_count() != count) return "a batch does not hold the events that its block claims";
  batch.retold = message.retold();
  if (count == 0) return skipIds(message, defined) ? "" : "the ids of a batch run backwards";

  batch.events.reserve(count);
  EventDecoder decoder(message, defined, batch);
  Nanoseconds t = 0;
  const uint64_t* times = message.times().data();
  for (size_t i = 0; i < count; ++i) {
    const Nanoseconds before = t;
    t += times[i];
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
