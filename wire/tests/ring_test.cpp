// SPDX-License-Identifier: Apache-2.0
#include "slabscope/wire/ring.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace slabscope::wire {
namespace {

class Ring : public ::testing::Test {
 protected:
  Ring() : data_(kRingBytes / sizeof(uint64_t)) {}

  RingWriter writer() { return {&header_, bytes()}; }
  RingReader reader() { return {&header_, bytes()}; }
  char* bytes() { return reinterpret_cast<char*>(data_.data()); }

  static bool put(RingWriter& writer, uint64_t size, uint64_t t) {
    char* at = writer.reserve(size);
    if (at == nullptr) return false;
    RecordHeader record{RecordKind::kMark, 0, static_cast<uint16_t>(size / 8), 0, t};
    std::memcpy(at, &record, sizeof record);
    writer.commit(size);
    return true;
  }
  static uint64_t timeOf(const char* record) {
    RecordHeader header;
    std::memcpy(&header, record, sizeof header);
    return header.t;
  }

  RingHeader header_{};
  std::vector<uint64_t> data_;
  const char* record_ = nullptr;
  uint64_t size_ = 0;
};

TEST_F(Ring, ShowsOnlyWhatWasCommitted) {
  RingWriter in = writer();
  RingReader out = reader();
  ASSERT_NE(in.reserve(16), nullptr);
  out.refresh();
  EXPECT_EQ(out.next(&record_, &size_), RingReader::Status::kEmpty);
  ASSERT_TRUE(put(in, 24, 7));
  EXPECT_EQ(out.next(&record_, &size_), RingReader::Status::kEmpty) << "before refresh()";
  out.refresh();
  ASSERT_EQ(out.next(&record_, &size_), RingReader::Status::kRecord);
  EXPECT_EQ(size_, 24U);
  EXPECT_EQ(timeOf(record_), 7U);
}

TEST_F(Ring, IsFullUntilTheReaderGivesRoomBack) {
  RingWriter in = writer();
  RingReader out = reader();
  uint64_t written = 0;
  while (put(in, 4096, written)) ++written;
  EXPECT_EQ(written, kRingBytes / 4096);
  out.refresh();
  ASSERT_EQ(out.next(&record_, &size_), RingReader::Status::kRecord);
  EXPECT_FALSE(put(in, 4096, 0)) << "taken, but not given back";
  out.release();
  EXPECT_TRUE(put(in, 4096, 0));
  EXPECT_FALSE(put(in, 4096, 0));
}

TEST_F(Ring, NeverWrapsARecord) {
  RingWriter in = writer();
  RingReader out = reader();
  // Lengths that do not divide the ring: every turn ends with a rest, down to a single word.
  const std::vector<uint64_t> sizes = {24, 4096, 40, 16, 65528, 131072};
  uint64_t written = 0;
  uint64_t read = 0;
  while (written < 20'000) {
    while (written < 20'000 && put(in, sizes[written % sizes.size()], written)) ++written;
    out.refresh();
    while (out.next(&record_, &size_) == RingReader::Status::kRecord) {
      ASSERT_EQ(size_, sizes[read % sizes.size()]);
      ASSERT_EQ(timeOf(record_), read++);
      ASSERT_LE(record_ + size_, bytes() + kRingBytes);
    }
    out.release();
  }
  EXPECT_EQ(read, written);
}

TEST_F(Ring, ANewWriterGoesOnWhereTheOldOneEnded) {
  RingWriter first = writer();
  ASSERT_TRUE(put(first, 16, 1));
  RingWriter second = writer();
  ASSERT_TRUE(put(second, 16, 2));
  RingReader out = reader();
  out.refresh();
  ASSERT_EQ(out.next(&record_, &size_), RingReader::Status::kRecord);
  ASSERT_EQ(out.next(&record_, &size_), RingReader::Status::kRecord);
  EXPECT_EQ(timeOf(record_), 2U);
}

TEST_F(Ring, ReportsWhatCannotBeARecord) {
  auto statusOf = [&](uint64_t head, uint64_t first_word) {
    header_.head = head;
    header_.tail = 0;
    data_[0] = first_word;
    RingReader out = reader();
    out.refresh();
    return out.next(&record_, &size_);
  };
  constexpr uint64_t kMark = static_cast<uint64_t>(RecordKind::kMark);
  EXPECT_EQ(statusOf(16, kMark | 2 << 16), RingReader::Status::kRecord);
  EXPECT_EQ(statusOf(16, kMark | 0 << 16), RingReader::Status::kCorrupt) << "length 0";
  EXPECT_EQ(statusOf(16, kMark | 1 << 16), RingReader::Status::kCorrupt) << "shorter than a header";
  EXPECT_EQ(statusOf(16, kMark | 3 << 16), RingReader::Status::kCorrupt) << "longer than what was committed";
  EXPECT_EQ(statusOf(12, kMark | 1 << 16), RingReader::Status::kCorrupt) << "not whole words";
  EXPECT_EQ(statusOf(kRingBytes + 8, kMark | 2 << 16), RingReader::Status::kCorrupt)
      << "more than a ring holds";
  EXPECT_EQ(statusOf(16, 0), RingReader::Status::kCorrupt) << "a pad of length 0";
  EXPECT_EQ(statusOf(16, uint64_t{2} << 32), RingReader::Status::kEmpty) << "a pad";
}

TEST_F(Ring, IsReadInOrderWhileItIsWritten) {
  constexpr uint64_t kRecords = 200'000;
  std::thread producer([&] {
    RingWriter in = writer();
    for (uint64_t index = 0; index < kRecords; ++index) {
      while (!put(in, 16 + 8 * (index % 7), index)) std::this_thread::yield();
    }
  });
  RingReader out = reader();
  uint64_t read = 0;
  bool in_order = true;
  while (read < kRecords && in_order) {
    out.refresh();
    while (out.next(&record_, &size_) == RingReader::Status::kRecord) {
      in_order = in_order && timeOf(record_) == read && size_ == 16 + 8 * (read % 7);
      ++read;
    }
    out.release();
  }
  producer.join();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(read, kRecords);
}

}  // namespace
}  // namespace slabscope::wire
