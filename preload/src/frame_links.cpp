// SPDX-License-Identifier: Apache-2.0
#include "frame_links.h"

#include "cfi_unwinder.h"
#include "chain_hash.h"
#include "process.h"
#include "readable_words.h"

namespace slabscope::preload {

namespace {

constexpr uint32_t kSamplesWanted = 16;
constexpr uint32_t kNestedWanted = 4;

uintptr_t wordAt(uintptr_t address) {
  return *reinterpret_cast<const uintptr_t*>(address);
}

uintptr_t wordBeneath(uintptr_t frame, uint32_t words) {
  return wordAt(frame - words * sizeof(uintptr_t));
}

uintptr_t wordOf(const void* isolate, size_t word) {
  return static_cast<const uintptr_t*>(isolate)[word];
}

bool isCode(const CodePages& pages, uintptr_t address) {
  dl_find_object module;
  return pages.hold(address) || findModule(address, module);
}

}  // namespace

// Each step goes outwards, so that a walk ends whatever it meets. `kindOf` is told where a frame returns to
// and the frame that it returns to.
template <class KindOf>
bool FrameLinks::walkFrom(uintptr_t frame, uint32_t slot, const StackBounds& stack, FrameWalk& walk,
                          const KindOf& kindOf) {
  ChainHash hash(0);
  walk.entries = {};
  uint32_t count = 0;
  if (!stack.holdsFrame(frame)) return false;
  for (;;) {
    uintptr_t returns = wordAt(frame + sizeof(uintptr_t));
    uintptr_t caller = wordAt(frame);
    if (SLABSCOPE_UNLIKELY(count == FrameWalk::kLimit || caller <= frame || !stack.holdsFrame(caller)))
      return false;
    FrameKind kind = kindOf(returns, caller);
    if (SLABSCOPE_UNLIKELY(kind == FrameKind::kForeign)) return false;
    walk.returns[count] = returns;
    walk.frames[count++] = caller;
    hash.add(returns);
    frame = caller;
    if (SLABSCOPE_LIKELY(kind == FrameKind::kInner)) continue;
    walk.entries.set(count - 1);
    uintptr_t outer = wordBeneath(caller, slot);
    if (outer == 0) break;
    if (SLABSCOPE_UNLIKELY(outer <= caller || !stack.holdsFrame(outer))) return false;
    frame = outer;
  }
  walk.count = count;
  walk.hash = hash.value();
  return true;
}

bool FrameLinks::walk(const void* isolate, const StackBounds& stack, FrameWalk& walk) const {
  return walkFrom(innermostOf(isolate), entry_slot_, stack, walk, [this](uintptr_t returns, uintptr_t) {
    return isEntry(returns) ? FrameKind::kEntry : FrameKind::kInner;
  });
}

bool FrameLinks::follow(uintptr_t innermost, uint32_t slot, const CodePages& pages, const StackBounds& stack,
                        FrameWalk& walk) {
  return walkFrom(innermost, slot, stack, walk, [&pages](uintptr_t returns, uintptr_t caller) {
    if (!pages.hold(returns)) return FrameKind::kForeign;
    return pages.hold(wordAt(caller + sizeof(uintptr_t))) ? FrameKind::kInner : FrameKind::kEntry;
  });
}

void FrameLinks::recall(uintptr_t innermost, const FrameWalk& walk, const FrameMask& interpreted,
                        RecentStack& recent) const {
  uintptr_t frame = innermost;
  for (uint32_t index = 0; index < walk.count; ++index) {
    uintptr_t caller = walk.frames[index];
    recent.add(frame, frame + sizeof(uintptr_t));
    if (interpreted.has(index))
      recent.add(caller - bytecode_word_ * sizeof(uintptr_t), caller - offset_word_ * sizeof(uintptr_t));
    frame = caller;
    if (!walk.entries.has(index)) continue;
    const uintptr_t leads_on = caller - entry_slot_ * sizeof(uintptr_t);
    recent.add(leads_on, leads_on);
    frame = wordBeneath(caller, entry_slot_);
  }
}

uintptr_t FrameLinks::innermostOf(const void* isolate) const {
  return wordOf(isolate, exit_word_);
}

bool FrameLinks::walkAnew(const void* isolate, const CodePages& pages, const StackBounds& stack,
                          FrameWalk& walk) const {
  return follow(innermostOf(isolate), entry_slot_, pages, stack, walk);
}

bool FrameLinks::isEntry(uintptr_t address) const {
  if (SLABSCOPE_LIKELY((entry_filter_ >> (address & 63) & 1) == 0)) return false;
  for (uint32_t index = 0; index < entry_count_; ++index) {
    if (entries_[index] == address) return true;
  }
  return false;
}

void FrameLinks::keepEntries(const FrameWalk& walk) {
  for (uint32_t index = 0; index < walk.count; ++index) {
    if (!walk.entries.has(index) || isEntry(walk.returns[index]) || entry_count_ == kEntries) continue;
    entries_[entry_count_++] = walk.returns[index];
    entry_filter_ |= uint64_t{1} << (walk.returns[index] & 63);
  }
}

FrameLinks::Readings FrameLinks::readingsOf(uintptr_t frame, uintptr_t told) {
  Readings readings{};
  for (uint32_t bytecode = 1; bytecode <= kWords; ++bytecode) {
    uintptr_t offset = told - wordBeneath(frame, bytecode);
    if (offset == 0 || offset > INT32_MAX) continue;
    for (uint32_t at = 1; at <= kWords; ++at) {
      uintptr_t word = wordBeneath(frame, at);
      uint64_t bit = uint64_t{1} << ((bytecode - 1) * kWords + at - 1);
      if (word == offset << 32) readings.whole |= bit;
      if (word == offset << 1) readings.half |= bit;
    }
  }
  return readings;
}

// V8 tells of all frames of JavaScript, in this order, and of some that C++ functions left; of what else is
// between them (stubs, trampolines) it tells nothing.
bool FrameLinks::match(const FrameWalk& walk, const CodePages& pages, const Sample& sample,
                       Readings& readings, Explanation& explanation) {
  explanation = {};
  ChainHash proof(0);
  size_t next = 0;
  size_t exits = 1;
  for (uint32_t frame = 0; frame < walk.count; ++frame) {
    for (size_t at = next; at < sample.count && at <= next + exits; ++at) {
      auto told = reinterpret_cast<uintptr_t>(sample.addresses[at]);
      if (told != walk.returns[frame]) {
        Readings found = readingsOf(walk.frames[frame], told);
        found.whole &= readings.whole;
        found.half &= readings.half;
        if (found.any()) {
          readings = found;
          explanation.interpreted.set(frame);
        } else if (isCode(pages, told)) {
          continue;
        } else {
          break;
        }
      }
      proof.add(told);
      next = at + 1;
      exits = 0;
      break;
    }
    if (walk.entries.has(frame)) ++exits;
  }
  explanation.proof = static_cast<uint32_t>(proof.value());
  if (sample.count - next > exits) return false;
  for (; next < sample.count; ++next) {
    if (!isCode(pages, reinterpret_cast<uintptr_t>(sample.addresses[next]))) return false;
  }
  return true;
}

bool FrameLinks::explains(const FrameWalk& walk, const CodePages& pages, const Sample& sample,
                          Explanation& explanation) const {
  Readings readings = readings_;
  return match(walk, pages, sample, readings, explanation);
}

uint64_t FrameLinks::hashWith(const FrameWalk& walk, const FrameMask& interpreted) const {
  ChainHash hash(walk.hash);
  for (uint32_t half = 0; half < 2; ++half) {
    for (uint64_t left = interpreted.bits[half]; left != 0; left &= left - 1) {
      uintptr_t frame = walk.frames[64 * half + static_cast<uint32_t>(__builtin_ctzll(left))];
      // As in V8's sample, the address of the instruction says it all.
      hash.add(wordBeneath(frame, bytecode_word_) + (wordBeneath(frame, offset_word_) >> offset_shift_));
    }
  }
  return hash.value();
}

void FrameLinks::findCandidates(const void* isolate, const StackBounds& stack) {
  size_t words = readableWords(isolate, kIsolateWords);
  for (size_t word = 0; word < words && candidate_count_ < kCandidates; ++word) {
    if (!stack.holdsFrame(wordOf(isolate, word))) continue;
    uint32_t all_slots = ((1U << kSlots) - 1) & ~1U;
    candidates_[candidate_count_++] = {static_cast<uint32_t>(word), all_slots, {~uint64_t{0}, ~uint64_t{0}}};
  }
}

bool FrameLinks::refine(Candidate& candidate, const void* isolate, const CodePages& pages,
                        const StackBounds& stack, const Sample& sample) {
  uintptr_t innermost = wordOf(isolate, candidate.exit_word);
  uint32_t slots = 0;
  Readings readings{};
  FrameWalk walk;
  for (uint32_t slot = 1; slot < kSlots; ++slot) {
    if ((candidate.slots >> slot & 1) == 0 || !follow(innermost, slot, pages, stack, walk)) continue;
    Readings left = candidate.readings;
    Explanation explanation;
    if (!match(walk, pages, sample, left, explanation)) continue;
    slots |= 1U << slot;
    readings.whole |= left.whole;
    readings.half |= left.half;
  }
  candidate.slots = slots;
  candidate.readings = readings;
  return slots != 0;
}

void FrameLinks::learn(const void* isolate, const CodePages& pages, const StackBounds& stack,
                       const Sample& sample) {
  if (known_) return;
  if (samples_++ == 0) findCandidates(isolate, stack);
  uint32_t left = 0;
  for (uint32_t index = 0; index < candidate_count_; ++index) {
    Candidate candidate = candidates_[index];
    if (refine(candidate, isolate, pages, stack, sample)) candidates_[left++] = candidate;
  }
  candidate_count_ = left;
  FrameWalk walk;
  if (left == 0 || __builtin_popcount(candidates_[0].slots) != 1) return;
  auto slot = static_cast<uint32_t>(__builtin_ctz(candidates_[0].slots));
  if (!follow(wordOf(isolate, candidates_[0].exit_word), slot, pages, stack, walk)) return;
  keepEntries(walk);
  if (__builtin_popcountll(walk.entries.bits[0]) > 1) ++nested_;
}

const char* FrameLinks::conclude() {
  if (candidate_count_ != 1)
    return candidate_count_ == 0 ? "no word leads to them" : "several words lead to them";
  const Candidate& found = candidates_[0];
  if (samples_ < kSamplesWanted || nested_ < kNestedWanted) return "too few stacks were seen";
  if (__builtin_popcount(found.slots) != 1) return "several words lead past C++";
  if (!found.readings.single()) return "the interpreter's words are not clear";
  exit_word_ = found.exit_word;
  entry_slot_ = static_cast<uint32_t>(__builtin_ctz(found.slots));
  readings_ = found.readings;
  auto pair = static_cast<uint32_t>(__builtin_ctzll(readings_.whole != 0 ? readings_.whole : readings_.half));
  bytecode_word_ = pair / kWords + 1;
  offset_word_ = pair % kWords + 1;
  offset_shift_ = readings_.whole != 0 ? 32 : 1;
  known_ = true;
  return nullptr;
}

}  // namespace slabscope::preload
