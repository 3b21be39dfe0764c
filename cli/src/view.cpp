// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "commands.h"
#include "output.h"

namespace slabscope::cli {

int runView(const ViewOptions& options) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const std::string viewer = (here / "slabscope-viewer").string();
  // A file whose name begins with a dash is no option of the viewer.
  std::vector<const char*> arguments = {viewer.c_str(), "--"};
  for (const std::string& file : options.files) arguments.push_back(file.c_str());
  arguments.push_back(nullptr);
  ::execv(viewer.c_str(), const_cast<char* const*>(arguments.data()));
  if (errno == ENOENT) {
    return complain(
        fmt::format("the viewer is not installed: there is no {}; build or install slabscope-viewer, or use "
                    "slabscope report",
                    viewer));
  }
  return complain(fmt::format("{}: cannot be started: {}", viewer, std::strerror(errno)));
}

}  // namespace slabscope::cli
