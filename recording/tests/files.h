// SPDX-License-Identifier: Apache-2.0
// Files of a test, in a folder of its own that goes with it.
#pragma once

#include <string>
#include <string_view>

namespace slabscope::recording {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string readFile(const std::string& path);
void writeFile(const std::string& path, std::string_view bytes);

}  // namespace slabscope::recording
