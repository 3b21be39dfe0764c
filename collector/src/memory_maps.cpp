// SPDX-License-Identifier: Apache-2.0
#include "memory_maps.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "clock.h"
#include "proc_files.h"

namespace slabscope::collector {

namespace {

// Addresses that are nowhere must not make us read the file each time.
constexpr uint64_t kReadingPause = 100 * kMillisecond;

}  // namespace

std::vector<MemoryRange> parseMaps(std::string_view text) {
  std::vector<MemoryRange> ranges;
  while (!text.empty()) {
    size_t length = text.find('\n');
    std::string line(text.substr(0, length));
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
    MemoryRange range;
    int path_at = 0;
    int fields = std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %" SCNu64 " %n",
                             &range.begin, &range.end, &range.file_offset, &range.inode, &path_at);
    if (fields != 4 || range.begin >= range.end) continue;
    if (path_at > 0 && range.inode != 0) range.path = line.substr(static_cast<size_t>(path_at));
    ranges.push_back(std::move(range));
  }
  return ranges;
}

std::vector<MemoryRange> mapsOf(pid_t pid) {
  return parseMaps(readWholeFile("/proc/" + std::to_string(pid) + "/maps"));
}

void MemoryMaps::learn(std::vector<MemoryRange> ranges) {
  ranges_ = std::move(ranges);
  std::erase_if(ranges_, [](const MemoryRange& range) { return range.path.empty(); });
}

const MemoryRange* MemoryMaps::findKnown(uint64_t address) const {
  auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), address,
                       [](uint64_t wanted, const MemoryRange& range) { return wanted < range.begin; });
  if (after == ranges_.begin()) return nullptr;
  const MemoryRange& range = *std::prev(after);
  return address < range.end ? &range : nullptr;
}

const MemoryRange* MemoryMaps::find(uint64_t address) {
  if (const MemoryRange* known = findKnown(address)) return known;
  uint64_t now = monotonicNow();
  if (now < next_reading_) return nullptr;
  next_reading_ = now + kReadingPause;
  // Of a process that is gone the latest reading stays.
  std::vector<MemoryRange> ranges = mapsOf(pid_);
  if (!ranges.empty()) ranges_ = std::move(ranges);
  return findKnown(address);
}

}  // namespace slabscope::collector
