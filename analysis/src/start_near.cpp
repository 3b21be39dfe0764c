// SPDX-License-Identifier: Apache-2.0
#include "start_near.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace slabscope::analysis {
namespace {

// Not the caller's set: a snapshot may turn out not to be whole when half of it is in.
class FreshLiveSet : public recording::LiveTarget {
 public:
  explicit FreshLiveSet(const FinalKinds& kinds) : kinds_(kinds), live_(&kinds) {}

  void begin() override { live_ = LiveSet(&kinds_); }
  void take(const std::vector<recording::Event>& events) override {
    for (const recording::Event& event : events) live_.apply(event);
  }
  LiveSet& live() { return live_; }

 private:
  const FinalKinds& kinds_;
  LiveSet live_;
};

}  // namespace

bool startNear(const Scan& scan, const Instant& at, recording::Reader& reader, LiveSet& live) {
  // An instant counts the events that this version knows, a snapshot counts all.
  if (scan.unknown_events != 0) return false;
  FreshLiveSet fresh(scan.kinds);
  // What has come into the file since the scan is none of its instants.
  const uint64_t events = std::min(at.events, scan.integrity.events);
  if (!reader.seek(at.t, events, fresh)) return false;
  live = std::move(fresh.live());
  return true;
}

}  // namespace slabscope::analysis
