// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>

#include "files.h"
#include "slabscope/recording/reader.h"
#include "slabscope/recording/writer.h"

namespace slabscope::recording {
namespace {

constexpr uint64_t kEvents = 2'000'000;

// Slabs of 8 KiB, slices cut from them and freed a while later, as a busy server makes them.
class BusyServer {
 public:
  Event next() {
    t_ += 200 + random_() % 2000;
    if (store_ == 0 || offset_ + 1024 > 8192) {
      offset_ = 0;
      ++store_;
      return StoreAlloc{.t = t_,
                        .store = {store_},
                        .address = 0x7f0000000000 + (random_() % 100000) * 16,
                        .size = 8192,
                        .kind = StoreKind::kPool,
                        .thread = 1,
                        .stack = {1 + static_cast<uint32_t>(random_() % 50)}};
    }
    if (slice_ > 1000 && random_() % 2 == 0 && freed_ < slice_)
      return SliceFree{.t = t_, .slice = {++freed_}};
    const uint64_t offset = offset_;
    const uint64_t length = 1 + random_() % 1000;
    offset_ += (length + 7) / 8 * 8;
    return Slice{.t = t_,
                 .slice = {++slice_},
                 .store = {store_},
                 .offset = offset,
                 .length = length,
                 .stack = {1 + static_cast<uint32_t>(random_() % 50)}};
  }

 private:
  std::mt19937_64 random_{12};
  Nanoseconds t_ = 0;
  uint64_t store_ = 0;
  uint64_t slice_ = 0;
  uint64_t freed_ = 0;
  uint64_t offset_ = 0;
};

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(LargeRecording, two_million_events_come_back_and_take_few_bytes_each) {
  const Folder folder;
  const std::string path = folder.file("large.slab");
  auto start = std::chrono::steady_clock::now();
  {
    auto writer = Writer::create(path, {});
    ASSERT_TRUE(writer);
    for (int i = 0; i < 50; ++i) {
      const StringId name = (*writer)->addString("function" + std::to_string(i));
      const FrameId frame = (*writer)->addFrame({.function = name, .file = name, .line = 1, .column = 2});
      (*writer)->addStack({.parent = {}, .frame = frame});
    }
    BusyServer server;
    for (uint64_t i = 0; i < kEvents; ++i)
      std::visit([&](const auto& e) { (*writer)->add(e); }, server.next());
    ASSERT_TRUE((*writer)->finish({}));
  }
  const double write_seconds = secondsSince(start);
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));

  start = std::chrono::steady_clock::now();
  uint64_t decoded = 0;
  {
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    Batch batch;
    while (reader->next(batch)) decoded += batch.events.size();
  }
  const double read_seconds = secondsSince(start);
  EXPECT_EQ(decoded, kEvents);

  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  BusyServer server;
  Batch batch;
  while (reader->next(batch)) {
    for (const Event& event : batch.events) ASSERT_TRUE(event == server.next());
  }
  EXPECT_TRUE(reader->integrity().finished);
  EXPECT_LT(bytes / kEvents, 16.0);

  const auto property = [](const char* name, double value) {
    RecordProperty(name, std::to_string(value));
    std::printf("%s: %.2f\n", name, value);
  };
  property("bytes_per_event", bytes / kEvents);
  property("million_events_written_per_second", kEvents / write_seconds / 1e6);
  property("million_events_read_per_second", kEvents / read_seconds / 1e6);
}

}  // namespace
}  // namespace slabscope::recording
