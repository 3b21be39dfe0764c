// SPDX-License-Identifier: Apache-2.0
// Which modules the collector has been told of: it names native frames from their files, and would come too
// late with its own look at the address space when a library is young, or the process gone.
#pragma once

#include <dlfcn.h>

#include <cstdint>

namespace slabscope::preload {

/// Tells a module from others that come to lie where it was unloaded.
uint64_t identityOf(const dl_find_object& module);

/// Of one isolate, so that what its thread's ring says of a stack stands behind what it says of the modules.
/// Zeroed memory is an empty one.
class ToldModules {
 public:
  /// Writes a record for each module that holds one of the addresses and has not been told yet. Returns what
  /// tells apart what the same addresses mean at different times.
  uint64_t tell(void* const* addresses, uint32_t count);

 private:
  static constexpr uint32_t kEntries = 64;
  uint64_t entries_[kEntries];
};

}  // namespace slabscope::preload
