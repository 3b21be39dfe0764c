// SPDX-License-Identifier: Apache-2.0
// The shared memory of a test: laid out like that of a watched process, but anonymous.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "slabscope/wire/layout.h"

namespace slabscope::wire {

class TestMapping {
 public:
  TestMapping()
      : mapping_(mmap(nullptr, kMappingBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (mapping_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~TestMapping() { munmap(mapping_, kMappingBytes); }
  TestMapping(const TestMapping&) = delete;
  TestMapping& operator=(const TestMapping&) = delete;

  void* get() const { return mapping_; }
  ProcessHeader& header() const { return *static_cast<ProcessHeader*>(mapping_); }
  RingHeader& ring(uint32_t index) const { return *ringHeader(mapping_, index); }

 private:
  void* mapping_;
};

}  // namespace slabscope::wire
