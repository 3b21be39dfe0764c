// SPDX-License-Identifier: Apache-2.0
#include "event_queue.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace slabscope::collector {

namespace {

// Room that a burst needed once is given back.
constexpr size_t kKeptCapacity = 1 << 16;
// A thread begins few collections before it ends the first: each end, and each pop, looks through them all.
constexpr size_t kMaxOpen = 64;

}  // namespace

void EventQueue::push(Event event) {
  event.t = last_t_ = std::max(event.t, last_t_);
  if (const auto* collection = std::get_if<Collection>(&event.body)) {
    if (open_.size() == kMaxOpen) abandonCollections();
    open_.push_back({popped_ + size(), collection->isolate, collection->type});
  }
  events_.push_back(event);
}

void EventQueue::endCollection(uint32_t isolate, uint32_t type, uint64_t t) {
  auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const OpenCollection& open) {
    return open.isolate == isolate && open.type == type;
  });
  if (found == open_.rend()) return;
  auto& collection = std::get<Collection>(at(found->number - popped_).body);
  collection.end_t = t;
  collection.ended = true;
  open_.erase(std::next(found).base());
}

void EventQueue::abandonCollections() {
  for (const OpenCollection& open : open_) at(open.number - popped_).body = std::monostate{};
  open_.clear();
}

void EventQueue::pop() {
  if (!open_.empty() && open_.front().number == popped_) open_.erase(open_.begin());
  ++front_;
  ++popped_;
  if (front_ == events_.size()) {
    events_.clear();
    front_ = 0;
    if (events_.capacity() > kKeptCapacity) events_.shrink_to_fit();
  } else if (front_ >= kKeptCapacity && front_ >= size()) {
    // No more are moved than have been popped since the last time.
    events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
  }
}

}  // namespace slabscope::collector
