// SPDX-License-Identifier: Apache-2.0
#include "program_check.h"

#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "descriptor.h"

namespace slabscope::collector {

namespace {

// What execvp searches where PATH is not set.
constexpr const char* kDefaultPath = "/bin:/usr/bin";

bool isExecutableFile(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string interpreterAt(int fd, const GElf_Phdr& header) {
  std::array<char, 256> text{};
  if (header.p_filesz == 0 || header.p_filesz >= text.size()) return {};
  ssize_t got = pread(fd, text.data(), header.p_filesz, static_cast<off_t>(header.p_offset));
  return got > 0 ? std::string(text.data()) : std::string();
}

bool lacksOurLoader(int fd, Elf* elf) {
  size_t count = 0;
  if (elf_kind(elf) != ELF_K_ELF || elf_getphdrnum(elf, &count) != 0) return false;
  for (size_t index = 0; index < count; ++index) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(index), &header) == nullptr || header.p_type != PT_INTERP)
      continue;
    return interpreterAt(fd, header).find("ld-musl") != std::string::npos;
  }
  return true;
}

}  // namespace

std::string findProgram(const std::string& command) {
  if (command.find('/') != std::string::npos) return isExecutableFile(command) ? command : std::string();
  const char* variable = std::getenv("PATH");
  std::string_view path = variable != nullptr ? variable : kDefaultPath;
  for (;;) {
    size_t end = path.find(':');
    // An empty entry is the working directory.
    std::string directory(path.substr(0, end));
    std::string candidate = (directory.empty() ? "." : directory) + "/" + command;
    if (isExecutableFile(candidate)) return candidate;
    if (end == std::string_view::npos) return {};
    path.remove_prefix(end + 1);
  }
}

bool cannotBePreloaded(const std::string& path) {
  Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return false;
  elf_version(EV_CURRENT);
  Elf* elf = elf_begin(fd.get(), ELF_C_READ, nullptr);
  bool hopeless = elf != nullptr && lacksOurLoader(fd.get(), elf);
  elf_end(elf);
  return hopeless;
}

bool changesRights(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  if ((status.st_mode & S_ISUID) != 0 && status.st_uid != geteuid()) return true;
  if ((status.st_mode & S_ISGID) != 0 && status.st_gid != getegid()) return true;
  return geteuid() != 0 && getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

}  // namespace slabscope::collector
