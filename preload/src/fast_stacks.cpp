// SPDX-License-Identifier: Apache-2.0
#include "fast_stacks.h"

namespace slabscope::preload {

namespace {

// All of the first, then one in a thousand, at random: a program's loops have a rhythm.
constexpr uint32_t kCheckedAtFirst = 256;
constexpr uint32_t kCheckedOneIn = 1024;

}  // namespace

void FastStacks::learn(v8::Isolate* isolate, uintptr_t stack_pointer, const Sample& sample) {
  CodePages pages(isolate);
  links_.learn(isolate, pages, stackFrom(stack_pointer), sample);
}

const FastStacks::Known* FastStacks::find(v8::Isolate* isolate, uintptr_t stack_pointer) const {
  FrameWalk walk;
  if (SLABSCOPE_UNLIKELY(!links_.walk(isolate, stackFrom(stack_pointer), walk))) return nullptr;
  const Known* known = known_.find(walk.hash);
  if (known == nullptr || known->stack != 0) return known;
  return known_.find(links_.hashWith(walk, known->interpreted));
}

bool FastStacks::isCheckDue() {
  if (SLABSCOPE_UNLIKELY(hits_ < kCheckedAtFirst)) {
    ++hits_;
    return true;
  }
  random_ = random_ * 1664525 + 1013904223;
  return random_ >> 16 < 65536 / kCheckedOneIn;
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
