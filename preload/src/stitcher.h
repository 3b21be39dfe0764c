// SPDX-License-Identifier: Apache-2.0
// Puts the native frames of a stack where they belong among those of JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native_frames.h"
#include "stack_builder.h"
#include "v8_abi.h"

namespace slabscope::preload {

// Longer than any stack that is kept, so that a chain tells apart whatever the frames above it tell apart.
inline constexpr size_t kChainLimit = 256;

/// What is known of a stack when its meaning is looked up.
struct Chain {
  void* const* addresses;
  size_t length;
  const NativeFrames* natives;  ///< null: not asked for
};

/// How many of V8's own functions are on top. False when there are others, or WebAssembly: a frame of that
/// looks like one of bytecode, and may be several functions.
inline bool countBuiltinsOnTop(const v8::StackTrace* stack, v8::Isolate* isolate, uint32_t count,
                               uint32_t& builtins) {
  builtins = 0;
  for (uint32_t index = 0; index < count; ++index) {
    v8::Local<v8::StackFrame> slot = v8_functions.getFrame(stack, isolate, index);
    auto* frame = reinterpret_cast<v8::StackFrame*>(slot.slot);
    if (frame == nullptr || v8_functions.isWasm(frame)) return false;
    if (v8_functions.isUserJavaScript(frame) || v8_functions.isEval(frame)) continue;
    if (builtins++ != index) return false;
  }
  return true;
}

/// Puts native frames between those of JavaScript, run by run.
class Stitcher {
 public:
  /// `total`: the JavaScript frames there are, all of them if `complete`.
  Stitcher(v8::Isolate* isolate, const Chain& chain, const v8::StackTrace* stack, uint32_t total,
           bool complete, StackBuilder& builder)
      : natives_(chain.natives), complete_(complete), builder_(builder) {
    if (natives_ == nullptr || natives_->runs < 2 || !complete || chain.length == kChainLimit) return;
    JavaScriptFrames javascript{chain.addresses, chain.length, 0, 0};
    if (!countBuiltinsOnTop(stack, isolate, total, javascript.builtins)) return;
    javascript.functions = total - javascript.builtins;
    split_ = countFunctionsOfRuns(isolate, *natives_, javascript, counts_);
    next_ = counts_[0];
  }

  /// None where JavaScript of the agent has called us.
  void addAbove(bool called_by_agent) {
    if (natives_ == nullptr) return;
    if (natives_->runs == 0) {
      builder_.mark(wire::kFlagNativeEndsEarly);
    } else if (!called_by_agent) {
      builder_.addNative(natives_->addresses, natives_->beneath[0]);
    }
  }

  /// Before each frame of JavaScript.
  void addBetween(uint32_t index) {
    while (split_ && index == next_ && run_ + 1 < natives_->runs) {
      addSegment(run_, natives_->beneath[run_ + 1]);
      next_ += counts_[++run_];
    }
  }

  void addBeneath(uint32_t described) {
    if (natives_ == nullptr || natives_->runs == 0 || !complete_) return;
    if (!natives_->complete) {
      // Which run of JavaScript the walk ended beneath is not known.
      builder_.mark(wire::kFlagNativeEndsEarly);
      return;
    }
    addBetween(described);
    if (natives_->runs > 1 && !split_) builder_.mark(wire::kFlagNativeBetweenMissing);
    addSegment(natives_->runs - 1, natives_->count);
  }

 private:
  void addSegment(uint32_t run, uint32_t end) {
    builder_.addNative(natives_->addresses + natives_->beneath[run], end - natives_->beneath[run]);
  }

  const NativeFrames* natives_;
  bool complete_;
  StackBuilder& builder_;
  bool split_ = false;
  uint32_t run_ = 0;
  uint32_t next_ = 0;
  uint32_t counts_[NativeFrames::kRunLimit];
};

}  // namespace slabscope::preload
