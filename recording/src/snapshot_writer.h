// SPDX-License-Identifier: Apache-2.0
// Writes what is alive into the file from time to time, so that a reader can start there. A snapshot begins
// when a batch has been written and takes the state of that moment; it is written in parts of a bounded size,
// between which the recording goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "batch_encoder.h"
#include "frame_writer.h"
#include "live_records.h"
#include "slabscope/recording/result.h"
#include "slabscope/recording/writer.h"

namespace slabscope::recording {

/// One that is being written.
struct BegunSnapshot {
  LiveRecords live;         // as it was; shares the records with the other until they change
  proto::Snapshot message;  // without what was alive
  std::string content;      // the part that was told last, as a serialised proto::Snapshot
  // They know the ids that came before, from part to part.
  BatchEncoder state;
  BatchEncoder stores;
  BatchEncoder slices;
  size_t next_stores = 0;  // the chunk that comes next
  size_t next_slices = 0;
  uint64_t bytes = 0;
  uint64_t told = 0;

  bool isWhole() const;
  /// Fills the content with the next part, and returns how many events that has.
  uint64_t tellPart();
};

class SnapshotWriter {
 public:
  explicit SnapshotWriter(const SnapshotSpacing& spacing) : spacing_(spacing) {}

  /// The writer keeps it up to date.
  LiveRecords live;

  /// What the file holds when a batch has just been written.
  struct Written {
    uint64_t batches = 0;
    uint64_t events = 0;
  };
  /// To be called after each batch, with the encoder that made it: begins a snapshot where one is due, and
  /// writes a part of the one that was begun. The error is the reason alone.
  Result<> afterBatch(FrameWriter& file, const BatchEncoder& encoder, const Written& written);
  /// Writes one part more of a snapshot that was begun.
  Result<> goOn(FrameWriter& file);
  /// Writes all that is missing of it.
  Result<> complete(FrameWriter& file);

 private:
  bool isDue(const FrameWriter& file) const;
  uint64_t expectedBytes() const;
  void begin(const BatchEncoder& encoder, const Written& written);
  void end(const FrameWriter& file);

  SnapshotSpacing spacing_;
  std::optional<BegunSnapshot> begun_;
  uint64_t number_ = 0;
  uint64_t bytes_ = 0;       // of all that were written
  uint64_t grown_from_ = 0;  // bytes of the file after the last one
  // Before there is a measured one: more than any is likely to take, so that the first comes rather too late.
  double bytes_per_event_ = 10;
};

}  // namespace slabscope::recording
