// SPDX-License-Identifier: Apache-2.0
#include "stack_traits.h"

#include <algorithm>
#include <string_view>

namespace slabscope::collector {

namespace {

constexpr std::string_view kBufferModule = "node:buffer";
constexpr std::string_view kInternalBufferModule = "node:internal/buffer";
constexpr std::string_view kStreamModule = "node:internal/stream_base_commons";
constexpr size_t kPoolCreationDepth = 4;

bool isCreatePool(const FrameText& frame) {
  return frame.function == "createPool" && frame.file == kBufferModule;
}

bool cutsFromPool(std::string_view function) {
  return function == "allocate" || function == "allocateAligned" || function == "fromStringFast" ||
         function == "fromArrayLike";
}

ViewOrigin originOf(const FrameText& frame) {
  if (frame.file != kBufferModule) return ViewOrigin::kOther;
  if (cutsFromPool(frame.function)) return ViewOrigin::kPool;
  if (frame.function == "subarray" || frame.function == "slice") return ViewOrigin::kView;
  return ViewOrigin::kOther;
}

}  // namespace

StackTraits traitsOf(std::span<const FrameText> frames) {
  StackTraits traits;
  if (frames.empty()) return traits;
  traits.creates_shared =
      frames[0].frame.kind == wire::FrameKind::kBuiltin && frames[0].function == "SharedArrayBuffer";
  std::span<const FrameText> top = frames.first(std::min(frames.size(), kPoolCreationDepth));
  traits.creates_pool = std::any_of(top.begin(), top.end(), isCreatePool);

  // The FastBuffer constructor and the helpers of node:internal/buffer lie above the function that asked for
  // the view.
  size_t asker = 0;
  bool own_store = false;
  while (asker < frames.size() && frames[asker].file == kInternalBufferModule) {
    own_store |= frames[asker].function == "createUnsafeAlignedBuffer" ||
                 frames[asker].function == "createUnsafeBuffer";
    ++asker;
  }
  if (asker == frames.size()) return traits;
  traits.whole_pool = own_store && isCreatePool(frames[asker]);
  // `allocate` also makes stores of their own, for what is too large for the pool.
  traits.view = own_store ? ViewOrigin::kOther : originOf(frames[asker]);
  traits.stream_read = frames[asker].function == "onStreamRead" && frames[asker].file == kStreamModule;
  traits.from_string_fast = traits.view == ViewOrigin::kPool && frames[asker].function == "fromStringFast";
  return traits;
}

}  // namespace slabscope::collector
