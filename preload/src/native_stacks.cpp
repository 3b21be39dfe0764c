// SPDX-License-Identifier: Apache-2.0
#include "native_stacks.h"

#include <dlfcn.h>

#include "capability.h"
#include "cfi_unwinder.h"
#include "chain_hash.h"
#include "fast_ways.h"
#include "native_frames.h"
#include "recent_stacks.h"
#include "spot_check.h"
#include "stack_bounds.h"
#include "stacks.h"
#include "thread.h"

namespace slabscope::preload {

// A chain that another one displaced is defined again when it comes back; the collector knows equal stacks.
struct NativeStackCache {
  static constexpr uint32_t kEntries = 1024;
  struct Entry {
    uint64_t chain;
    uint64_t stack;
  };
  Entry entries[kEntries];

  /// The loop that reads sockets calls from few places, again and again.
  static constexpr uint32_t kPlaceBits = 4;
  using Recents = RecentStacks<Entry, kPlaceBits>;
  Recents recent;
  SpotCheck check;
  bool recent_differed;

  static uint32_t placeOf(uintptr_t frame) {
    uintptr_t returns = *reinterpret_cast<const uintptr_t*>(frame + sizeof(uintptr_t));
    uint64_t key = (frame >> 3 ^ returns) * 0x9E3779B97F4A7C15ULL;
    return static_cast<uint32_t>(key >> (64 - kPlaceBits));
  }
};

namespace {

constexpr uint32_t kMaxFrames = 128;
constexpr const char* kFastNativeStacks = "fast-native-stacks";

/// The Itanium C++ ABI's level 1 interface.
struct Unwinder {
  struct Context;
  using Step = int (*)(Context* context, void* data);
  using Backtrace = int (*)(Step step, void* data);
  using GetIp = uintptr_t (*)(Context* context);
  Backtrace backtrace;
  GetIp get_ip;
};
constinit Unwinder unwinder{};
constinit bool knows_tables = false;
constinit bool recent_wanted = false;

struct Frames {
  void** addresses;
  uint32_t limit;
  uint32_t count;
};

int addFrame(Unwinder::Context* context, void* data) {
  constexpr int kContinue = 0;  // _URC_NO_REASON
  constexpr int kStop = 5;      // _URC_END_OF_STACK
  auto* frames = static_cast<Frames*>(data);
  if (frames->count == frames->limit) return kStop;
  frames->addresses[frames->count++] = reinterpret_cast<void*>(unwinder.get_ip(context));
  return kContinue;
}

NativeWalk walkByUnwinder(void** addresses, uint32_t limit) {
  if (!nativeStacksAvailable()) return {0, 0, false};
  Frames frames{addresses, limit, 0};
  unwinder.backtrace(addFrame, &frames);
  return {frames.count, 0, true};
}

/// By our own reading of the tables, which remembers what they say; where that does not
/// understand one, by the C++ unwinder.
[[gnu::always_inline]] inline NativeWalk walk(void** addresses, uint32_t limit, Trail* trail = nullptr) {
  if (SLABSCOPE_LIKELY(knows_tables)) {
    NativeWalk found = walkNativeCode(addresses, limit, trail);
    if (SLABSCOPE_LIKELY(found.understood)) return found;
  }
  if (trail != nullptr) trail->complete = false;
  return walkByUnwinder(addresses, limit);
}

/// The id of a chain of return addresses, which is told where it is new to this thread; 0 where that was
/// dropped.
uint32_t idOf(NativeStackCache& cache, uint64_t chain, void* const* frames, uint32_t count) {
  NativeStackCache::Entry& entry = cache.entries[(chain >> 32) % NativeStackCache::kEntries];
  if (entry.chain == chain) return static_cast<uint32_t>(entry.stack);
  uint32_t id = nextStackId();
  if (!defineNativeStack(id, frames, count)) return 0;
  entry = {chain, id};
  return id;
}

void giveUpRecent(NativeStackCache& cache) {
  cache.recent_differed = true;
  tellCapability(kFastNativeStacks, false,
                 "a walk over the stack differed from what was remembered: each is walked, which costs more");
}

void rememberRecent(NativeStackCache& cache, uintptr_t frame, const Trail& trail,
                    const NativeStackCache::Entry& entry) {
  if (!trail.complete) return;
  const uint32_t place = NativeStackCache::placeOf(frame);
  NativeStackCache::Recents::Recent* recent = cache.recent.roomFor(place, static_cast<uint32_t>(entry.stack));
  if (recent == nullptr) return;
  recent->value = entry;
  recent->stack.begin(frame, 0);
  uintptr_t first = 0;
  for (uint32_t index = 0; index < trail.count; ++index) {
    const uintptr_t word = trail.places[index];
    // What lies beneath is this library's and always the same.
    if (word < frame) continue;
    if (first != 0) recent->stack.add(first, word);
    first = first != 0 ? 0 : word;
  }
  if (first != 0) recent->stack.add(first, first);
}

}  // namespace

bool defineNativeStack(uint32_t id, void* const* frames, uint32_t count) {
  uint64_t bytes = sizeof(wire::NativeStack) + count * sizeof(uint64_t);
  char* at = beginRecord(bytes, wire::LossKind::kStack);
  if (at == nullptr) return false;
  wire::NativeStack record{};
  record.header = headerOf(wire::RecordKind::kNativeStack, bytes, now(), id);
  record.frame_count = count;
  std::memcpy(at, &record, sizeof record);
  std::memcpy(at + sizeof record, frames, count * sizeof(uint64_t));
  endRecord(bytes);
  return true;
}

bool initialiseNativeStacks() {
  knows_tables = initialiseCfiUnwinder() && initialiseStackBounds();
  recent_wanted = knows_tables && isWayWanted(kFastNativeStacks);
  void* library = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  unwinder.backtrace = reinterpret_cast<Unwinder::Backtrace>(dlsym(library, "_Unwind_Backtrace"));
  unwinder.get_ip = reinterpret_cast<Unwinder::GetIp>(dlsym(library, "_Unwind_GetIP"));
  return nativeStacksAvailable();
}

bool nativeStacksAvailable() {
  return unwinder.backtrace != nullptr && unwinder.get_ip != nullptr;
}

void tellFastNativeStacks() {
  tellCapability(kFastNativeStacks, recent_wanted,
                 "switched off, or this C library cannot tell what they need");
}

uint32_t walkNativeFrames(void** addresses, uint32_t limit) {
  return walk(addresses, limit).count;
}

bool calledFrom(const wire::CodeRange& code, void* const* addresses, uint32_t count) {
  for (uint32_t index = 0; index < count; ++index) {
    auto address = reinterpret_cast<uintptr_t>(addresses[index]);
    if (address > code.begin && address <= code.end) return true;
  }
  return false;
}

[[gnu::noinline]] uint32_t captureNativeStack() {
  if (!nativeStacksAvailable()) return 0;
  ThreadState& thread = thread_state;
  if (thread.native_stacks == nullptr) {
    thread.native_stacks = static_cast<NativeStackCache*>(mapPages(sizeof(NativeStackCache)));
    if (thread.native_stacks == nullptr) return 0;
  }
  NativeStackCache& cache = *thread.native_stacks;
  const auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const uint32_t met = recent_wanted && !cache.recent_differed
                           ? cache.recent.find(NativeStackCache::placeOf(frame), frame, 0)
                           : NativeStackCache::Recents::kNone;
  const bool known = met != NativeStackCache::Recents::kNone;
  if (SLABSCOPE_LIKELY(known) && !cache.check.isDue())
    return static_cast<uint32_t>(cache.recent[met].value.stack);
  void* frames[kMaxFrames];
  Trail trail;
  trail.count = 0;
  trail.complete = recent_wanted;
  NativeWalk found = walk(frames, kMaxFrames, &trail);
  if (found.count == 0) return 0;
  uint64_t chain = hashChain(frames, found.count) ^ found.meaning;
  if (known && chain == cache.recent[met].value.chain)
    return static_cast<uint32_t>(cache.recent[met].value.stack);
  if (known) giveUpRecent(cache);
  uint32_t id = idOf(cache, chain, frames, found.count);
  if (id != 0) rememberRecent(cache, frame, trail, {chain, id});
  return id;
}

void freeNativeStackCache(NativeStackCache* cache) {
  if (cache != nullptr) unmapPages(cache, sizeof(NativeStackCache));
}

}  // namespace slabscope::preload
