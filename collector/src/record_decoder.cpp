// SPDX-License-Identifier: Apache-2.0
#include "record_decoder.h"

#include <cstring>
#include <optional>
#include <utility>

namespace slabscope::collector {

namespace {

using Bytes = std::span<const char>;

template <class Record>
std::optional<Record> read(Bytes bytes) {
  if (bytes.size() < sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

std::string_view textAt(Bytes bytes, size_t offset, size_t length) {
  return {bytes.data() + offset, length};
}

template <class Record>
Decoded decodeFixed(Bytes bytes) {
  auto record = read<Record>(bytes);
  if (!record) return Malformed{};
  return EventBody(*record);
}

Decoded decodeSlice(Bytes bytes) {
  auto record = read<wire::Slice>(bytes);
  if (!record) return Malformed{};
  const bool told = (record->header.flags & wire::kFlagParentKnown) != 0;
  return EventBody(SliceBirth{record->store_address, record->offset, record->length, record->slice,
                              told ? record->parent : kParentNotTold, record->isolate, record->header.stack});
}

Decoded decodeSliceFree(Bytes bytes) {
  auto record = read<wire::SliceFree>(bytes);
  if (!record) return Malformed{};
  return EventBody(SliceDeaths(record->slice));
}

Decoded decodeExternal(Bytes bytes) {
  auto record = read<wire::ExternalAlloc>(bytes);
  if (!record) return Malformed{};
  return EventBody(ExternalBirth{record->address, record->size, record->external, record->isolate,
                                 record->allocator, record->header.stack, record->allocated_at});
}

Decoded decodeMemory(Bytes bytes) {
  auto record = read<wire::Memory>(bytes);
  if (!record) return Malformed{};
  return EventBody(MemoryFigures{record->rss, record->heap_total, record->heap_used, record->external,
                                 record->array_buffers, record->isolate});
}

template <class Wrapper>
Decoded decodeGc(Bytes bytes) {
  auto record = read<wire::Gc>(bytes);
  if (!record) return Malformed{};
  return Wrapper{*record};
}

Decoded decodeStack(Bytes bytes) {
  auto record = read<wire::Stack>(bytes);
  if (!record || record->frame_count > bytes.size() / sizeof(wire::Frame)) return Malformed{};
  StackDefinition definition{record->header.stack, record->isolate, record->header.flags, {}};
  definition.frames.reserve(record->frame_count);
  size_t at = sizeof(wire::Stack);
  for (uint32_t index = 0; index < record->frame_count; ++index) {
    if (at > bytes.size()) return Malformed{};
    auto frame = read<wire::Frame>(bytes.subspan(at));
    if (!frame) return Malformed{};
    at += sizeof(wire::Frame);
    size_t text = size_t{frame->function_bytes} + frame->file_bytes;
    if (text > bytes.size() - at) return Malformed{};
    if (frame->kind == wire::FrameKind::kNative && frame->function_bytes != sizeof(uint64_t))
      return Malformed{};
    definition.frames.push_back({*frame, textAt(bytes, at, frame->function_bytes),
                                 textAt(bytes, at + frame->function_bytes, frame->file_bytes)});
    at += (text + 7) & ~size_t{7};
  }
  return definition;
}

Decoded decodeNativeStack(Bytes bytes) {
  auto record = read<wire::NativeStack>(bytes);
  if (!record) return Malformed{};
  Bytes rest = bytes.subspan(sizeof(wire::NativeStack));
  if (record->frame_count > rest.size() / sizeof(uint64_t)) return Malformed{};
  NativeStackDefinition definition{record->header.stack, std::vector<uint64_t>(record->frame_count)};
  if (record->frame_count != 0) {
    std::memcpy(definition.return_addresses.data(), rest.data(), record->frame_count * sizeof(uint64_t));
  }
  return definition;
}

Decoded decodeMark(Bytes bytes) {
  auto record = read<wire::Mark>(bytes);
  if (!record || record->bytes > bytes.size() - sizeof(wire::Mark)) return Malformed{};
  return MarkText{record->header.t, record->isolate, textAt(bytes, sizeof(wire::Mark), record->bytes)};
}

Decoded decodeRuntime(Bytes bytes) {
  auto record = read<wire::RuntimeInfo>(bytes);
  if (!record || record->bytes > bytes.size() - sizeof(wire::RuntimeInfo)) return Malformed{};
  return RuntimeText{record->key, textAt(bytes, sizeof(wire::RuntimeInfo), record->bytes)};
}

Decoded decodeCapability(Bytes bytes) {
  auto record = read<wire::Capability>(bytes);
  if (!record) return Malformed{};
  size_t text = size_t{record->name_bytes} + record->detail_bytes;
  if (text > bytes.size() - sizeof(wire::Capability)) return Malformed{};
  return CapabilityText{record->header.t, record->present != 0,
                        textAt(bytes, sizeof(wire::Capability), record->name_bytes),
                        textAt(bytes, sizeof(wire::Capability) + record->name_bytes, record->detail_bytes)};
}

Decoded decodeOrigin(Bytes bytes) {
  auto record = read<wire::EvalOrigin>(bytes);
  if (!record || record->bytes > bytes.size() - sizeof(wire::EvalOrigin)) return Malformed{};
  return OriginText{record->isolate, record->script, textAt(bytes, sizeof(wire::EvalOrigin), record->bytes)};
}

Decoded decodeModule(Bytes bytes) {
  auto record = read<wire::Module>(bytes);
  if (!record || record->begin >= record->end || record->bytes > bytes.size() - sizeof(wire::Module))
    return Malformed{};
  return ModuleText{*record, textAt(bytes, sizeof(wire::Module), record->bytes)};
}

}  // namespace

Decoded decode(std::span<const char> record) {
  auto header = read<wire::RecordHeader>(record);
  if (!header) return Malformed{};
  switch (header->kind) {
    case wire::RecordKind::kStoreAlloc:
      return decodeFixed<wire::StoreAlloc>(record);
    case wire::RecordKind::kStoreFree:
      return decodeFixed<wire::StoreFree>(record);
    case wire::RecordKind::kStoreReserved:
      return decodeFixed<wire::StoreReserved>(record);
    case wire::RecordKind::kPagesChanged:
      return decodeFixed<wire::PagesChanged>(record);
    case wire::RecordKind::kExternalAlloc:
      return decodeExternal(record);
    case wire::RecordKind::kExternalFree:
      return decodeFixed<wire::ExternalFree>(record);
    case wire::RecordKind::kStoreMove:
      return decodeFixed<wire::StoreMove>(record);
    case wire::RecordKind::kThreadKnown:
      return decodeFixed<wire::ThreadKnown>(record);
    case wire::RecordKind::kSlice:
      return decodeSlice(record);
    case wire::RecordKind::kSliceFree:
      return decodeSliceFree(record);
    case wire::RecordKind::kStack:
      return decodeStack(record);
    case wire::RecordKind::kNativeStack:
      return decodeNativeStack(record);
    case wire::RecordKind::kGcBegin:
      return decodeGc<GcBegin>(record);
    case wire::RecordKind::kGcEnd:
      return decodeGc<GcEnd>(record);
    case wire::RecordKind::kMemory:
      return decodeMemory(record);
    case wire::RecordKind::kMark:
      return decodeMark(record);
    case wire::RecordKind::kIsolateStart:
      return decodeFixed<wire::IsolateStart>(record);
    case wire::RecordKind::kIsolateEnd:
      return decodeFixed<wire::IsolateEnd>(record);
    case wire::RecordKind::kRuntimeInfo:
      return decodeRuntime(record);
    case wire::RecordKind::kCapability:
      return decodeCapability(record);
    case wire::RecordKind::kEvalOrigin:
      return decodeOrigin(record);
    case wire::RecordKind::kModule:
      return decodeModule(record);
    case wire::RecordKind::kSmallSlice:
    case wire::RecordKind::kSliceDeaths:
    case wire::RecordKind::kPad:
      break;
  }
  return Malformed{};
}

DeathIds::DeathIds(std::span<const char> record) {
  auto deaths = read<wire::SliceDeaths>(record);
  if (!deaths) return;
  const size_t others = (record.size() - sizeof *deaths) / sizeof(int32_t);
  const uint32_t count = deaths->header.stack;
  if (count == 0 || count > wire::kMaxSliceDeaths || count - 1 > others) return;
  rest_ = record.data() + sizeof *deaths;
  count_ = count;
  id_ = deaths->first;
}

uint64_t DeathIds::next() {
  if (std::exchange(begun_, true)) {
    int32_t above = 0;
    std::memcpy(&above, rest_, sizeof above);
    rest_ += sizeof above;
    id_ += static_cast<uint64_t>(int64_t{above});
  }
  return id_;
}

}  // namespace slabscope::collector
