// SPDX-License-Identifier: Apache-2.0
// Empties the rings of one mapping. Whatever stands in that memory, nothing here does more than report it as
// a loss.
#pragma once

#include <cstdint>
#include <vector>

#include "record_decoder.h"
#include "slabscope/wire/layout.h"
#include "slabscope/wire/ring.h"

namespace slabscope::collector {

/// Takes what the rings hold.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// `ring` < wire::kRingCount. The texts in `record` are valid during the call.
  virtual void take(uint32_t ring, uint32_t thread, const Decoded& record) = 0;
  /// `count` events were dropped between the two times (CLOCK_MONOTONIC).
  virtual void lose(uint64_t first_t, uint64_t last_t, uint64_t count) = 0;
  /// The ring has been emptied after its thread's end; nobody writes to it until it is claimed again.
  virtual void ringIsIdle(uint32_t ring) = 0;
};

class RingDrain {
 public:
  /// Both must outlive the drain. `mapping` is kMappingBytes long.
  RingDrain(void* mapping, RecordSink& sink, uint64_t now);

  /// Takes everything that was committed when a ring was looked at. Returns the bytes taken from the fullest
  /// ring.
  uint64_t drain(uint64_t now);

 private:
  struct Ring {
    wire::RingReader reader;
    uint64_t lost = 0;
  };

  uint64_t drainRing(uint32_t index, uint64_t now);
  void checkLosses(wire::RingHeader& header, Ring& ring, uint64_t now);

  void* mapping_;
  RecordSink& sink_;
  std::vector<Ring> rings_;
  std::vector<uint64_t> record_;  ///< room for the longest record, aligned
  uint64_t last_drain_;
  uint64_t lost_without_ring_ = 0;
};

}  // namespace slabscope::collector
