// SPDX-License-Identifier: Apache-2.0
// What the whole process shares: the mapping that the collector owns, and whether we record at all.
#pragma once

#include <cstddef>
#include <cstdint>

#include "process_clock.h"
#include "slabscope/wire/layout.h"

namespace slabscope::preload {

#define SLABSCOPE_LIKELY(x) __builtin_expect(!!(x), 1)
#define SLABSCOPE_UNLIKELY(x) __builtin_expect(!!(x), 0)

struct Process {
  /// A word in a page that the kernel wipes in a forked child (MADV_WIPEONFORK): 1 while this very process
  /// records. Before the start it points to a zero.
  volatile uint32_t* live;
  void* mapping;
  wire::ProcessHeader* header;
  wire::Options options;
};
extern constinit Process process;

/// Whether events are to be recorded: false before the start, after the collector's end, and in a forked
/// child.
inline bool recording() {
  return SLABSCOPE_LIKELY(*process.live != 0);
}

/// Whether the user has paused the recording: births and deaths of stores go on being told, so that what
/// lives is known when it resumes; callers and the births of slices, which cost, do not. Only while
/// recording().
inline bool paused() {
  return SLABSCOPE_UNLIKELY(process.header->paused.load(std::memory_order_relaxed) != 0);
}

/// Stops recording for good: the collector is gone, or said so.
void stopRecording();

/// Zeroed memory straight from the kernel, so that a hook never enters the program's allocator. nullptr when
/// there is none.
void* mapPages(size_t bytes);
void unmapPages(void* address, size_t bytes);

/// One line on stderr with the prefix "slabscope: ".
void complain(const char* text, const char* detail = "");

}  // namespace slabscope::preload
