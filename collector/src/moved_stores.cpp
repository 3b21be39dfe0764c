// SPDX-License-Identifier: Apache-2.0
// The part of the translator that follows stores from one isolate to another.
#include <unordered_map>
#include <utility>

#include "translator.h"

namespace slabscope::collector {

namespace {

// More moves than this are not kept for threads that have not started yet: each that starts looks at them
// all.
constexpr size_t kMaxWaiting = 1 << 14;

// Whether the table did not have that value.
template <class Key, class Value>
bool isNewsTo(std::unordered_map<Key, Value>& table, Key key, Value value) {
  const auto [place, is_new] = table.try_emplace(key, value);
  return is_new || std::exchange(place->second, value) != value;
}

}  // namespace

bool Threads::add(const wire::ThreadKnown& known) {
  if (known.is_parent != 0) return isNewsTo(parents_, known.thread, known.isolate);
  const bool is_new_isolate = isNewsTo(isolates_, known.thread, known.isolate);
  return isNewsTo(threads_, known.isolate, known.thread) || is_new_isolate;
}

std::optional<uint32_t> Threads::destinationOf(const wire::StoreMove& move) const {
  const auto& table = move.thread == wire::kParentThread ? parents_ : isolates_;
  int64_t thread = move.thread;
  if (thread == wire::kParentThread) {
    auto own = threads_.find(move.isolate);
    if (own == threads_.end()) return std::nullopt;
    thread = own->second;
  }
  auto found = table.find(thread);
  return found != table.end() ? std::optional(found->second) : std::nullopt;
}

void Translator::handle(const Event& event, const wire::StoreMove& move) {
  Slot store = live_.storeOfView(move.address);
  if (store == 0) return;
  // A message that was not read before the next one was sent: where it went to first no longer matters.
  recording::StoreId id = live_.store(store).id;
  waiting_moves_.erase(id);
  if (moveStore(event.t, store, move) || waiting_moves_.size() >= kMaxWaiting) return;
  waiting_moves_.emplace(id, move);
}

bool Translator::moveStore(uint64_t t, Slot slot, const wire::StoreMove& move) {
  std::optional<uint32_t> isolate = threads_.destinationOf(move);
  if (!isolate) return false;
  LiveStore& store = live_.store(slot);
  if (store.isolate != *isolate) writer_.add(recording::StoreMove{sinceStart(t), store.id, *isolate});
  store.isolate = *isolate;
  return true;
}

void Translator::handle(const Event& event, const wire::ThreadKnown& known) {
  if (!threads_.add(known)) return;
  std::erase_if(waiting_moves_, [&](const auto& waiting) {
    const auto& [id, move] = waiting;
    Slot store = live_.storeOfView(move.address);
    if (store == 0 || live_.store(store).id != id) return true;
    return moveStore(event.t, store, move);
  });
}

}  // namespace slabscope::collector
