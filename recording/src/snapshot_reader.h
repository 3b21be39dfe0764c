// SPDX-License-Identifier: Apache-2.0
// Reads a snapshot, and believes it only when all of its parts are there and agree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batch_columns.h"
#include "batch_decoder.h"
#include "frame_reader.h"
#include "recording.pb.h"
#include "slabscope/recording/block_index.h"
#include "slabscope/recording/reader.h"
#include "unpack.h"

namespace slabscope::recording {

/// What the index tells of a snapshot.
struct SnapshotPlace {
  uint64_t number = 0;
  Nanoseconds t = 0;
  // Of the file before it:
  uint64_t batches = 0;
  uint64_t events = 0;
  uint64_t told = 0;              ///< events in it
  std::vector<uint64_t> offsets;  ///< of its parts
};

/// In their order.
std::vector<SnapshotPlace> snapshotsIn(const BlockIndex& index);

class SnapshotReader {
 public:
  SnapshotReader(FrameReader& frames, Unpacker& unpacker) : frames_(frames), unpacker_(unpacker) {}

  /// Gives what was alive to `target`. Returns "", or what is wrong; then `target` may have got a part of it.
  std::string read(const SnapshotPlace& place, LiveTarget& target);

  // After that:
  /// What the file has defined before the snapshot.
  Defined defined() const;
  /// Where the block behind its first part begins.
  uint64_t offsetBehind() const { return offset_behind_; }

 private:
  std::string readPart(const SnapshotPlace& place, size_t part);
  std::string decodePart();
  std::string decode(const proto::Batch& batch, Defined& defined);

  FrameReader& frames_;
  Unpacker& unpacker_;
  proto::Block block_;
  proto::Snapshot head_;  // of the first part
  proto::Snapshot message_;
  Defined stores_;
  Defined slices_;
  std::string content_;  // of the columns
  BatchColumns columns_;
  BatchByKind by_kind_;
  std::vector<Event> live_;
  uint64_t offset_behind_ = 0;
};

}  // namespace slabscope::recording
