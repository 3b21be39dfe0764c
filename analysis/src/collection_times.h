// SPDX-License-Identifier: Apache-2.0
// Which deaths came so early that no collection had found the dead alive.
#pragma once

#include <cstdint>

#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/isolate_key.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class CollectionTimes {
 public:
  void take(const recording::Gc& event) {
    if (event.kind == recording::GcKind::kIncremental || event.kind == recording::GcKind::kWeak) return;
    const IsolateKey key(event.isolate);
    const Last* known = last_.find(key);
    last_.put(key, {event.t, known == nullptr ? 0 : known->last, known == nullptr ? 1 : known->count + 1});
  }

  /// Whether what was born then and dies now was dead before a second collection of its isolate began.
  bool isTemporary(uint32_t isolate, recording::Nanoseconds born) const {
    const Last* known = last_.find(IsolateKey(isolate));
    return known == nullptr || known->count < 2 || known->before <= born;
  }

 private:
  // When an isolate's last two collections began.
  struct Last {
    recording::Nanoseconds last = 0;
    recording::Nanoseconds before = 0;
    uint64_t count = 0;
  };
  IdMap<IsolateKey, Last> last_;
};

}  // namespace slabscope::analysis
