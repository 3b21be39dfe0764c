// SPDX-License-Identifier: Apache-2.0
// Brings the events of all rings into one order.
//
// Each ring is in order by itself. Before the rings of a round are read the time is taken (the horizon); an
// event before the horizon may still be missing only if its thread was interrupted between stamping it and
// committing it. So events are emitted up to the horizon less a hold-back, smallest time first. Where a
// thread was interrupted for longer than the hold-back its event comes late and gets the time of the last one
// emitted. Even then an address is never seen alive twice: a free is committed before the memory is given
// back, so that an allocation that reuses it is stamped after the horizon of the round that missed the free.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "event_queue.h"
#include "stack_table.h"

namespace slabscope::collector {

class Merge {
 public:
  using Sink = std::function<void(const Event&)>;

  Merge(size_t queues, StackTable& stacks) : queues_(queues), stacks_(stacks) {}

  EventQueue& queue(size_t index) { return queues_[index]; }
  /// Whether Buffer.from(string) of this Node trims; until told otherwise it does not.
  void expectTrims(bool expected) { trims_ = expected; }

  /// Hands over all events up to `until`, in order. Stops before an event that is not complete: a collection
  /// that has not ended, for kCollectionPatience at most; a slice that may yet be trimmed, for kTrimPatience;
  /// a stack that waits for the text of a script, for kOriginPatience.
  void emit(uint64_t until, const Sink& sink);
  /// Hands over all there is; `now` ends what is incomplete.
  void emitAll(uint64_t now, const Sink& sink);

  static constexpr uint64_t kCollectionPatience = 2'000'000'000;
  static constexpr uint64_t kTrimPatience = 200'000'000;
  static constexpr uint64_t kOriginPatience = 2'000'000'000;
  /// More events than this are not held for an incomplete one.
  static constexpr size_t kMaxHeld = 1 << 19;

 private:
  bool settleFront(EventQueue& queue, uint64_t until, bool wait);
  void emit(uint64_t until, bool wait, const Sink& sink);

  std::vector<EventQueue> queues_;
  StackTable& stacks_;
  bool trims_ = false;
};

}  // namespace slabscope::collector
