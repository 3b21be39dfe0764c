// SPDX-License-Identifier: Apache-2.0
// One producer, one consumer, no lock. The producer reserves a contiguous piece, fills it and commits; the
// consumer sees whole records only. What was committed stays readable when the producer is killed.
#pragma once

#include <cstring>

#include "slabscope/wire/layout.h"
#include "slabscope/wire/records.h"

namespace slabscope::wire {

/// Producer's end. Not thread-safe: it belongs to the thread that claimed the ring.
class RingWriter {
 public:
  RingWriter() = default;
  RingWriter(RingHeader* header, char* data)
      : header_(header),
        data_(data),
        head_(header->head.load(std::memory_order_relaxed)),
        tail_(header->tail.load(std::memory_order_acquire)) {}

  /// Room for `bytes` (a multiple of 8, at most kRingBytes / 4) that do not wrap, or nullptr when the ring is
  /// full; `spare` bytes more must stay free. Nothing is visible to the consumer before commit().
  char* reserve(uint64_t bytes, uint64_t spare = 0) {
    uint64_t position = head_ & (kRingBytes - 1);
    uint64_t pad = position + bytes > kRingBytes ? kRingBytes - position : 0;
    uint64_t room = kRingBytes - spare;
    if (head_ + pad + bytes - tail_ > room) {
      tail_ = header_->tail.load(std::memory_order_acquire);
      if (head_ + pad + bytes - tail_ > room) return nullptr;
    }
    if (pad != 0) {
      writePad(data_ + position, pad);
      head_ += pad;
      position = 0;
    }
    return data_ + position;
  }

  /// Publishes the piece that was reserved last.
  void commit(uint64_t bytes) {
    head_ += bytes;
    // The consumer had that memory last; what comes next may have it back by then.
    __builtin_prefetch(data_ + ((head_ + kAhead) & (kRingBytes - 1)), 1);
    header_->head.store(head_, std::memory_order_release);
  }

  RingHeader* header() const { return header_; }

 private:
  static constexpr uint64_t kAhead = 256;

  // A pad's first word alone says how long it is (in words, 32 bits at the place of `stack`): the rest of a
  // ring can be too short for a RecordHeader.
  static void writePad(char* at, uint64_t bytes) {
    uint64_t word = (bytes / 8) << 32;  // kind 0, flags 0, words 0, stack = length
    std::memcpy(at, &word, sizeof word);
  }

  RingHeader* header_ = nullptr;
  char* data_ = nullptr;
  uint64_t head_ = 0;
  uint64_t tail_ = 0;
};

/// Consumer's end. What the producer wrote is not trusted: a record that cannot be is reported as `corrupt`,
/// never followed.
class RingReader {
 public:
  enum class Status { kRecord, kEmpty, kCorrupt };

  RingReader(RingHeader* header, const char* data)
      : header_(header), data_(data), tail_(header->tail.load(std::memory_order_relaxed)) {}

  /// Takes a look at how far the producer has come. Call before a series of next().
  void refresh() { head_ = header_->head.load(std::memory_order_acquire); }

  /// The next whole record up to the last refresh(). `record` points into the ring and is valid until
  /// release(); `bytes` is its length, at least sizeof(RecordHeader). The memory is shared: copy before you
  /// check.
  Status next(const char** record, uint64_t* bytes) {
    for (;;) {
      uint64_t available = head_ - tail_;
      if (available == 0) return Status::kEmpty;
      if (available > kRingBytes || (available & 7) != 0) return Status::kCorrupt;
      uint64_t position = tail_ & (kRingBytes - 1);
      uint64_t word;
      std::memcpy(&word, data_ + position, sizeof word);
      bool pad = static_cast<RecordKind>(word & 0xff) == RecordKind::kPad;
      uint64_t length = 8 * (pad ? word >> 32 : (word >> 16) & 0xffff);
      if (length == 0 || length > available || position + length > kRingBytes) return Status::kCorrupt;
      tail_ += length;
      if (pad) continue;
      if (length < sizeof(RecordHeader)) return Status::kCorrupt;
      *record = data_ + position;
      *bytes = length;
      return Status::kRecord;
    }
  }

  /// Gives everything taken so far back to the producer.
  void release() { header_->tail.store(tail_, std::memory_order_release); }

  /// Steps over everything up to the last refresh(): the way on after kCorrupt.
  void skipAll() { tail_ = head_; }

 private:
  RingHeader* header_;
  const char* data_;
  uint64_t head_ = 0;
  uint64_t tail_;
};

}  // namespace slabscope::wire
