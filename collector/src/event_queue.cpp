// SPDX-License-Identifier: Apache-2.0
#include "event_queue.h"

#include <algorithm>
#include <utility>

namespace slabscope::collector {

void EventQueue::push(Event event) {
  event.t = last_t_ = std::max(event.t, last_t_);
  if (const auto* collection = std::get_if<Collection>(&event.body)) {
    open_.push_back({popped_ + events_.size(), collection->isolate, collection->type});
  }
  events_.push_back(std::move(event));
}

void EventQueue::endCollection(uint32_t isolate, uint32_t type, uint64_t t) {
  auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const OpenCollection& open) {
    return open.isolate == isolate && open.type == type;
  });
  if (found == open_.rend()) return;
  auto& collection = std::get<Collection>(events_[found->number - popped_].body);
  collection.end_t = t;
  collection.ended = true;
  open_.erase(std::next(found).base());
}

void EventQueue::pop() {
  if (!open_.empty() && open_.front().number == popped_) open_.erase(open_.begin());
  events_.pop_front();
  ++popped_;
}

}  // namespace slabscope::collector
