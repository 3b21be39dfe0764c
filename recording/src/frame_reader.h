// SPDX-License-Identifier: Apache-2.0
// Reads a file frame by frame through a buffer that grows no faster than the file delivers: a length that a
// damaged frame states costs nothing until the bytes are there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/recording/result.h"

namespace slabscope::recording {

class FrameReader {
 public:
  enum class Outcome { kFrame, kEnd, kDamage };

  /// The error names the file and what to do.
  static Result<FrameReader> open(const std::string& path);
  FrameReader(FrameReader&& other) noexcept;
  FrameReader& operator=(FrameReader&&) = delete;
  ~FrameReader();

  enum class Start { kRecording, kEmpty, kOther };
  /// Whether the file begins like a recording; before the first next().
  Start start();

  /// The next frame whose checksum is right. After kEnd and kDamage there is none.
  Outcome next();
  /// The serialised Block of the frame, until the next call.
  std::string_view block() const { return block_; }
  /// What is wrong, after kDamage.
  const std::string& damage() const { return damage_; }
  /// Where the next frame begins; that of a damaged one stays.
  uint64_t offset() const { return offset_; }
  /// Bytes of the file as it is now.
  uint64_t fileBytes() const;
  /// Frame.index_offset of the last frame; 0 where it has none.
  uint64_t indexOffset() const { return index_offset_; }

  /// The next frame is the one at `offset`; what was damaged is forgotten. False, and nothing has changed,
  /// where the file is a pipe or the like.
  bool seek(uint64_t offset);
  /// Reads there without moving the place of next(). Returns how many bytes it got: fewer at the end.
  size_t readAt(uint64_t offset, char* to, size_t count) const;

 private:
  enum class Length { kWhole, kNone, kCut, kMalformed };

  explicit FrameReader(int fd) : fd_(fd) {}
  bool available(size_t count);
  size_t buffered() const { return end_ - begin_; }
  Length readLength(uint64_t& length, size_t& prefix);
  Outcome damaged(std::string what);
  bool parse(std::string_view frame);

  int fd_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_ = 0;
  uint64_t index_offset_ = 0;
  std::string_view block_;
  std::string damage_;
  std::string read_error_;
};

}  // namespace slabscope::recording
