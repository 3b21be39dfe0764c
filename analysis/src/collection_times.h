// SPDX-License-Identifier: Apache-2.0
// Which deaths came so early that no collection had found the dead alive.
#pragma once

#include <cstdint>

#include "slabscope/analysis/id_map.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class CollectionTimes {
 public:
  void take(const recording::Gc& event) {
    if (event.kind == recording::GcKind::kIncremental || event.kind == recording::GcKind::kWeak) return;
    const IsolateKey key{event.isolate + 1ULL};
    const Last* known = last_.find(key);
    last_.put(key, {event.t, known == nullptr ? 0 : known->last, known == nullptr ? 1 : known->count + 1});
  }

  /// Whether what was born then and dies now was dead before a second collection of its isolate began.
  bool isTemporary(uint32_t isolate, recording::Nanoseconds born) const {
    const Last* known = last_.find({isolate + 1ULL});
    return known == nullptr || known->count < 2 || known->before <= born;
  }

 private:
  // When an isolate's last two collections began.
  struct Last {
    recording::Nanoseconds last = 0;
    recording::Nanoseconds before = 0;
    uint64_t count = 0;
  };
  struct IsolateKey {
    uint64_t value = 0;  // isolate + 1
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr bool operator==(IsolateKey, IsolateKey) = default;
  };

  IdMap<IsolateKey, Last> last_;
};

}  // namespace slabscope::analysis
