// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace slabscope::tests {

/// A name for a file that does not exist yet, in a directory that goes away with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name = "recording.slab");
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string directory_;
  std::string path_;
};

}  // namespace slabscope::tests
