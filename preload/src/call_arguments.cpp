// SPDX-License-Identifier: Apache-2.0
#include "call_arguments.h"

namespace slabscope::preload {

void CallArguments::learn(const uintptr_t* info, const StackBounds& stack, uintptr_t first,
                          uintptr_t second) {
  if (calls_++ == 0) may_begin_ = may_lead_ = ~0U;
  uint32_t begin = 0;
  uint32_t lead = 0;
  const auto isThem = [&](uintptr_t place) {
    if (!stack.holdsWord(place) || !stack.holdsWord(place + sizeof(uintptr_t))) return false;
    const auto* slots = reinterpret_cast<const uintptr_t*>(place);
    return slots[0] == first && slots[1] == second;
  };
  for (uint32_t word = 0; word < kWords; ++word) {
    const auto place = reinterpret_cast<uintptr_t>(info + word);
    if (!stack.holdsWord(place)) break;
    if (isThem(place)) begin |= 1U << word;
    if (isThem(info[word])) lead |= 1U << word;
  }
  may_begin_ &= begin;
  may_lead_ &= lead;
}

// A pointer to the arguments may stand right beside them. The form that has one is the older: there they need
// not always be so near.
const char* CallArguments::conclude() {
  if (calls_ < kCallsAtLeast) return "too few calls were seen";
  is_pointer_ = may_lead_ != 0;
  const uint32_t words = is_pointer_ ? may_lead_ : may_begin_;
  if (words == 0) return "the arguments of a call are not where they are looked for";
  word_ = static_cast<uint32_t>(__builtin_ctz(words));
  known_ = true;
  return nullptr;
}

}  // namespace slabscope::preload
