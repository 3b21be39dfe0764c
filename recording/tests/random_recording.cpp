// SPDX-License-Identifier: Apache-2.0
#include "random_recording.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace slabscope::recording {
namespace {

template <class T>
bool beginsWith(const std::vector<T>& whole, const std::vector<T>& part) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

bool isPrefix(const Content& part, const Content& whole) {
  return beginsWith(whole.strings, part.strings) && beginsWith(whole.frames, part.frames) &&
         beginsWith(whole.stacks, part.stacks) && beginsWith(whole.events, part.events);
}

uint64_t RandomRecording::anyNumber() {
  switch (upTo(9)) {
    case 0:
      return random_();
    case 1:
      return UINT64_MAX - upTo(2);
    case 2:
      return 0;
    default:
      return upTo(1 << 16);
  }
}

void RandomRecording::define() {
  content_.strings.push_back("string " + std::to_string(upTo(1000000)));
  writer_.addString(content_.strings.back());
  const Frame frame{.kind = static_cast<FrameKind>(upTo(3)),
                    .function = oneOf<StringId>(content_.strings),
                    .file = oneOf<StringId>(content_.strings),
                    .line = smallNumber(),
                    .column = static_cast<uint32_t>(anyNumber())};
  content_.frames.push_back(frame);
  writer_.addFrame(frame);
  const StackNode node{.parent = oneOf<StackId>(content_.stacks), .frame = oneOf<FrameId>(content_.frames)};
  content_.stacks.push_back(node);
  writer_.addStack(node);
}

Event RandomRecording::randomEvent() {
  const uint64_t store = stores_ == 0 ? 0 : 1 + upTo(stores_ - 1);
  const uint64_t slice = slices_ == 0 ? 0 : 1 + upTo(slices_ - 1);
  switch (stores_ == 0 ? 0 : upTo(15)) {
    case 1:
      return Slice{.t = t_,
                   .slice = {++slices_},
                   .store = {store},
                   .parent = {upTo(2) == 0 ? slice : 0},
                   .offset = anyNumber(),
                   .length = anyNumber(),
                   .isolate = smallNumber(),
                   .stack = oneOf<StackId>(content_.stacks)};
    case 2:
      return StoreFree{.t = t_, .store = {store}, .teardown = upTo(1) == 1};
    case 3:
      return StoreResize{.t = t_, .store = {store}, .size = anyNumber()};
    case 4:
      return StoreMove{.t = t_, .store = {store}, .isolate = smallNumber()};
    case 5:
      return StoreKindKnown{.t = t_, .store = {store}, .kind = static_cast<StoreKind>(upTo(6))};
    case 6:
      if (slice != 0) return SliceFree{.t = t_, .slice = {slice}, .teardown = upTo(1) == 1};
      [[fallthrough]];
    case 7:
      return Gc{
          .t = t_, .duration = anyNumber(), .isolate = smallNumber(), .kind = static_cast<GcKind>(upTo(4))};
    case 8:
      return Memory{.t = t_,
                    .isolate = smallNumber(),
                    .rss = anyNumber(),
                    .heap_used = anyNumber(),
                    .heap_total = anyNumber(),
                    .external = anyNumber(),
                    .array_buffers = anyNumber()};
    case 9:
      return ProcessRss{.t = t_, .rss = anyNumber()};
    case 10:
      return Mark{.t = t_, .isolate = smallNumber(), .name = oneOf<StringId>(content_.strings)};
    case 11:
      return Lost{.t = t_, .until = t_ + upTo(100), .count = upTo(1000)};
    case 12:
      return IsolateStart{
          .t = t_, .isolate = smallNumber(), .thread = smallNumber(), .allocator = smallNumber()};
    case 13:
      return IsolateEnd{
          .t = t_, .isolate = smallNumber(), .thread = smallNumber(), .allocator = smallNumber()};
    case 14:
      return Pause{.t = t_};
    case 15:
      return Resume{.t = t_};
    default:
      return randomStore();
  }
}

StoreAlloc RandomRecording::randomStore() {
  StoreAlloc store{.t = t_,
                   .store = {++stores_},
                   .address = anyNumber(),
                   .size = anyNumber(),
                   .kind = static_cast<StoreKind>(upTo(6)),
                   .isolate = smallNumber(),
                   .allocator = smallNumber(),
                   .thread = smallNumber(),
                   .stack = oneOf<StackId>(content_.stacks)};
  if (growsInPlace(store.kind)) store.reserved = anyNumber();
  if (store.kind == StoreKind::kExternal) store.allocation_stack = oneOf<StackId>(content_.stacks);
  return store;
}

void RandomRecording::step() {
  if (upTo(9) == 0) define();
  if (upTo(2) != 0) t_ += upTo(1000);
  content_.events.push_back(randomEvent());
  std::visit([this](const auto& event) { writer_.add(event); }, content_.events.back());
}

Content writeRandom(const std::string& path, unsigned seed, int batches, int events,
                    const SnapshotSpacing& spacing) {
  auto writer = Writer::create(path, {.pid = 7, .argv = {"node", "app.js"}}, spacing);
  if (!writer) throw std::runtime_error(writer.error().message);
  RandomRecording recording(**writer, seed);
  for (int batch = 0; batch < batches; ++batch) {
    for (int i = 0; i < events; ++i) recording.step();
    if (const Result<> done = (*writer)->flush(); !done) throw std::runtime_error(done.error().message);
  }
  if (const Result<> done = (*writer)->finish({}); !done) throw std::runtime_error(done.error().message);
  return recording.written();
}

std::optional<ReadBack> readBack(const std::string& path) {
  auto reader = Reader::open(path);
  if (!reader) return std::nullopt;
  ReadBack result;
  Batch batch;
  while (reader->next(batch)) {
    result.batch_events.push_back(batch.events.size());
    append(result.content.strings, batch.strings);
    append(result.content.frames, batch.frames);
    append(result.content.stacks, batch.stacks);
    append(result.content.events, batch.events);
  }
  result.integrity = reader->integrity();
  result.footer = reader->footer();
  return result;
}

}  // namespace slabscope::recording
