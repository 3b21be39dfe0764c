// SPDX-License-Identifier: Apache-2.0
#include "shim_location.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <vector>

#include "proc_files.h"
#include "say.h"

namespace slabscope::collector {

namespace {

std::string canonical(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
  return real != nullptr ? std::string(real.get()) : std::string();
}

std::string directoryOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

std::string findBesideExecutable() {
  std::string bin = directoryOf(executableOf(getpid()));
  for (const char* directory : {"/../lib/", "/../lib/slabscope/"}) {
    std::string path = canonical(bin + directory + std::string(kShimName));
    if (!path.empty()) return path;
  }
  return {};
}

}  // namespace

Result<std::string> locateShim(const std::string& given) {
  std::string shim = given.empty() ? findBesideExecutable() : canonical(given);
  if (shim.empty()) {
    std::string where =
        given.empty() ? directoryOf(executableOf(getpid())) + "/../lib/" + std::string(kShimName) : given;
    return Error{withReason("cannot record without the shim " + where, ENOENT) +
                 "; build or install slabscope as a whole"};
  }
  if (access(shim.c_str(), R_OK) != 0) return Error{withReason("cannot read the shim " + shim, errno)};
  // As built the shim lies above the agent, as installed beside it.
  std::string home = directoryOf(shim);
  if (!home.ends_with("/slabscope")) home += "/slabscope";
  std::string agent = home + "/agent.cjs";
  if (access(agent.c_str(), R_OK) != 0) {
    return Error{withReason("cannot record without the agent " + agent, errno) +
                 "; build or install slabscope as a whole"};
  }
  // ld.so(8): LD_PRELOAD is a list separated by spaces or colons, without any escape.
  if (shim.find_first_of(" :") != std::string::npos) {
    return Error{"the dynamic loader cannot preload from a path with a space or colon: " + shim +
                 "; install slabscope elsewhere"};
  }
  return shim;
}

}  // namespace slabscope::collector
