// SPDX-License-Identifier: Apache-2.0
#include "batch_encoder.h"

#include <algorithm>
#include <utility>

#include "kinds.h"
#include "text.h"

namespace slabscope::recording {
namespace {

// Wraps around like the reader's sum, so that any two values have a difference.
int64_t delta(uint64_t& last, uint64_t value) {
  return static_cast<int64_t>(value - std::exchange(last, value));
}

}  // namespace

template <class Visit>
void BatchEncoder::forEachTable(Visit&& visit) {
  visit(proto::Batch::kStoreAllocsFieldNumber, store_allocs_);
  visit(proto::Batch::kStoreFreesFieldNumber, store_frees_);
  visit(proto::Batch::kStoreResizesFieldNumber, store_resizes_);
  visit(proto::Batch::kStoreMovesFieldNumber, store_moves_);
  visit(proto::Batch::kStoreKindsFieldNumber, store_kinds_);
  visit(proto::Batch::kSlicesFieldNumber, slice_births_);
  visit(proto::Batch::kSliceFreesFieldNumber, slice_frees_);
  visit(proto::Batch::kGcsFieldNumber, gcs_);
  visit(proto::Batch::kMemoriesFieldNumber, memories_);
  visit(proto::Batch::kMarksFieldNumber, marks_);
  visit(proto::Batch::kLostsFieldNumber, losts_);
  visit(proto::Batch::kIsolateStartsFieldNumber, isolate_starts_);
  visit(proto::Batch::kIsolateEndsFieldNumber, isolate_ends_);
}

void BatchEncoder::clear() {
  told_.Clear();
  for (PackedColumn* column : {&kinds_, &times_, &process_rss_, &store_ids_, &slice_ids_}) column->clear();
  forEachTable([](int, auto& columns) { columns.clear(); });
  if (retelling_) setRetelling();
  last_ = {};
  events_ = 0;
  definition_bytes_ = 0;
  lost_events_ = 0;
  first_t_ = 0;
}

std::string_view BatchEncoder::content() {
  told_.SerializeToString(&content_);
  appendField(content_, proto::Batch::kKindsFieldNumber, kinds_.bytes());
  appendField(content_, proto::Batch::kTimesFieldNumber, times_.bytes());
  forEachTable([this](int field, auto& columns) { columns.appendTo(content_, field); });
  appendField(content_, proto::Batch::kProcessRssFieldNumber, process_rss_.bytes());
  appendField(content_, proto::Batch::kStoreIdsFieldNumber, store_ids_.bytes());
  appendField(content_, proto::Batch::kSliceIdsFieldNumber, slice_ids_.bytes());
  return content_;
}

StringId BatchEncoder::addString(std::string_view text) {
  std::string& string = *told_.add_strings();
  string = toUtf8(text);
  definition_bytes_ += string.size() + 8;
  return StringId{++strings_};
}

FrameId BatchEncoder::addFrame(const Frame& frame) {
  proto::FrameColumns& columns = *told_.mutable_frames();
  columns.add_kind(toProto(frame.kind));
  columns.add_function(known(frame.function));
  columns.add_file(known(frame.file));
  columns.add_line(frame.line);
  columns.add_column(frame.column);
  definition_bytes_ += sizeof(Frame);
  return FrameId{++frames_};
}

StackId BatchEncoder::addStack(const StackNode& node) {
  proto::StackColumns& columns = *told_.mutable_stacks();
  columns.add_parent(known(node.parent));
  columns.add_frame(known(node.frame));
  definition_bytes_ += sizeof(StackNode);
  return StackId{++stacks_};
}

void BatchEncoder::addRuntimeInfo(const RuntimeInfo& info) {
  proto::RuntimeInfo& message = *told_.add_runtime();
  message.set_key(toUtf8(info.key));
  message.set_value(toUtf8(info.value));
  definition_bytes_ += message.ByteSizeLong() + 8;
}

void BatchEncoder::addCapability(const Capability& capability) {
  proto::Capability& message = *told_.add_capabilities();
  message.set_name(toUtf8(capability.name));
  message.set_present(capability.present);
  message.set_detail(toUtf8(capability.detail));
  definition_bytes_ += message.ByteSizeLong() + 8;
}

Nanoseconds BatchEncoder::begin(proto::EventKind kind, Nanoseconds t) {
  last_t_ = std::max(last_t_, t);
  if (events_++ == 0) first_t_ = last_t_;
  kinds_.add(static_cast<uint64_t>(kind));
  times_.add(last_t_ - std::exchange(last_.time, last_t_));
  return last_t_;
}

void BatchEncoder::addLost(Nanoseconds t, Nanoseconds until, uint64_t count) {
  const Nanoseconds from = begin(proto::EVENT_LOST, t);
  losts_.add(std::max(from, until), count);
  lost_events_ += count;
}

void BatchEncoder::put(const StoreAlloc& event) {
  begin(proto::EVENT_STORE_ALLOC, event.t);
  store_allocs_.add(delta(last_.address, event.address), event.size, toProto(event.kind), event.isolate,
                    event.allocator, event.thread, known(event.stack));
  if (growsInPlace(event.kind))
    store_allocs_[proto::StoreAllocColumns::kReservedFieldNumber].add(event.reserved);
  if (event.kind == StoreKind::kExternal)
    store_allocs_[proto::StoreAllocColumns::kAllocationStackFieldNumber].add(known(event.allocation_stack));
}

StoreId BatchEncoder::add(const StoreAlloc& event) {
  put(event);
  return StoreId{++stores_};
}

void BatchEncoder::retell(const StoreAlloc& event) {
  put(event);
  stores_ = event.store.value;
  store_ids_.add(stores_ - std::exchange(last_.store_id, stores_));
}

void BatchEncoder::put(const Slice& event, uint64_t id) {
  begin(proto::EVENT_SLICE, event.t);
  const bool has_parent = event.parent && event.parent.value < id;
  slice_births_.add(delta(last_.sliced, event.store.value), has_parent ? id - event.parent.value : 0,
                    delta(last_.offset, event.offset), event.length, event.isolate, known(event.stack));
}

void BatchEncoder::retell(const Slice& event) {
  slices_ = event.slice.value;
  put(event, slices_);
  slice_ids_.add(slices_ - std::exchange(last_.slice_id, slices_));
}

void BatchEncoder::continueFrom(uint64_t stores, uint64_t slices) {
  stores_ = stores;
  slices_ = slices;
  told_.mutable_numbering()->set_stores(stores);
  told_.mutable_numbering()->set_slices(slices);
}

void BatchEncoder::knowDefinitionsOf(const BatchEncoder& other) {
  strings_ = other.strings_;
  frames_ = other.frames_;
  stacks_ = other.stacks_;
}

SliceId BatchEncoder::add(const Slice& event) {
  // A reader takes an undefined id for damage. One event less, and counted, is better than a file that ends
  // there.
  if (!defined(event.store)) {
    addLost(event.t, event.t, 1);
    return SliceId{};
  }
  put(event, ++slices_);
  return SliceId{slices_};
}

void BatchEncoder::add(const StoreFree& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_FREE, event.t);
  store_frees_.add(delta(last_.freed, event.store.value), event.teardown);
}

void BatchEncoder::add(const StoreResize& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_RESIZE, event.t);
  store_resizes_.add(delta(last_.resized, event.store.value), event.size);
}

void BatchEncoder::add(const StoreMove& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_MOVE, event.t);
  store_moves_.add(delta(last_.moved, event.store.value), event.isolate);
}

void BatchEncoder::add(const StoreKindKnown& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_KIND, event.t);
  store_kinds_.add(delta(last_.known, event.store.value), toProto(event.kind));
}

void BatchEncoder::add(const SliceFree& event) {
  if (!defined(event.slice)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_SLICE_FREE, event.t);
  slice_frees_.add(delta(last_.slice_freed, event.slice.value), event.teardown);
}

void BatchEncoder::addFrees(Nanoseconds t, std::span<const SliceId> slices, bool teardown) {
  for (const SliceId slice : slices) {
    begin(proto::EVENT_SLICE_FREE, t);
    slice_frees_.add(delta(last_.slice_freed, slice.value), teardown);
  }
}

void BatchEncoder::add(const Gc& event) {
  begin(proto::EVENT_GC, event.t);
  gcs_.add(event.duration, event.isolate, toProto(event.kind));
}

void BatchEncoder::add(const Memory& event) {
  begin(proto::EVENT_MEMORY, event.t);
  memories_.add(event.isolate, event.rss, event.heap_used, event.heap_total, event.external,
                event.array_buffers);
}

void BatchEncoder::add(const ProcessRss& event) {
  begin(proto::EVENT_PROCESS_RSS, event.t);
  process_rss_.add(event.rss);
}

void BatchEncoder::add(const Mark& event) {
  begin(proto::EVENT_MARK, event.t);
  marks_.add(event.isolate, known(event.name));
}

void BatchEncoder::add(const Lost& event) {
  addLost(event.t, event.until, event.count);
}

void BatchEncoder::add(const IsolateStart& event) {
  begin(proto::EVENT_ISOLATE_START, event.t);
  isolate_starts_.add(event.isolate, event.thread, event.allocator);
}

void BatchEncoder::add(const IsolateEnd& event) {
  begin(proto::EVENT_ISOLATE_END, event.t);
  isolate_ends_.add(event.isolate, event.thread, event.allocator);
}

void BatchEncoder::add(const Pause& event) {
  begin(proto::EVENT_PAUSE, event.t);
}

void BatchEncoder::add(const Resume& event) {
  begin(proto::EVENT_RESUME, event.t);
}

}  // namespace slabscope::recording
