// SPDX-License-Identifier: Apache-2.0
#include "event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "clock.h"

namespace slabscope::collector {

namespace {

constexpr size_t kFewest = 64;
// Bursts that follow each other closer than this need not grow the queue again.
constexpr uint64_t kKeptFor = 100 * kMillisecond;
// A thread begins few collections before it ends the first: each end, and each pop, looks through them all.
constexpr size_t kMaxOpen = 64;

}  // namespace

void EventQueue::begin(const Collection& collection) {
  if (open_.size() == kMaxOpen) abandonCollections();
  open_.push_back({pushed_ - 1, collection.isolate, collection.type});
}

void EventQueue::grow() {
  std::vector<Event> larger(std::max(kFewest, 2 * events_.size()));
  for (uint64_t number = popped_; number != pushed_; ++number)
    larger[number & (larger.size() - 1)] = events_[number & (events_.size() - 1)];
  events_ = std::move(larger);
}

// A list of nothing, assigned, would leave the vector its room.
void EventQueue::shrink(uint64_t now) {
  if (!events_.empty() && empty() && now > last_t_ + kKeptFor) events_ = std::vector<Event>();
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

}  // namespace slabscope::collector
