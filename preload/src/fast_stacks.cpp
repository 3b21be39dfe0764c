// SPDX-License-Identifier: Apache-2.0
#include "fast_stacks.h"

namespace slabscope::preload {

void FastStacks::learn(v8::Isolate* isolate, uintptr_t stack_pointer, const Sample& sample) {
  CodePages pages(isolate);
  links_.learn(isolate, pages, stackFrom(stack_pointer), sample);
}

const FastStacks::Known* FastStacks::find(v8::Isolate* isolate, uintptr_t stack_pointer) {
  const uintptr_t innermost = links_.innermostOf(isolate);
  const StackBounds stack = stackFrom(stack_pointer);
  if (SLABSCOPE_UNLIKELY(!stack.holdsFrame(innermost))) return nullptr;
  Recent& recent = recentAt(innermost);
  if (SLABSCOPE_LIKELY(recent.stack.isAt(innermost, known_.epoch()))) return &recent.known;
  FrameWalk walk;
  if (SLABSCOPE_UNLIKELY(!links_.walk(isolate, stack, walk))) return nullptr;
  const Known* known = known_.find(walk.hash);
  if (known != nullptr && known->stack == 0) known = known_.find(links_.hashWith(walk, known->interpreted));
  if (known == nullptr || !recent.stack.isAgain(known->stack)) return known;
  recent.known = *known;
  recent.stack.begin(innermost, known_.epoch());
  links_.recall(innermost, walk, known->interpreted, recent.stack);
  return known;
}

// One place of the stack calls from several places of the code.
FastStacks::Recent& FastStacks::recentAt(uintptr_t innermost) {
  uintptr_t returns = *reinterpret_cast<const uintptr_t*>(innermost + sizeof(uintptr_t));
  uint64_t key = (innermost >> 3 ^ returns) * 0x9E3779B97F4A7C15ULL;
  return recent_[key >> 32 & (kRecent - 1)];
}

bool FastStacks::explain(v8::Isolate* isolate, uintptr_t stack_pointer, const Sample& sample, Fresh& fresh) {
  CodePages pages(isolate);
  fresh.epoch = known_.epoch();
  if (!links_.walkAnew(isolate, pages, stackFrom(stack_pointer), fresh.walk)) return false;
  if (!links_.explains(fresh.walk, pages, sample, fresh.explanation)) return false;
  fresh.key = links_.hashWith(fresh.walk, fresh.explanation.interpreted);
  links_.keepEntries(fresh.walk);
  return true;
}

void FastStacks::remember(const Fresh& fresh, uint32_t stack) {
  const FrameMask& interpreted = fresh.explanation.interpreted;
  uint64_t key = fresh.walk.hash;
  if (interpreted.any()) {
    known_.insert(key, {0, 0, interpreted}, fresh.epoch);
    key = fresh.key;
  }
  known_.insert(key, {stack, fresh.explanation.proof, interpreted}, fresh.epoch);
}

void FastStacks::endCollection(bool code_moved) {
  collecting_ = false;
  if (code_moved) known_.invalidate();
}

}  // namespace slabscope::preload
