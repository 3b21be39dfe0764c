// SPDX-License-Identifier: Apache-2.0
// Recordings of a Buffer pool made up for tests: the stacks are those of Node's own functions.
#pragma once

#include <map>
#include <string>

#include "made_up.h"

namespace slabscope::tests {

class PoolMaker {
 public:
  explicit PoolMaker(const std::string& path, uint64_t pool_size = 8192,
                     const recording::Header& header = Maker::defaultHeader());

  // Stacks, innermost first: FastBuffer, the pool's function, the factory, then `caller`.
  recording::StackId allocUnsafe(uint32_t line = 1) { return request("allocate", "allocUnsafe", line); }
  recording::StackId allocAligned() { return request("allocateAligned", "allocUnsafe", 2); }
  recording::StackId fromString() { return request("fromStringFast", "from", 3); }
  recording::StackId alloc() { return request("alloc", "", 4); }
  recording::StackId subarray() { return request("subarray", "", 5); }
  /// As of a store of its own that `allocUnsafe` makes.
  recording::StackId unpooled(const std::string& function = "allocate");

  /// Slabs lie 1 MiB apart, at 64-byte aligned addresses.
  recording::StoreId slab(uint64_t t, uint64_t size = 8192, uint64_t address = 0);
  recording::StoreId store(uint64_t t, uint64_t size, recording::StackId stack, uint64_t address = 0);
  recording::SliceId cut(uint64_t t, recording::StoreId slab, uint64_t offset, uint64_t length,
                         recording::StackId stack, uint32_t isolate = 0);
  void die(uint64_t t, recording::SliceId slice) {
    maker_.writer().add(recording::SliceFree{.t = t, .slice = slice, .teardown = false});
  }
  void free(uint64_t t, recording::StoreId store) {
    maker_.writer().add(recording::StoreFree{.t = t, .store = store, .teardown = false});
  }
  template <class Event>
  void add(const Event& event) {
    maker_.writer().add(event);
  }
  Maker& maker() { return maker_; }
  void finish() { maker_.finish(); }

 private:
  recording::StoreId alloc(uint64_t t, uint64_t size, recording::StoreKind kind, recording::StackId stack,
                           uint64_t address);
  recording::StackId request(const std::string& inner, const std::string& outer, uint32_t line);

  Maker maker_;
  std::map<std::string, recording::StackId> requests_;
  uint64_t next_address_ = 0x7f0000000000;
};

}  // namespace slabscope::tests
