// SPDX-License-Identifier: Apache-2.0
#include "made_up_pool.h"

namespace slabscope::tests {

using namespace recording;  // NOLINT(google-build-using-namespace): nearly all of its events are written here

PoolMaker::PoolMaker(const std::string& path, uint64_t pool_size, const Header& header)
    : maker_(path, header) {
  if (pool_size != 0) maker_.writer().addRuntimeInfo({"pool_size", std::to_string(pool_size)});
}

StackId PoolMaker::request(const std::string& inner, const std::string& outer, uint32_t line) {
  StackId& known = requests_[inner + " " + outer + " " + std::to_string(line)];
  if (known) return known;
  StackId stack = maker_.stack("f" + std::to_string(line), "/app/app.js", line, 1);
  if (!outer.empty()) stack = maker_.stack(outer, "node:buffer", 400, 3, stack);
  stack = maker_.stack(inner, "node:buffer", 300, 5, stack);
  known = maker_.stack("FastBuffer", "node:internal/buffer", 900, 5, stack);
  return known;
}

StackId PoolMaker::unpooled(const std::string& function) {
  StackId stack = maker_.stack("own", "/app/app.js", 90, 1);
  stack = maker_.stack("allocUnsafe", "node:buffer", 400, 3, stack);
  stack = maker_.stack(function, "node:buffer", 310, 5, stack);
  return maker_.stack("createUnsafeBuffer", "node:internal/buffer", 1000, 5, stack);
}

StoreId PoolMaker::slab(uint64_t t, uint64_t size, uint64_t address) {
  return alloc(t, size, StoreKind::kPool, {}, address);
}

StoreId PoolMaker::store(uint64_t t, uint64_t size, StackId stack, uint64_t address) {
  return alloc(t, size, StoreKind::kArrayBuffer, stack, address);
}

StoreId PoolMaker::alloc(uint64_t t, uint64_t size, StoreKind kind, StackId stack, uint64_t address) {
  if (address == 0) address = next_address_ += 0x100000;
  return maker_.writer().add(StoreAlloc{.t = t,
                                        .store = {},
                                        .address = address,
                                        .size = size,
                                        .kind = kind,
                                        .isolate = 0,
                                        .allocator = 0,
                                        .thread = 1,
                                        .stack = stack});
}

SliceId PoolMaker::cut(uint64_t t, StoreId slab, uint64_t offset, uint64_t length, StackId stack,
                       uint32_t isolate) {
  return maker_.writer().add(Slice{.t = t,
                                   .slice = {},
                                   .store = slab,
                                   .parent = {},
                                   .offset = offset,
                                   .length = length,
                                   .isolate = isolate,
                                   .stack = stack});
}

}  // namespace slabscope::tests
