// SPDX-License-Identifier: Apache-2.0
// Copies a recording with other names in it: every event, id, batch and snapshot stays what it is.
#pragma once

#include <string>
#include <string_view>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"
#include "slabscope/recording/result.h"

namespace slabscope::recording {

/// Says what is to stand in the place of each name. The same question gets the same answer.
class Renaming {
 public:
  virtual ~Renaming() = default;
  /// Asked first: the header as it is, to be changed. Times, ids and options are not read back from it.
  virtual void rename(Header& header) = 0;
  virtual std::string file(std::string_view file) = 0;
  /// `file` is that of the frame, as it was.
  virtual std::string function(FrameKind kind, std::string_view file, std::string_view function) = 0;
  virtual std::string mark(std::string_view name) = 0;
  /// Why a capability is missing, in words.
  virtual std::string detail(const Capability& capability) = 0;
};

/// Writes `path`, up to where it is whole, to `output` (mode 0600; an existing file is replaced). A text that
/// frames and marks have in common gets one name: that of a file if it is one, its own where any of its uses
/// keeps it. What the format does not know, or nothing in the recording uses, is left out. Returns how the
/// input ends: where it is not finished, the output is not either. The error names the file and what to do.
Result<Integrity> rename(const std::string& path, const std::string& output, Renaming& renaming);

}  // namespace slabscope::recording
