// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zstd.h>

#include <memory>
#include <string>

#include "recording.pb.h"

namespace slabscope::recording {

/// Unpacks the payload of a block. Keeps its memory from block to block.
class Unpacker {
 public:
  Unpacker();

  /// "", or what is wrong with the payload. `message` is overwritten.
  std::string unpack(const proto::Block& block, google::protobuf::MessageLite& message);

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  std::string unpacked_;
};

}  // namespace slabscope::recording
