// SPDX-License-Identifier: Apache-2.0
// Where the arguments lie that V8 hands to a function of C++: what it calls v8::FunctionCallbackInfo has had
// more than one form. Found out from calls whose arguments are known.
#pragma once

#include <cstdint>

#include "stack_bounds.h"

namespace slabscope::preload {

/// Of the process. Zeroed memory knows nothing.
class CallArguments {
 public:
  static constexpr uint32_t kWords = 16;

  /// Narrows down what is possible by one more call: `info` is on the stack and has two arguments, `first`
  /// and `second`.
  void learn(const uintptr_t* info, const StackBounds& stack, uintptr_t first, uintptr_t second);
  /// Ends the learning; nullptr when it is clear, else why not.
  const char* conclude();
  bool known() const { return known_; }

  /// The slots of the arguments. Only while known().
  uintptr_t* of(uintptr_t* info) const {
    return is_pointer_ ? reinterpret_cast<uintptr_t*>(info[word_]) : info + word_;
  }

 private:
  static constexpr uint32_t kCallsAtLeast = 8;

  uint32_t calls_;
  // A bit for each word of the info where they may begin, or that may lead to them.
  uint32_t may_begin_;
  uint32_t may_lead_;
  bool known_;
  bool is_pointer_;
  uint32_t word_;
};

}  // namespace slabscope::preload
