// SPDX-License-Identifier: Apache-2.0
// Finds out, while a file is written, what its end will tell to who reads it once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "recording.pb.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

class OutlineKeeper {
 public:
  /// After each event: the bytes of all live stores, and how many events have been written.
  template <class Event>
  void on(const Event& event, uint64_t store_bytes, uint64_t events) {
    if (store_bytes <= peak_bytes_) return;
    peak_bytes_ = store_bytes;
    outline_.peak_t = event.t;
    outline_.peak_events = events;
  }
  void on(const Gc& event, uint64_t store_bytes, uint64_t events);
  void on(const StoreKindKnown& event, uint64_t store_bytes, uint64_t events);

  /// Nothing where there is too much of it.
  std::optional<proto::Outline> message() const;

 private:
  Outline outline_;
  uint64_t peak_bytes_ = 0;
  std::map<StoreId, StoreKind> kinds_;
  bool has_too_many_ = false;
};

/// False where the message does not add up.
bool fromMessage(const proto::Outline& message, Outline& outline);

}  // namespace slabscope::recording
