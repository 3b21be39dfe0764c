// SPDX-License-Identifier: Apache-2.0
// ring_watch PID: looks into the shared memory of the collector PID a thousand times a second, until it ends,
// and prints one line of JSON a second: how many processes it records, the most bytes that any of their rings
// held, and how many events their rings have dropped so far.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "slabscope/wire/layout.h"

namespace {

namespace wire = slabscope::wire;

constexpr std::chrono::milliseconds kLook{1};
constexpr int kLooksPerSecond = 1000;
constexpr int kLooksBetweenSearches = 50;

/// The headers, without the rings' data, of one recorded process.
class Headers {
 public:
  explicit Headers(int fd) : mapping_(::mmap(nullptr, wire::kRingDataOffset, PROT_READ, MAP_SHARED, fd, 0)) {}
  ~Headers() {
    if (mapping_ != MAP_FAILED) ::munmap(mapping_, wire::kRingDataOffset);
  }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;

  bool isMapped() const { return mapping_ != MAP_FAILED; }

  void findRings() {
    rings_.clear();
    for (uint32_t i = 0; i < wire::kRingCount; ++i) {
      const wire::RingHeader* ring = wire::ringHeader(mapping_, i);
      if (ring->state.load(std::memory_order_relaxed) != 0) rings_.push_back(ring);
    }
  }

  /// Bytes in the fullest ring.
  uint64_t fullest() const {
    uint64_t most = 0;
    for (const wire::RingHeader* ring : rings_) {
      // In this order: the tail never passes a head that is read later.
      const uint64_t tail = ring->tail.load(std::memory_order_acquire);
      const uint64_t head = ring->head.load(std::memory_order_acquire);
      most = std::max(most, std::min(head - tail, wire::kRingBytes));
    }
    return most;
  }

  uint64_t lost() const {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < wire::kRingCount; ++i) sum += total(wire::ringHeader(mapping_, i)->lost);
    return sum + total(static_cast<const wire::ProcessHeader*>(mapping_)->lost_without_ring);
  }

 private:
  static uint64_t total(const wire::LossCounts& counts) {
    uint64_t sum = 0;
    for (const auto& count : counts.of) sum += count.load(std::memory_order_relaxed);
    return sum;
  }

  void* mapping_;
  std::vector<const wire::RingHeader*> rings_;
};

using AllHeaders = std::map<ino_t, Headers>;

/// Maps what the collector has begun to record and forgets what it has ended. False once it is gone.
bool search(const std::string& descriptors, AllHeaders& all) {
  DIR* folder = ::opendir(descriptors.c_str());
  if (folder == nullptr) return false;
  std::map<ino_t, bool> seen;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string path = descriptors + "/" + entry->d_name;
    char target[64] = {};
    if (::readlink(path.c_str(), target, sizeof target - 1) < 0) continue;
    if (!std::string(target).starts_with("/memfd:slabscope")) continue;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0) continue;
    if (::fstat(fd, &status) == 0) {
      seen[status.st_ino] = true;
      all.try_emplace(status.st_ino, fd);
    }
    ::close(fd);
  }
  ::closedir(folder);
  std::erase_if(all,
                [&](const auto& entry) { return !seen.contains(entry.first) || !entry.second.isMapped(); });
  for (auto& [inode, headers] : all) headers.findRings();
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ring_watch PID\n");
    return 2;
  }
  const std::string descriptors = "/proc/" + std::string(argv[1]) + "/fd";
  AllHeaders all;
  uint64_t most = 0;
  for (int look = 0;; ++look) {
    if (look % kLooksBetweenSearches == 0 && !search(descriptors, all)) return 0;
    for (const auto& [inode, headers] : all) most = std::max(most, headers.fullest());
    if (look == kLooksPerSecond) {
      uint64_t lost = 0;
      for (const auto& [inode, headers] : all) lost += headers.lost();
      std::printf("{\"processes\":%zu,\"fullest_ring\":%llu,\"lost\":%llu}\n", all.size(),
                  static_cast<unsigned long long>(most), static_cast<unsigned long long>(lost));
      std::fflush(stdout);
      look = 0;
      most = 0;
    }
    std::this_thread::sleep_for(kLook);
  }
}
