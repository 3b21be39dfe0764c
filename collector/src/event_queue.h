// SPDX-License-Identifier: Apache-2.0
// What one ring has delivered and the recording has not taken yet.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "event.h"

namespace slabscope::collector {

class EventQueue {
 public:
  /// Times that run backwards within a ring are raised to the one before.
  void push(Event event);
  /// The end of the latest open collection of that isolate and type; ignored when there is none (any more).
  void endCollection(uint32_t isolate, uint32_t type, uint64_t t);

  bool empty() const { return events_.empty(); }
  size_t size() const { return events_.size(); }
  Event& front() { return events_.front(); }
  /// `index` counts from the front.
  Event& at(size_t index) { return events_[index]; }
  void pop();

 private:
  struct OpenCollection {
    uint64_t number;
    uint32_t isolate;
    uint32_t type;
  };

  std::deque<Event> events_;
  uint64_t popped_ = 0;  ///< number of the event in front
  uint64_t last_t_ = 0;
  std::vector<OpenCollection> open_;
};

}  // namespace slabscope::collector
