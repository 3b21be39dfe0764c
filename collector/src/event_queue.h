// SPDX-License-Identifier: Apache-2.0
// What one ring has delivered and the recording has not taken yet.
#pragma once

#include <cstdint>
#include <vector>

#include "event.h"

namespace slabscope::collector {

class EventQueue {
 public:
  /// Times that run backwards within a ring are raised to the one before.
  void push(Event event);
  /// The end of the latest open collection of that isolate and type; ignored when there is none (any more).
  void endCollection(uint32_t isolate, uint32_t type, uint64_t t);
  /// The ends of open collections may have been lost: how long they took will never be known, and they are
  /// left out.
  void abandonCollections();

  bool empty() const { return front_ == events_.size(); }
  size_t size() const { return events_.size() - front_; }
  Event& front() { return events_[front_]; }
  /// `index` counts from the front.
  Event& at(size_t index) { return events_[front_ + index]; }
  void pop();

 private:
  struct OpenCollection {
    uint64_t number;
    uint32_t isolate;
    uint32_t type;
  };

  // Not a deque: that would allocate for every handful of events.
  std::vector<Event> events_;
  size_t front_ = 0;     ///< what comes before it in events_ has been popped
  uint64_t popped_ = 0;  ///< number of the event in front
  uint64_t last_t_ = 0;
  std::vector<OpenCollection> open_;
};

}  // namespace slabscope::collector
