// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "files.h"

namespace slabscope::tests {

/// A name for a file that does not exist yet, in a directory that goes away with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name = "recording.slab") : path_(folder_.file(name)) {}
  const std::string& path() const { return path_; }

 private:
  const recording::Folder folder_;
  std::string path_;
};

}  // namespace slabscope::tests
