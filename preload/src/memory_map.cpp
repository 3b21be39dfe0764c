// SPDX-License-Identifier: Apache-2.0
#include "memory_map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace slabscope::preload {

namespace {

/// Reads hexadecimal digits; `*text` is left behind them.
uintptr_t readHex(const char** text) {
  uintptr_t value = 0;
  for (;; ++*text) {
    char digit = **text;
    if (digit >= '0' && digit <= '9') {
      value = value << 4 | static_cast<uintptr_t>(digit - '0');
    } else if (digit >= 'a' && digit <= 'f') {
      value = value << 4 | static_cast<uintptr_t>(digit - 'a' + 10);
    } else {
      return value;
    }
  }
}

/// "START-END rwxp …": the bits if `address` is inside, else -1. proc_pid_maps(5)
int protectionInLine(const char* line, uintptr_t address) {
  uintptr_t start = readHex(&line);
  if (*line++ != '-') return -1;
  uintptr_t end = readHex(&line);
  if (*line++ != ' ' || address < start || address >= end) return -1;
  return (line[0] == 'r' ? PROT_READ : 0) | (line[1] == 'w' ? PROT_WRITE : 0) |
         (line[2] == 'x' ? PROT_EXEC : 0);
}

}  // namespace

int protectionOf(const void* address) {
  int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  char buffer[4096];
  size_t held = 0;
  int found = -1;
  while (found < 0) {
    ssize_t got = read(file, buffer + held, sizeof buffer - 1 - held);
    if (got <= 0) break;
    held += static_cast<size_t>(got);
    buffer[held] = '\0';
    char* line = buffer;
    while (char* end = std::strchr(line, '\n')) {
      *end = '\0';
      found = protectionInLine(line, reinterpret_cast<uintptr_t>(address));
      if (found >= 0) break;
      line = end + 1;
    }
    held -= static_cast<size_t>(line - buffer);
    // A line with a very long path: what counts stands at its start.
    if (held == sizeof buffer - 1) held = 0;
    std::memmove(buffer, line, held);
  }
  close(file);
  return found;
}

}  // namespace slabscope::preload
