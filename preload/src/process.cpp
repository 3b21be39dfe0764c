// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

namespace slabscope::preload {

namespace {
volatile uint32_t not_live = 0;
}

constinit Process process{&not_live, nullptr, nullptr, {}};

void stopRecording() {
  if (recording()) *process.live = 0;
}

// The system call itself: our own interposed mmap is the program's.
void* mapPages(size_t bytes) {
  long address =
      syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return address == -1 ? nullptr : reinterpret_cast<void*>(address);
}

void unmapPages(void* address, size_t bytes) {
  syscall(SYS_munmap, address, bytes);
}

void complain(const char* text, const char* detail) {
  const char prefix[] = "slabscope: ";
  iovec parts[4] = {{const_cast<char*>(prefix), sizeof prefix - 1},
                    {const_cast<char*>(text), std::strlen(text)},
                    {const_cast<char*>(detail), std::strlen(detail)},
                    {const_cast<char*>("\n"), 1}};
  // Nothing can be done about a stderr that takes nothing.
  [[maybe_unused]] ssize_t written = writev(STDERR_FILENO, parts, 4);
}

}  // namespace slabscope::preload
