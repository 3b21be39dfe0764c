// SPDX-License-Identifier: Apache-2.0
// What the functions of Node on top of a stack say about the store or the slice that was made there. The
// names were the same from Node 18 to 26.
#pragma once

#include <cstdint>
#include <span>

#include "record_decoder.h"

namespace slabscope::collector {

/// How a view came about.
enum class ViewOrigin : uint8_t {
  kUnknown,  ///< no stack, or none of its frames tells
  kPool,     ///< Node's pool code cut it
  kView,     ///< `subarray` or `slice` of a Buffer
  kOther,    ///< some other code: the program's own ArrayBuffer
};

struct StackTraits {
  ViewOrigin view = ViewOrigin::kUnknown;
  bool creates_pool = false;    ///< a store made here is a slab of the Buffer pool
  bool creates_shared = false;  ///< a store made here is that of a SharedArrayBuffer
  bool whole_pool = false;      ///< a view made here is Node's own handle on a whole pool (26)
  bool stream_read = false;  ///< a view made here is what a stream has read into a store made by Node's C++
  bool from_string_fast = false;  ///< a view made here may be trimmed by a second one at the same offset (18)
};

/// `frames`: innermost first.
StackTraits traitsOf(std::span<const FrameText> frames);

}  // namespace slabscope::collector
