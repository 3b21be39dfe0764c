// SPDX-License-Identifier: Apache-2.0
// Packs a payload into a block, a block into a frame, and writes each frame with one write(2).
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "recording.pb.h"
#include "slabscope/recording/result.h"

namespace slabscope::recording {

struct BlockInfo {
  proto::BlockKind kind = proto::BLOCK_UNKNOWN;
  uint64_t first_t = 0;
  uint64_t last_t = 0;
  uint64_t event_count = 0;
  // Of a part of a snapshot:
  uint64_t snapshot = 0;
  bool last_part = false;
};

class FrameWriter {
 public:
  /// Creates or replaces the file. `anew`: what has that name, a link too, is removed first.
  static Result<std::unique_ptr<FrameWriter>> create(const std::string& path, bool anew = false);
  ~FrameWriter();
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  /// Whether the file is one that can be replaced: no pipe, no device.
  bool isRegularFile() const;

  /// The frame of a block, as it goes into the file; not for the first one. Valid until the next call.
  Result<std::string_view> pack(const BlockInfo& info, const google::protobuf::MessageLite& payload);
  Result<std::string_view> pack(const BlockInfo& info, std::string_view payload);
  /// Writes a frame that pack() made, of this writer or another. The error is the reason alone.
  Result<> append(const BlockInfo& info, std::string_view frame);

  /// pack() and append(). The error is the reason alone ("No space left on device"): what is lost by it the
  /// caller knows. A file ends with the last whole frame then, and a shorter one may fit.
  Result<> write(const BlockInfo& info, const google::protobuf::MessageLite& payload);
  Result<> write(const BlockInfo& info, std::string_view payload);
  /// Writes where the blocks are that were written so far, without this one. The frame of the footer will say
  /// where it is.
  Result<> writeIndex();
  /// Where writeIndex() wrote; 0 before that.
  uint64_t indexOffset() const { return index_offset_; }
  Result<> close();

  uint64_t bytesWritten() const { return offset_; }
  /// At least what writeIndex() and a footer will take.
  uint64_t bytesToFinish() const { return kFooterRoom + kIndexEntryRoom * places_.size(); }

 private:
  static constexpr uint64_t kFooterRoom = 512;
  static constexpr uint64_t kIndexEntryRoom = 48;

  struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  struct Place {
    uint64_t offset;
    BlockInfo info;
  };

  explicit FrameWriter(int fd);
  Result<> writeAll(const char* data, size_t size);
  void takeBack(uint64_t start);

  int fd_;
  uint64_t offset_ = 0;
  uint64_t index_offset_ = 0;
  std::vector<Place> places_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  // Kept from frame to frame for their memory.
  std::string unpacked_;
  std::string packed_;
  std::string bytes_;
  proto::Block block_;
  proto::Frame frame_;
};

}  // namespace slabscope::recording
