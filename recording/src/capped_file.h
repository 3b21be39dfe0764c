// SPDX-License-Identifier: Apache-2.0
// Keeps a recording within a size. A file that is too large is not rewritten: its successor has been written
// along since the file was half full, and takes its place in one step. So the cost of a byte does not depend
// on the size, and whoever looks finds a whole recording.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "frame_writer.h"
#include "kept_definitions.h"
#include "kept_events.h"

namespace slabscope::recording {

/// A file, and what it holds.
struct FilePart {
  std::unique_ptr<FrameWriter> frames;
  uint64_t batches = 0;
  uint64_t events = 0;
  uint64_t lost_events = 0;

  /// The error is the reason alone.
  Result<> append(const BlockInfo& info, std::string_view frame, uint64_t lost);
};

class CappedFile {
 public:
  /// `path` must be that of a regular file. `header` is what the file begins with.
  CappedFile(const std::string& path, const proto::Header& header);
  ~CappedFile();
  CappedFile(const CappedFile&) = delete;
  CappedFile& operator=(const CappedFile&) = delete;

  // What is to be told again; the writer keeps them up to date.
  KeptDefinitions definitions;
  KeptEvents events;

  /// Writes a batch into `file`, whose place a successor may take by that. `encoder` made the batch and all
  /// before. The error is the reason alone.
  Result<> append(FilePart& file, const BlockInfo& info, BatchEncoder& encoder);
  /// Gives up the successor: nothing is written any more.
  void removeNext();

  /// What was alive did not fit any more.
  bool isFull() const { return full_; }
  const Dropped& dropped() const { return dropped_; }
  uint64_t batchEvents() const;
  uint64_t definitionBytes() const { return limit_ / 16; }

 private:
  class Successor;

  bool fits(const FilePart& file, uint64_t bytes, uint64_t limit) const;
  Result<> beginNext(const BatchEncoder& encoder);
  Result<> takePlaceOf(FilePart& file);
  Result<> makeRoom(FilePart& file, const BatchEncoder& encoder, bool& told_again);
  void writeNext(const FilePart& file, const BlockInfo& info, const BatchEncoder& encoder);

  std::string path_;
  std::string next_path_;
  proto::Header header_;
  uint64_t limit_;
  uint64_t begin_at_;  ///< bytes of the file at which its successor is begun
  std::optional<FilePart> next_;
  Dropped dropped_;
  Dropped next_dropped_;
  std::string frame_;
  bool full_ = false;
};

}  // namespace slabscope::recording
