// SPDX-License-Identifier: Apache-2.0
// Puts the record of one stack together, in memory as it will lie in the ring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "chain_hash.h"
#include "thread.h"

namespace slabscope::preload {

/// Collects the frames of one stack in the isolate's scratch memory, as they will lie in the record.
class StackBuilder {
 public:
  explicit StackBuilder(char* scratch) : scratch_(scratch) {}

  char* textRoom() { return scratch_ + used_ + sizeof(wire::Frame); }
  size_t textRoomLeft() const { return isFull() ? 0 : kMaxRecordBytes - used_ - sizeof(wire::Frame) - 8; }
  bool hasRoom() const { return !isFull() && used_ + sizeof(wire::Frame) + 1024 < kMaxRecordBytes; }

  /// The two texts stand at textRoom() already, one after the other.
  void add(wire::Frame frame) {
    std::memcpy(scratch_ + used_, &frame, sizeof frame);
    size_t text = sizeof frame + frame.function_bytes + frame.file_bytes;
    std::memset(scratch_ + used_ + text, 0, roundUpToWord(text) - text);
    used_ += roundUpToWord(text);
    ++count_;
    has_open_ |= frame.script != 0;
  }

  void addNative(void* const* addresses, uint32_t count) {
    for (uint32_t index = 0; index < count; ++index) {
      if (!hasRoom()) {
        markFull();
        return;
      }
      wire::Frame frame{};
      frame.kind = wire::FrameKind::kNative;
      frame.function_bytes = sizeof(void*);
      std::memcpy(textRoom(), addresses + index, sizeof(void*));
      add(frame);
    }
  }

  void markFull() { flags_ |= wire::kFlagTruncated; }
  void mark(uint8_t flag) { flags_ |= flag; }

  /// False when the record was dropped.
  bool emitAs(uint32_t id, uint32_t isolate) {
    wire::Stack record{};
    record.header = headerOf(wire::RecordKind::kStack, 0, now(), id, flags_);
    record.isolate = isolate;
    record.frame_count = count_;
    return emitWithText(record, scratch_ + kHead, used_ - kHead);
  }

  /// A hash of all that emitAs() tells of a stack in this isolate, and of `meaning`. Never 0.
  uint64_t content(uint64_t meaning, uint32_t isolate) const {
    ChainHash hash(meaning);
    hash.add(uint64_t{flags_} << 32 | count_);
    // Scripts are numbered by isolate.
    if (has_open_) hash.add(isolate);
    for (size_t at = kHead; at < used_; at += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, scratch_ + at, sizeof word);
      hash.add(word);
    }
    return hash.value();
  }

  uint32_t count() const { return count_; }
  bool isFull() const { return (flags_ & wire::kFlagTruncated) != 0; }

 private:
  static constexpr size_t kHead = sizeof(wire::Stack);
  char* scratch_;
  size_t used_ = kHead;
  uint32_t count_ = 0;
  uint8_t flags_ = 0;
  bool has_open_ = false;  ///< a frame whose file will be told later
};

}  // namespace slabscope::preload
