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

void BatchEncoder::clear() {
  batch_.Clear();
  if (retelling_) setRetelling();
  last_ = {};
  definition_bytes_ = 0;
  lost_events_ = 0;
  first_t_ = 0;
}

StringId BatchEncoder::addString(std::string_view text) {
  std::string& string = *batch_.add_strings();
  string = toUtf8(text);
  definition_bytes_ += string.size() + 8;
  return StringId{++strings_};
}

FrameId BatchEncoder::addFrame(const Frame& frame) {
  proto::FrameColumns& columns = *batch_.mutable_frames();
  columns.add_kind(toProto(frame.kind));
  columns.add_function(known(frame.function));
  columns.add_file(known(frame.file));
  columns.add_line(frame.line);
  columns.add_column(frame.column);
  definition_bytes_ += sizeof(Frame);
  return FrameId{++frames_};
}

StackId BatchEncoder::addStack(const StackNode& node) {
  proto::StackColumns& columns = *batch_.mutable_stacks();
  columns.add_parent(known(node.parent));
  columns.add_frame(known(node.frame));
  definition_bytes_ += sizeof(StackNode);
  return StackId{++stacks_};
}

void BatchEncoder::addRuntimeInfo(const RuntimeInfo& info) {
  proto::RuntimeInfo& message = *batch_.add_runtime();
  message.set_key(toUtf8(info.key));
  message.set_value(toUtf8(info.value));
  definition_bytes_ += message.ByteSizeLong() + 8;
}

void BatchEncoder::addCapability(const Capability& capability) {
  proto::Capability& message = *batch_.add_capabilities();
  message.set_name(toUtf8(capability.name));
  message.set_present(capability.present);
  message.set_detail(toUtf8(capability.detail));
  definition_bytes_ += message.ByteSizeLong() + 8;
}

Nanoseconds BatchEncoder::begin(proto::EventKind kind, Nanoseconds t) {
  last_t_ = std::max(last_t_, t);
  if (events() == 0) first_t_ = last_t_;
  batch_.mutable_kinds()->push_back(static_cast<char>(kind));
  batch_.add_times(last_t_ - std::exchange(last_.time, last_t_));
  return last_t_;
}

void BatchEncoder::addLost(Nanoseconds t, Nanoseconds until, uint64_t count) {
  const Nanoseconds from = begin(proto::EVENT_LOST, t);
  proto::LostColumns& columns = *batch_.mutable_losts();
  columns.add_until(std::max(from, until));
  columns.add_count(count);
  lost_events_ += count;
}

void BatchEncoder::put(const StoreAlloc& event) {
  begin(proto::EVENT_STORE_ALLOC, event.t);
  proto::StoreAllocColumns& columns = *batch_.mutable_store_allocs();
  columns.add_address(delta(last_.address, event.address));
  columns.add_size(event.size);
  columns.add_kind(toProto(event.kind));
  columns.add_isolate(event.isolate);
  columns.add_allocator(event.allocator);
  columns.add_thread(event.thread);
  columns.add_stack(known(event.stack));
  if (growsInPlace(event.kind)) columns.add_reserved(event.reserved);
  if (event.kind == StoreKind::kExternal) columns.add_allocation_stack(known(event.allocation_stack));
}

StoreId BatchEncoder::add(const StoreAlloc& event) {
  put(event);
  return StoreId{++stores_};
}

void BatchEncoder::retell(const StoreAlloc& event) {
  put(event);
  stores_ = event.store.value;
  batch_.add_store_ids(stores_ - std::exchange(last_.store_id, stores_));
}

void BatchEncoder::put(const Slice& event, uint64_t id) {
  begin(proto::EVENT_SLICE, event.t);
  const bool has_parent = event.parent && event.parent.value < id;
  proto::SliceColumns& columns = *batch_.mutable_slices();
  columns.add_store(delta(last_.sliced, event.store.value));
  columns.add_parent(has_parent ? id - event.parent.value : 0);
  columns.add_offset(delta(last_.offset, event.offset));
  columns.add_length(event.length);
  columns.add_isolate(event.isolate);
  columns.add_stack(known(event.stack));
}

void BatchEncoder::retell(const Slice& event) {
  slices_ = event.slice.value;
  put(event, slices_);
  batch_.add_slice_ids(slices_ - std::exchange(last_.slice_id, slices_));
}

void BatchEncoder::continueFrom(uint64_t stores, uint64_t slices) {
  stores_ = stores;
  slices_ = slices;
  batch_.mutable_numbering()->set_stores(stores);
  batch_.mutable_numbering()->set_slices(slices);
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
  proto::StoreFreeColumns& columns = *batch_.mutable_store_frees();
  columns.add_store(delta(last_.freed, event.store.value));
  columns.add_teardown(event.teardown);
}

void BatchEncoder::add(const StoreResize& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_RESIZE, event.t);
  proto::StoreResizeColumns& columns = *batch_.mutable_store_resizes();
  columns.add_store(delta(last_.resized, event.store.value));
  columns.add_size(event.size);
}

void BatchEncoder::add(const StoreMove& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_MOVE, event.t);
  proto::StoreMoveColumns& columns = *batch_.mutable_store_moves();
  columns.add_store(delta(last_.moved, event.store.value));
  columns.add_isolate(event.isolate);
}

void BatchEncoder::add(const StoreKindKnown& event) {
  if (!defined(event.store)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_STORE_KIND, event.t);
  proto::StoreKindColumns& columns = *batch_.mutable_store_kinds();
  columns.add_store(delta(last_.known, event.store.value));
  columns.add_kind(toProto(event.kind));
}

void BatchEncoder::add(const SliceFree& event) {
  if (!defined(event.slice)) return addLost(event.t, event.t, 1);
  begin(proto::EVENT_SLICE_FREE, event.t);
  proto::SliceFreeColumns& columns = *batch_.mutable_slice_frees();
  columns.add_slice(delta(last_.slice_freed, event.slice.value));
  columns.add_teardown(event.teardown);
}

void BatchEncoder::add(const Gc& event) {
  begin(proto::EVENT_GC, event.t);
  proto::GcColumns& columns = *batch_.mutable_gcs();
  columns.add_duration(event.duration);
  columns.add_isolate(event.isolate);
  columns.add_kind(toProto(event.kind));
}

void BatchEncoder::add(const Memory& event) {
  begin(proto::EVENT_MEMORY, event.t);
  proto::MemoryColumns& columns = *batch_.mutable_memories();
  columns.add_isolate(event.isolate);
  columns.add_rss(event.rss);
  columns.add_heap_used(event.heap_used);
  columns.add_heap_total(event.heap_total);
  columns.add_external(event.external);
  columns.add_array_buffers(event.array_buffers);
}

void BatchEncoder::add(const ProcessRss& event) {
  begin(proto::EVENT_PROCESS_RSS, event.t);
  batch_.add_process_rss(event.rss);
}

void BatchEncoder::add(const Mark& event) {
  begin(proto::EVENT_MARK, event.t);
  proto::MarkColumns& columns = *batch_.mutable_marks();
  columns.add_isolate(event.isolate);
  columns.add_name(known(event.name));
}

void BatchEncoder::add(const Lost& event) {
  addLost(event.t, event.until, event.count);
}

void BatchEncoder::add(const IsolateStart& event) {
  begin(proto::EVENT_ISOLATE_START, event.t);
  proto::IsolateColumns& columns = *batch_.mutable_isolate_starts();
  columns.add_isolate(event.isolate);
  columns.add_thread(event.thread);
  columns.add_allocator(event.allocator);
}

void BatchEncoder::add(const IsolateEnd& event) {
  begin(proto::EVENT_ISOLATE_END, event.t);
  proto::IsolateColumns& columns = *batch_.mutable_isolate_ends();
  columns.add_isolate(event.isolate);
  columns.add_thread(event.thread);
  columns.add_allocator(event.allocator);
}

void BatchEncoder::add(const Pause& event) {
  begin(proto::EVENT_PAUSE, event.t);
}

void BatchEncoder::add(const Resume& event) {
  begin(proto::EVENT_RESUME, event.t);
}

}  // namespace slabscope::recording
