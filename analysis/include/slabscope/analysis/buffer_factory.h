// SPDX-License-Identifier: Apache-2.0
// Which of Buffer's functions asked for memory, and what Node did with the wish: told by Node's own frames on
// top of the stack. Their names were the same from Node 18 to 26.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

enum class Factory : uint8_t {
  kUnknown,  ///< no stack, none of node:buffer's functions on it, or one that is none of these
  kAllocUnsafe,
  kAllocUnsafeAligned,  ///< Buffer.allocUnsafe with an alignment
  kAllocUnsafeSlow,
  kAlloc,
  kFromString,  ///< Buffer.from and new Buffer with a string, and strings that are looked for in Buffers
  kFromArray,   ///< Buffer.from of an array, a typed array or a Buffer
  kConcat,
  kCopyBytesFrom,
};
inline constexpr size_t kFactories = 9;
/// Those that cut small requests from the pool, and give larger ones a store of their own.
inline constexpr std::array kPooledFactories = {Factory::kAllocUnsafe, Factory::kConcat, Factory::kFromString,
                                                Factory::kFromArray};

/// How a view of a pool slab came about.
enum class ViewOrigin : uint8_t {
  kUnknown,  ///< the stack does not tell
  kPool,     ///< the pool's own code cut it
  kOther,    ///< something else made it over the slab's ArrayBuffer
};

struct Request {
  Factory factory = Factory::kUnknown;
  ViewOrigin origin = ViewOrigin::kUnknown;
};

class Requests {
 public:
  /// `definitions` must outlive this and not change.
  explicit Requests(const recording::Definitions& definitions);
  /// What was asked for by this stack; looked up once for each. Not for use by several threads.
  Request of(recording::StackId stack) const;

 private:
  struct Known {
    bool is = false;
    Request request;
  };
  Request lookUp(recording::StackId stack) const;

  const recording::Definitions& definitions_;
  mutable std::vector<Known> known_;  // by stack id
};

}  // namespace slabscope::analysis
