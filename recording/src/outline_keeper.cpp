// SPDX-License-Identifier: Apache-2.0
#include "outline_keeper.h"

#include "kinds.h"

namespace slabscope::recording {
namespace {

// They take four bytes each, or less. Who has more reads twice.
constexpr size_t kMostKinds = 1 << 16;

}  // namespace

void OutlineKeeper::on(const Gc& event, uint64_t /*store_bytes*/, uint64_t /*events*/) {
  if (event.kind == GcKind::kMarkCompact) ++outline_.full_collections;
}

void OutlineKeeper::on(const StoreKindKnown& event, uint64_t /*store_bytes*/, uint64_t /*events*/) {
  if (has_too_many_) return;
  kinds_[event.store] = event.kind;
  has_too_many_ = kinds_.size() > kMostKinds;
  if (has_too_many_) kinds_.clear();
}

std::optional<proto::Outline> OutlineKeeper::message() const {
  if (has_too_many_) return std::nullopt;
  proto::Outline message;
  message.set_peak_t(outline_.peak_t);
  message.set_peak_events(outline_.peak_events);
  message.set_full_collections(outline_.full_collections);
  uint64_t last = 0;
  for (const auto& [store, kind] : kinds_) {
    message.add_known_stores(store.value - last);
    message.add_known_kinds(toProto(kind));
    last = store.value;
  }
  return message;
}

bool fromMessage(const proto::Outline& message, Outline& outline) {
  if (message.known_stores_size() != message.known_kinds_size()) return false;
  outline = {};
  outline.peak_t = message.peak_t();
  outline.peak_events = message.peak_events();
  outline.full_collections = message.full_collections();
  StoreId last;
  for (int i = 0; i < message.known_stores_size(); ++i) {
    const StoreId store{last.value + message.known_stores(i)};
    if (store <= last) return false;
    outline.kinds.push_back({store, storeKind(message.known_kinds(i))});
    last = store;
  }
  return true;
}

}  // namespace slabscope::recording
