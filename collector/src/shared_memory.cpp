// SPDX-License-Identifier: Apache-2.0
#include "shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

#include "clock.h"
#include "say.h"

namespace slabscope::collector {

Result<SharedMemory> SharedMemory::create(const wire::Options& options) {
  Descriptor fd(memfd_create("slabscope", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ftruncate(fd.get(), static_cast<off_t>(wire::kMappingBytes)) != 0 ||
      fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    int reason = errno;
    Error error{withReason("cannot make shared memory for the recording", reason)};
    // The kernel takes this memory for a file.
    if (reason == EFBIG)
      error.message += "; raise the limit of file sizes (ulimit -f) to " +
                       std::to_string(wire::kMappingBytes / 1024 + 1) + " KiB or more";
    return error;
  }
  void* mapping =
      mmap(nullptr, wire::kMappingBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd.get(), 0);
  if (mapping == MAP_FAILED) return Error{withReason("cannot map the shared memory of the recording", errno)};
  auto* header = new (mapping) wire::ProcessHeader{};
  header->magic = wire::kMagic;
  header->version = wire::kVersion;
  header->collector_pid = static_cast<uint32_t>(getpid());
  header->options = options;
  header->heartbeat_ns.store(monotonicNow(), std::memory_order_relaxed);
  header->next_thread.store(1, std::memory_order_release);
  return SharedMemory(std::move(fd), mapping);
}

SharedMemory::SharedMemory(Descriptor fd, void* mapping) : fd_(std::move(fd)), mapping_(mapping) {}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : fd_(std::move(other.fd_)), mapping_(std::exchange(other.mapping_, nullptr)) {}

SharedMemory::~SharedMemory() {
  if (mapping_ != nullptr) munmap(mapping_, wire::kMappingBytes);
}

void SharedMemory::releaseRing(uint32_t index) {
  // A kernel without this keeps the pages, which is no error.
  fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
            static_cast<off_t>(wire::kRingDataOffset + index * wire::kRingBytes),
            static_cast<off_t>(wire::kRingBytes));
}

}  // namespace slabscope::collector
