// SPDX-License-Identifier: Apache-2.0
#include "proc_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <climits>
#include <cstdio>

namespace slabscope::collector {

namespace {

std::string procPath(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::string linkTarget(const std::string& path) {
  std::array<char, PATH_MAX> target;
  ssize_t length = readlink(path.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<size_t>(length)) : std::string();
}

}  // namespace

std::string readWholeFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text;
  std::array<char, 16384> piece;
  ssize_t got = 0;
  while ((got = read(fd, piece.data(), piece.size())) > 0)
    text.append(piece.data(), static_cast<size_t>(got));
  close(fd);
  return text;
}

std::vector<std::string> argumentsOf(pid_t pid) {
  std::string text = readWholeFile(procPath(pid, "cmdline"));
  std::vector<std::string> arguments;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\0', at);
    if (end == std::string::npos) end = text.size();
    arguments.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return arguments;
}

std::string executableOf(pid_t pid) {
  return linkTarget(procPath(pid, "exe"));
}

std::string workingDirectoryOf(pid_t pid) {
  return linkTarget(procPath(pid, "cwd"));
}

uint32_t parentOf(pid_t pid) {
  std::string stat = readWholeFile(procPath(pid, "stat"));
  // The command's name is in parentheses and may hold any character.
  size_t name_end = stat.rfind(')');
  uint32_t parent = 0;
  if (name_end == std::string::npos) return 0;
  return std::sscanf(stat.c_str() + name_end + 1, " %*c %" SCNu32, &parent) == 1 ? parent : 0;
}

uint64_t residentBytesOf(pid_t pid) {
  uint64_t pages = 0;
  std::string statm = readWholeFile(procPath(pid, "statm"));
  if (std::sscanf(statm.c_str(), "%*u %" SCNu64, &pages) != 1) return 0;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace slabscope::collector
