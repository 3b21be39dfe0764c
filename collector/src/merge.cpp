// SPDX-License-Identifier: Apache-2.0
#include "merge.h"

#include <algorithm>
#include <limits>

#include "trim.h"

namespace slabscope::collector {

namespace {

struct Head {
  uint64_t t;
  int rank;
  size_t queue;
  bool operator>(const Head& other) const {
    if (t != other.t) return t > other.t;
    if (rank != other.rank) return rank > other.rank;
    return queue > other.queue;
  }
};

bool waitedLong(uint64_t t, uint64_t until, uint64_t patience) {
  return until > t && until - t > patience;
}

uint32_t stackOf(const EventBody& body) {
  if (auto* store = std::get_if<wire::StoreAlloc>(&body)) return store->header.stack;
  if (auto* store = std::get_if<wire::StoreReserved>(&body)) return store->header.stack;
  if (auto* store = std::get_if<ExternalBirth>(&body)) return store->stack;
  if (auto* slice = std::get_if<SliceBirth>(&body)) return slice->stack;
  return 0;
}

}  // namespace

void Merge::emit(uint64_t until, const Sink& sink) {
  emit(until, true, sink);
}

void Merge::emitAll(uint64_t now, const Sink& sink) {
  emit(now, false, sink);
}

// True when the front may be emitted.
bool Merge::settleFront(EventQueue& queue, uint64_t until, bool wait) {
  Event& front = queue.front();
  if (auto* collection = std::get_if<Collection>(&front.body); collection != nullptr && !collection->ended) {
    if (wait && !waitedLong(front.t, until, kCollectionPatience)) return false;
    collection->end_t = until;
  }
  if (stacks_.hasOpen()) {
    if (uint32_t stack = stackOf(front.body); stacks_.isOpen(stack)) {
      if (wait && !waitedLong(front.t, until, kOriginPatience)) return false;
      stacks_.close(stack);
    }
  }
  if (trims_ && mergeTrim(queue, stacks_) == TrimSearch::kTooEarly) {
    return !wait || waitedLong(front.t, until, kTrimPatience);
  }
  return true;
}

void Merge::emit(uint64_t until, bool wait, const Sink& sink) {
  std::vector<Head> heap;
  size_t held = 0;
  for (size_t index = 0; index < queues_.size(); ++index) {
    queues_[index].shrink(until);
    if (queues_[index].empty()) continue;
    heap.push_back({queues_[index].front().t, rankAtSameTime(queues_[index].front()), index});
    held += queues_[index].size();
  }
  uint64_t limit = wait ? until : std::numeric_limits<uint64_t>::max();
  std::make_heap(heap.begin(), heap.end(), std::greater<>{});
  while (!heap.empty() && heap.front().t <= limit) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>{});
    Head head = heap.back();
    heap.pop_back();
    EventQueue& queue = queues_[head.queue];
    // Mostly one thread is busy: as long as its events come first the heap can be left alone.
    do {
      if (!settleFront(queue, until, wait && held <= kMaxHeld)) return;
      sink(queue.front());
      queue.pop();
      --held;
      if (queue.empty()) break;
      head.t = queue.front().t;
      head.rank = rankAtSameTime(queue.front());
    } while (head.t <= limit && (heap.empty() || heap.front() > head));
    if (queue.empty()) continue;
    heap.push_back(head);
    std::push_heap(heap.begin(), heap.end(), std::greater<>{});
  }
}

}  // namespace slabscope::collector
