// SPDX-License-Identifier: Apache-2.0
// Turns what the shim saw into what the recording says: addresses into stores, views into slices with a
// parent, the end of an isolate into the death of its slices.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <unordered_map>

#include "event.h"
#include "live_set.h"
#include "reservations.h"
#include "slabscope/recording/writer.h"
#include "stack_table.h"
#include "threads.h"

namespace slabscope::collector {

/// What was left out, and why.
struct TranslatorCounts {
  uint64_t unknown_frees = 0;    ///< of stores whose birth was not seen
  uint64_t unplaced_slices = 0;  ///< over no store that is known (for certain), or beyond its end
  uint64_t whole_pools = 0;      ///< Node's own handles
  uint64_t missing_frees = 0;    ///< an address was handed out again while its store still lived
};

class Translator {
 public:
  /// `start` is t = 0 of the recording, CLOCK_MONOTONIC; both references must outlive the translator.
  Translator(recording::Writer& writer, const StackTable& stacks, uint64_t start)
      : writer_(writer), stacks_(stacks), start_(start) {}

  /// Buffer.poolSize as Node started with; 0 = not known.
  void setPoolSize(uint64_t bytes) { pool_size_ = bytes; }

  /// Writes the event, and what follows from it. Events must come in order.
  void apply(const Event& event);

  const TranslatorCounts& counts() const { return counts_; }

 private:
  struct AllocatorState {
    uint32_t isolate = 0;
    bool ended = false;
  };

  void handle(const Event& event, std::monostate);
  void handle(const Event& event, const wire::StoreAlloc& alloc);
  void handle(const Event& event, const wire::StoreFree& free);
  void handle(const Event& event, const wire::StoreReserved& reserved);
  void handle(const Event& event, const wire::PagesChanged& pages);
  void handle(const Event& event, const ExternalBirth& alloc);
  void handle(const Event& event, const wire::ExternalFree& free);
  void handle(const Event& event, const wire::StoreMove& move);
  void handle(const Event& event, const wire::ThreadKnown& known);
  void handle(const Event& event, const SliceBirth& slice);
  void handle(const Event& event, const SliceDeaths& deaths);
  void handle(const Event& event, const Collection& collection);
  void handle(const Event& event, const MemoryFigures& memory);
  void handle(const Event& event, const NamedMark& mark);
  void handle(const Event& event, const wire::IsolateStart& isolate);
  void handle(const Event& event, const wire::IsolateEnd& isolate);
  void handle(const Event& event, const ResidentSize& resident);
  void handle(const Event& event, const Pausing& pausing);
  void handle(const Event& event, const Loss& loss);

  recording::Nanoseconds sinceStart(uint64_t t) const { return t > start_ ? t - start_ : 0; }
  uint32_t isolateOfAllocator(uint32_t isolate, uint32_t allocator);
  Slot beginStore(const Event& event, recording::StoreAlloc birth, Slot before, uint64_t external);
  void beginReserved(const Event& event, Reservations::Entry& reservation, const PageRange& pages);
  bool moveStore(uint64_t t, Slot slot, const wire::StoreMove& move);
  void resizeStore(uint64_t t, LiveStore& store, uint64_t size);
  void know(uint64_t t, LiveStore& store, recording::StoreKind kind);
  bool isTeardown(Slot store) const;
  void endStore(uint64_t t, Slot store, bool teardown);
  void endTold(uint64_t t, Slot store);
  void endUntold(uint64_t t, Slot store);
  void endSlice(uint64_t t, Slot slice, bool teardown);
  bool isPoolSized(const LiveStore& store) const;
  bool isWholePool(const LiveStore& store, const SliceBirth& slice, const StackTraits& traits) const;
  bool isCutByPool(const LiveStore& store, const StackTraits& traits) const;
  Slot parentOf(Slot store, const SliceBirth& slice, const StackTraits& traits);
  void endTrimmed(uint64_t t, Slot store, const SliceBirth& slice, const StackTraits& traits);

  recording::Writer& writer_;
  const StackTable& stacks_;
  uint64_t start_;
  uint64_t pool_size_ = 0;
  bool has_lost_ = false;
  uint64_t deaths_lost_until_ = 0;  ///< stores born up to then may be dead, and others at their addresses
  LiveSet live_;
  Reservations reservations_;
  Threads threads_;
  /// By store: the latest move to a thread whose isolate has not said yet that it runs there.
  std::map<recording::StoreId, wire::StoreMove> waiting_moves_;
  std::unordered_map<uint32_t, AllocatorState> allocators_;
  /// Slices that have just died together; here, since it would be cleared for each.
  std::array<recording::SliceId, SliceDeaths::kMost> dead_{};
  TranslatorCounts counts_;
};

}  // namespace slabscope::collector
