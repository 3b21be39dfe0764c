// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

#include <unistd.h>

#include <stdexcept>

#include "slabscope/wire/ring_claim.h"

namespace slabscope::collector {

namespace {

wire::Slice sliceRecord(uint64_t id, uint64_t store, uint64_t offset, uint64_t length) {
  wire::Slice record{};
  record.slice = id;
  record.store_address = store;
  record.offset = offset;
  record.length = length;
  return record;
}

wire::Gc gcRecord(uint32_t type, uint32_t isolate) {
  wire::Gc record{};
  record.isolate = isolate;
  record.type = type;
  return record;
}

template <class Record>
Record isolateRecord(uint32_t isolate, uint32_t allocator) {
  Record record{};
  record.isolate = isolate;
  record.allocator = allocator;
  return record;
}

}  // namespace

TestThread::TestThread(const wire::TestMapping& mapping, uint32_t ring, uint32_t thread) {
  wire::RingHeader& header = mapping.ring(ring);
  wire::claimRing(mapping.get(), ring);
  header.thread = thread;
  writer_ = wire::RingWriter(&header, wire::ringData(mapping.get(), ring));
}

void TestThread::alloc(uint64_t t, uint64_t address, uint64_t size, uint32_t stack, uint32_t isolate,
                       uint32_t allocator) {
  wire::StoreAlloc record{};
  record.address = address;
  record.size = size;
  record.isolate = isolate;
  record.allocator = allocator;
  write(record, wire::RecordKind::kStoreAlloc, t, stack);
}

void TestThread::free(uint64_t t, uint64_t address) {
  wire::StoreFree record{};
  record.address = address;
  write(record, wire::RecordKind::kStoreFree, t);
}

void TestThread::slice(uint64_t t, uint64_t id, uint64_t store, uint64_t offset, uint64_t length,
                       uint32_t stack, uint32_t isolate) {
  wire::Slice record = sliceRecord(id, store, offset, length);
  record.isolate = isolate;
  write(record, wire::RecordKind::kSlice, t, stack);
}

void TestThread::view(uint64_t t, uint64_t id, uint64_t store, uint64_t offset, uint64_t length,
                      uint64_t parent) {
  wire::Slice record = sliceRecord(id, store, offset, length);
  record.parent = parent;
  write(record, wire::RecordKind::kSlice, t, 0, wire::kFlagParentKnown);
}

void TestThread::sliceFree(uint64_t t, uint64_t id) {
  wire::SliceFree record{};
  record.slice = id;
  write(record, wire::RecordKind::kSliceFree, t);
}

void TestThread::smallSlice(uint64_t t, uint64_t id, uint64_t store, uint32_t offset, uint32_t length,
                            uint64_t parent) {
  wire::SmallSlice record{};
  record.slice = id;
  record.store_address = store;
  record.offset = offset;
  record.length = length;
  const std::string text(reinterpret_cast<const char*>(&parent), parent != 0 ? sizeof parent : 0);
  write(record, wire::RecordKind::kSmallSlice, t, 0, wire::kFlagParentKnown, text);
}

void TestThread::sliceDeaths(uint64_t t, const std::vector<uint64_t>& ids) {
  wire::SliceDeaths record{};
  record.first = ids.at(0);
  std::string others;
  for (size_t index = 1; index < ids.size(); ++index) {
    const auto above = static_cast<int32_t>(ids[index] - ids[index - 1]);
    others.append(reinterpret_cast<const char*>(&above), sizeof above);
  }
  write(record, wire::RecordKind::kSliceDeaths, t, static_cast<uint32_t>(ids.size()), 0, others);
}

void TestThread::gcBegin(uint64_t t, uint32_t type, uint32_t isolate) {
  write(gcRecord(type, isolate), wire::RecordKind::kGcBegin, t);
}

void TestThread::gcEnd(uint64_t t, uint32_t type, uint32_t isolate) {
  write(gcRecord(type, isolate), wire::RecordKind::kGcEnd, t);
}

void TestThread::isolateStart(uint64_t t, uint32_t isolate, uint32_t allocator) {
  write(isolateRecord<wire::IsolateStart>(isolate, allocator), wire::RecordKind::kIsolateStart, t);
}

void TestThread::isolateEnd(uint64_t t, uint32_t isolate, uint32_t allocator) {
  write(isolateRecord<wire::IsolateEnd>(isolate, allocator), wire::RecordKind::kIsolateEnd, t);
}

void TestThread::mark(uint64_t t, const std::string& name) {
  wire::Mark record{};
  record.bytes = static_cast<uint32_t>(name.size());
  write(record, wire::RecordKind::kMark, t, 0, 0, name);
}

void TestThread::runtime(wire::RuntimeKey key, const std::string& value) {
  wire::RuntimeInfo record{};
  record.key = key;
  record.bytes = static_cast<uint32_t>(value.size());
  write(record, wire::RecordKind::kRuntimeInfo, 0, 0, 0, value);
}

void TestThread::capability(uint64_t t, const std::string& name, bool present, const std::string& detail) {
  wire::Capability record{};
  record.present = present ? 1 : 0;
  record.name_bytes = static_cast<uint16_t>(name.size());
  record.detail_bytes = static_cast<uint16_t>(detail.size());
  write(record, wire::RecordKind::kCapability, t, 0, 0, name + detail);
}

void TestThread::stack(uint32_t id, std::initializer_list<TestFrame> frames) {
  std::string bytes;
  for (const TestFrame& frame : frames) {
    wire::Frame header{};
    header.line = frame.line;
    header.column = 1;
    header.function_bytes = static_cast<uint16_t>(frame.function.size());
    header.file_bytes = static_cast<uint16_t>(frame.file.size());
    header.kind = frame.kind;
    header.script = frame.script;
    bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
    bytes.append(frame.function).append(frame.file);
    bytes.resize((bytes.size() + 7) / 8 * 8);
  }
  wire::Stack record{};
  record.frame_count = static_cast<uint32_t>(frames.size());
  write(record, wire::RecordKind::kStack, 0, id, 0, bytes);
}

void TestThread::evalOrigin(uint64_t t, uint32_t script, const std::string& text) {
  wire::EvalOrigin record{};
  record.script = script;
  record.bytes = static_cast<uint32_t>(text.size());
  write(record, wire::RecordKind::kEvalOrigin, t, 0, 0, text);
}

void TestThread::nativeStack(uint32_t id, const std::vector<uint64_t>& addresses) {
  wire::NativeStack record{};
  record.frame_count = static_cast<uint32_t>(addresses.size());
  write(record, wire::RecordKind::kNativeStack, 0, id, 0,
        std::string(reinterpret_cast<const char*>(addresses.data()), addresses.size() * sizeof(uint64_t)));
}

void TestThread::release() {
  writer_.header()->state.store(static_cast<uint32_t>(wire::RingState::kReleased), std::memory_order_release);
}

std::string ReadBack::order() const {
  std::string letters;
  for (const recording::Event& event : events) letters += "AFRTKSDGYPMLIEpr"[event.index()];
  return letters;
}

std::string ReadBack::functions(recording::StackId stack) const {
  std::string text;
  for (recording::FrameId frame : definitions.framesOf(stack)) {
    if (!text.empty()) text += " < ";
    text += definitions.string(definitions.frame(frame).function);
  }
  return text;
}

ReadBack readRecording(const std::string& path) {
  ReadBack read;
  Result<recording::Reader> reader = recording::Reader::open(path);
  if (!reader) {
    ADD_FAILURE() << reader.error().message;
    return read;
  }
  recording::Batch batch;
  while (reader->next(batch)) {
    read.events.insert(read.events.end(), batch.events.begin(), batch.events.end());
    read.definitions.add(batch);
  }
  EXPECT_EQ(reader->integrity().damage, "");
  return read;
}

std::span<const NativeFrame> TestResolver::resolve(uint64_t return_address) {
  frames_.clear();
  if (return_address == kShimAddress) return frames_;
  std::string number = std::to_string(return_address);
  if (return_address == kInlinedAddress) frames_.push_back({"inlined" + number, "/native.h", 3, 0});
  frames_.push_back({"native" + number, "/lib/native.so", 0, 0});
  return frames_;
}

PipelineTest::PipelineTest() {
  path_ = ::testing::TempDir() + "pipeline." + std::to_string(getpid()) + ".slab";
  recording::Header header;
  header.start_monotonic_ns = kStart;
  Result<std::unique_ptr<recording::Writer>> writer = recording::Writer::create(path_, header);
  if (!writer) throw std::runtime_error(writer.error().message);
  writer_ = std::move(*writer);
  pipeline_ = std::make_unique<Pipeline>(mapping_.get(), *writer_, resolver_, kStart);
}

void PipelineTest::round(uint64_t now) {
  pipeline_->drain(now);
  pipeline_->emit(now);
}

ReadBack PipelineTest::soFar() {
  EXPECT_TRUE(writer_->flush());
  return readRecording(path_);
}

ReadBack PipelineTest::finish(uint64_t now) {
  pipeline_->drain(now, true);
  pipeline_->emitAll(now);
  EXPECT_TRUE(writer_->finish({}));
  ReadBack read = readRecording(path_);
  unlink(path_.c_str());
  return read;
}

}  // namespace slabscope::collector
