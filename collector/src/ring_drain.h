// SPDX-License-Identifier: Apache-2.0
// Empties the rings of one mapping. Whatever stands in that memory, nothing here does more than report it as
// a loss.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "record_decoder.h"
#include "slabscope/wire/death_log.h"
#include "slabscope/wire/layout.h"
#include "slabscope/wire/ring.h"

namespace slabscope::collector {

/// What was dropped between two times (CLOCK_MONOTONIC).
struct Dropped {
  uint64_t first_t = 0;
  uint64_t last_t = 0;
  std::array<uint64_t, wire::kLossKinds> counts{};  ///< by wire::LossKind

  uint64_t total() const;
  uint64_t& of(wire::LossKind kind) { return counts[static_cast<size_t>(kind)]; }
  uint64_t of(wire::LossKind kind) const { return counts[static_cast<size_t>(kind)]; }
};

/// A death that found no room in a ring.
struct LoggedDeath {
  uint64_t t;
  uint64_t subject;  ///< as in wire::Death
};

/// Takes what the rings hold.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// `ring` < wire::kRingCount. The texts in `record` are valid during the call.
  virtual void take(uint32_t ring, uint32_t thread, uint64_t t, const Decoded& record) = 0;
  /// A slice was born, or some have died, at least one: nearly all that there is to take. `parent`: its id,
  /// or 0.
  virtual void take(uint32_t ring, const wire::SmallSlice& slice, uint64_t parent) = 0;
  virtual void take(uint32_t ring, uint64_t t, DeathIds deaths) = 0;
  /// Deaths that came beside the rings since the last time, in the order of their times.
  virtual void take(const std::vector<LoggedDeath>& deaths) = 0;
  /// What was dropped since the last time, in all rings.
  virtual void lose(const Dropped& dropped) = 0;
  /// In this ring something is missing of which the rest may depend: the end of a collection, say.
  virtual void ringIsTorn(uint32_t ring) = 0;
  /// The ring has been emptied after its thread's end; nobody writes to it until it is claimed again.
  virtual void ringIsIdle(uint32_t ring) = 0;
};

class RingDrain {
 public:
  /// Both must outlive the drain. `mapping` is kMappingBytes long.
  RingDrain(void* mapping, RecordSink& sink, uint64_t now);

  /// Takes everything that was committed when a ring was looked at. Returns the bytes taken from the fullest
  /// ring. `last`: nobody writes any more.
  uint64_t drain(uint64_t now, bool last);

 private:
  struct Ring {
    wire::RingReader reader;
    std::array<uint64_t, wire::kLossKinds> lost{};
  };

  bool take(uint32_t index, uint32_t thread, std::span<const char> record);
  bool takeSmallSlice(uint32_t index, const char* record, uint64_t bytes);
  uint64_t drainRing(uint32_t index, uint64_t now);
  void checkLosses(uint32_t index);
  void drop(wire::LossKind kind, uint64_t count, uint64_t first_t, uint64_t last_t);
  void drainDeaths(bool last);

  void* mapping_;
  RecordSink& sink_;
  std::vector<Ring> rings_;
  uint32_t used_ = 0;  ///< rings that were ever claimed lie below; what the process says may go back
  std::vector<uint64_t> record_;  ///< room for the longest record, aligned
  uint64_t last_drain_;
  std::array<uint64_t, wire::kLossKinds> lost_without_ring_{};
  Dropped dropped_;  ///< in the current round
  wire::DeathLogReader death_log_;
  std::vector<LoggedDeath> deaths_;
};

}  // namespace slabscope::collector
