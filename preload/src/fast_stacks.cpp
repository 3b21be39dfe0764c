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
  const uint32_t expected = next_[last_met_];
  if (SLABSCOPE_LIKELY(recent_[expected].stack.isAt(innermost, known_.epoch()))) return meet(expected);
  const uint32_t place = placeOf(innermost, stack);
  const uint32_t met = recent_.find(place, innermost, known_.epoch());
  if (SLABSCOPE_LIKELY(met != Recents::kNone)) return meet(met);
  FrameWalk walk;
  if (SLABSCOPE_UNLIKELY(!links_.walk(isolate, stack, walk))) return nullptr;
  const Known* known = known_.find(walk.hash);
  if (known != nullptr && known->stack == 0) known = known_.find(links_.hashWith(walk, known->interpreted));
  if (known != nullptr) keep(place, innermost, walk, *known);
  return known;
}

void FastStacks::keep(uint32_t place, uintptr_t innermost, const FrameWalk& walk, const Known& known) {
  Recents::Recent* recent = recent_.roomFor(place, known.stack);
  if (recent == nullptr) return;
  recent->value = known;
  recent->stack.begin(innermost, known_.epoch());
  links_.recall(innermost, walk, known.interpreted, recent->stack);
}

const FastStacks::Known* FastStacks::meet(uint32_t met) {
  next_[last_met_] = static_cast<uint8_t>(met);
  last_met_ = static_cast<uint8_t>(met);
  return &recent_[met].value;
}

// Told apart by the innermost few frames: what allocates is called from many places at one depth of the
// stack.
uint32_t FastStacks::placeOf(uintptr_t innermost, const StackBounds& stack) {
  uint64_t key = innermost >> 3;
  uintptr_t frame = innermost;
  for (uint32_t depth = 0; depth < kKeyFrames && stack.holdsFrame(frame); ++depth) {
    const auto* words = reinterpret_cast<const uintptr_t*>(frame);
    key = (key << 11 | key >> 53) ^ words[1];
    if (words[0] <= frame) break;
    frame = words[0];
  }
  return static_cast<uint32_t>(key * 0x9E3779B97F4A7C15ULL >> (64 - kPlaceBits));
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
