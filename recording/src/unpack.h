// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zstd.h>

#include <memory>
#include <string>
#include <string_view>

#include "recording.pb.h"
#include "varint_column.h"

namespace slabscope::recording {

inline constexpr const char* kMalformed = "the content of a block is malformed";

/// "", or kMalformed. `message` is overwritten.
std::string parseContent(std::string_view content, google::protobuf::MessageLite& message);

/// Unpacks the payload of a block. Keeps its memory from block to block.
class Unpacker {
 public:
  Unpacker();

  /// "", or what is wrong with the payload. `content` is valid until the next call; kReadAhead bytes behind
  /// it may be read.
  std::string unpack(const proto::Block& block, std::string_view& content);
  /// Likewise, parsed; `message` is overwritten.
  std::string unpack(const proto::Block& block, google::protobuf::MessageLite& message);
  static constexpr size_t kReadAhead = VarintColumn::kReadAhead;

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  std::string unpacked_;
};

}  // namespace slabscope::recording
