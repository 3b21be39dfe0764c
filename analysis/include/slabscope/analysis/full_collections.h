// SPDX-License-Identifier: Apache-2.0
// What has survived a full collection, by the events of the collector.
#pragma once

#include <cstdint>

#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/isolate_key.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class FullCollections {
 public:
  void on(const recording::Gc& event);

  /// The instant from which on births are not judged by the isolate's last full collection: when it began, or
  /// when the marking began that led up to it. V8 keeps what is born while it marks, alive or not
  /// (v8/src/heap/incremental-marking.cc: black allocation). Null when there was none so far.
  const recording::Nanoseconds* last(uint32_t isolate) const;
  /// Whether what was born then has survived a full collection of its isolate.
  bool hasSurvived(uint32_t isolate, recording::Nanoseconds born) const {
    const recording::Nanoseconds* judged = last(isolate);
    return judged != nullptr && born < *judged;
  }

 private:
  IdMap<IsolateKey, recording::Nanoseconds> marking_;  // since when it goes on
  IdMap<IsolateKey, recording::Nanoseconds> judged_;
};

}  // namespace slabscope::analysis
