// SPDX-License-Identifier: Apache-2.0
#include "temporary_file.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace slabscope::tests {

TemporaryFile::TemporaryFile(const std::string& name)
    : directory_((std::filesystem::temp_directory_path() / "slabscope-test-XXXXXX").string()) {
  if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = directory_ + "/" + name;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace slabscope::tests
