// SPDX-License-Identifier: Apache-2.0
// The memory that one node process records into. It belongs to the collector: what was written outlives the
// process.
#pragma once

#include <cstdint>

#include "descriptor.h"
#include "slabscope/recording/result.h"
#include "slabscope/wire/layout.h"

namespace slabscope::collector {

class SharedMemory {
 public:
  /// A sparse memfd of kMappingBytes whose size nobody can change, mapped, with a header for `options`.
  static Result<SharedMemory> create(const wire::Options& options);
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  int fd() const { return fd_.get(); }
  void* mapping() const { return mapping_; }
  wire::ProcessHeader& header() const { return *static_cast<wire::ProcessHeader*>(mapping_); }
  /// Gives the pages of an idle ring back to the kernel: a program may have had many threads once.
  void releaseRing(uint32_t index);

 private:
  SharedMemory(Descriptor fd, void* mapping);

  Descriptor fd_;
  void* mapping_;
};

}  // namespace slabscope::collector
