// SPDX-License-Identifier: Apache-2.0
// What one ring has delivered and the recording has not taken yet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "event.h"

namespace slabscope::collector {

class EventQueue {
 public:
  /// Times that run backwards within a ring are raised to the one before. `body`: of EventBody.
  template <class Body>
  void push(uint64_t t, uint32_t thread, const Body& body) {
    Event& event = addOne();
    event.t = last_t_ = std::max(t, last_t_);
    event.thread = thread;
    event.body = body;
    if constexpr (std::is_same_v<Body, Collection>) begin(body);
  }
  /// The end of the latest open collection of that isolate and type; ignored when there is none (any more).
  void endCollection(uint32_t isolate, uint32_t type, uint64_t t);
  /// The ends of open collections may have been lost: how long they took will never be known, and they are
  /// left out.
  void abandonCollections();

  bool empty() const { return popped_ == pushed_; }
  size_t size() const { return pushed_ - popped_; }
  Event& front() { return at(0); }
  /// `index` counts from the front.
  Event& at(size_t index) { return events_[(popped_ + index) & (events_.size() - 1)]; }
  void pop() {
    if (!open_.empty() && open_.front().number == popped_) open_.erase(open_.begin());
    ++popped_;
  }
  /// An empty one to which nothing has come for a while gives back the room that it has needed: most threads
  /// are idle after a burst, or have ended. `now`: CLOCK_MONOTONIC.
  void shrink(uint64_t now);

 private:
  struct OpenCollection {
    uint64_t number;
    uint32_t isolate;
    uint32_t type;
  };

  Event& addOne() {
    if (size() == events_.size()) grow();
    return events_[pushed_++ & (events_.size() - 1)];
  }
  void begin(const Collection& collection);
  void grow();

  std::vector<Event> events_;  ///< a power of two of them: each has its place by its number
  uint64_t popped_ = 0;        ///< number of the event in front
  uint64_t pushed_ = 0;        ///< number of the next one
  uint64_t last_t_ = 0;
  std::vector<OpenCollection> open_;
};

}  // namespace slabscope::collector
