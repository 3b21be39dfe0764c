// SPDX-License-Identifier: Apache-2.0
// Where the blocks of a file are, and what each says of itself.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/recording/model.h"

namespace slabscope::recording {

enum class BlockKind : uint8_t { kOther, kHeader, kBatch, kSnapshot, kIndex, kFooter };

struct BlockPlace {
  uint64_t offset = 0;  ///< of its length prefix
  BlockKind kind = BlockKind::kOther;
  Nanoseconds first_t = 0;  ///< 0 where it has no event; a snapshot's is that of its instant
  Nanoseconds last_t = 0;
  uint64_t events = 0;
  uint64_t snapshot = 0;  ///< the number of the snapshot that it is a part of; else 0
  friend bool operator==(const BlockPlace&, const BlockPlace&) = default;
};

struct BlockIndex {
  /// In their order. Where the file has no index that can be used they are made from the heads of its blocks,
  /// and those behind the last batch are among them too.
  std::vector<BlockPlace> blocks;
};

}  // namespace slabscope::recording
