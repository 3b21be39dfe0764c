// SPDX-License-Identifier: Apache-2.0
#include "ring_drain.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "clock.h"
#include "slabscope/wire/ring_claim.h"

namespace slabscope::collector {

namespace {

constexpr size_t kMaxRecordWords = std::numeric_limits<uint16_t>::max();

bool is(const wire::RingHeader& header, wire::RingState state) {
  return header.state.load(std::memory_order_acquire) == static_cast<uint32_t>(state);
}

}  // namespace

uint64_t Dropped::total() const {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

RingDrain::RingDrain(void* mapping, RecordSink& sink, uint64_t now)
    : mapping_(mapping), sink_(sink), record_(kMaxRecordWords), last_drain_(now), death_log_(mapping) {
  rings_.reserve(wire::kRingCount);
  for (uint32_t index = 0; index < wire::kRingCount; ++index) {
    rings_.push_back(
        {wire::RingReader(wire::ringHeader(mapping, index), wire::ringData(mapping, index)), {}});
  }
}

uint64_t RingDrain::drain(uint64_t now, bool last) {
  uint64_t fullest = 0;
  used_ = std::max(used_, wire::ringsUsed(mapping_));
  for (uint32_t index = 0; index < used_; ++index) fullest = std::max(fullest, drainRing(index, now));
  auto* header = static_cast<wire::ProcessHeader*>(mapping_);
  for (uint32_t kind = 0; kind < wire::kLossKinds; ++kind) {
    uint64_t lost = header->lost_without_ring.of[kind].load(std::memory_order_relaxed);
    if (lost > lost_without_ring_[kind])
      drop(static_cast<wire::LossKind>(kind), lost - lost_without_ring_[kind], last_drain_, now);
    lost_without_ring_[kind] = lost;
  }
  drainDeaths(last);
  if (dropped_.total() != 0) sink_.lose(dropped_);
  dropped_ = {};
  last_drain_ = now;
  return fullest;
}

// Threads write to the log as they come: what one has claimed first may carry the later time.
void RingDrain::drainDeaths(bool last) {
  death_log_.drain(last, [this](uint64_t t, uint64_t subject) { deaths_.push_back({t, subject}); });
  if (deaths_.empty()) return;
  std::stable_sort(deaths_.begin(), deaths_.end(),
                   [](const LoggedDeath& a, const LoggedDeath& b) { return a.t < b.t; });
  sink_.take(deaths_);
  deaths_.clear();
}

void RingDrain::drop(wire::LossKind kind, uint64_t count, uint64_t first_t, uint64_t last_t) {
  dropped_.first_t = dropped_.total() == 0 ? first_t : std::min(dropped_.first_t, first_t);
  dropped_.last_t = std::max(dropped_.last_t, last_t);
  dropped_.of(kind) += count;
}

/// False where it is malformed.
bool RingDrain::take(uint32_t index, uint32_t thread, std::span<const char> record) {
  wire::RecordHeader header;
  std::memcpy(&header, record.data(), sizeof header);
  if (header.kind == wire::RecordKind::kSliceDeaths) {
    const DeathIds deaths(record);
    if (deaths.count() == 0) return false;
    sink_.take(index, header.t, deaths);
    return true;
  }
  const Decoded decoded = decode(record);
  if (std::holds_alternative<Malformed>(decoded)) return false;
  sink_.take(index, thread, header.t, decoded);
  return true;
}

// Most records are one. It is copied where it is used: what a copy has put down in larger pieces could not be
// loaded again word by word without waiting. False where it is none, or malformed.
bool RingDrain::takeSmallSlice(uint32_t index, const char* record, uint64_t bytes) {
  wire::SmallSlice slice;
  uint64_t parent = 0;
  if (bytes < sizeof slice) return false;
  std::memcpy(&slice, record, sizeof slice);
  if (slice.header.kind != wire::RecordKind::kSmallSlice) return false;
  if (bytes >= sizeof slice + sizeof parent) std::memcpy(&parent, record + sizeof slice, sizeof parent);
  sink_.take(index, slice, parent);
  return true;
}

uint64_t RingDrain::drainRing(uint32_t index, uint64_t now) {
  wire::RingHeader& header = *wire::ringHeader(mapping_, index);
  Ring& ring = rings_[index];
  // Looked at before the head: of a ring that was released by then, everything is visible.
  bool released = is(header, wire::RingState::kReleased);
  ring.reader.refresh();
  const char* record = nullptr;
  uint64_t bytes = 0;
  uint64_t taken = 0;
  for (;;) {
    wire::RingReader::Status status = ring.reader.next(&record, &bytes);
    if (status == wire::RingReader::Status::kEmpty) break;
    if (status == wire::RingReader::Status::kCorrupt) {
      ring.reader.skipAll();
      drop(wire::LossKind::kOther, 1, last_drain_, now);
      break;
    }
    taken += bytes;
    if (takeSmallSlice(index, record, bytes)) continue;
    std::memcpy(record_.data(), record, bytes);
    if (!take(index, header.thread, {reinterpret_cast<const char*>(record_.data()), bytes}))
      drop(wire::LossKind::kOther, 1, last_drain_, now);
  }
  ring.reader.release();
  checkLosses(index);
  if (released) {
    sink_.ringIsIdle(index);
    header.state.store(static_cast<uint32_t>(wire::RingState::kFree), std::memory_order_release);
  }
  return taken;
}

// The shim keeps the time of the first drop of all; later ones are no earlier than the previous look. They
// can be later than the begin of this round, by seconds where the collector was stopped in the midst of it.
void RingDrain::checkLosses(uint32_t index) {
  wire::RingHeader& header = *wire::ringHeader(mapping_, index);
  Ring& ring = rings_[index];
  for (uint32_t number = 0; number < wire::kLossKinds; ++number) {
    auto kind = static_cast<wire::LossKind>(number);
    uint64_t lost = header.lost.of[number].load(std::memory_order_acquire);
    if (lost > ring.lost[number]) {
      const uint64_t latest = monotonicNow();
      uint64_t first =
          std::min(latest, std::max(header.lost_first_t.load(std::memory_order_relaxed), last_drain_));
      uint64_t last = std::min(latest, header.lost_last_t.load(std::memory_order_relaxed));
      drop(kind, lost - ring.lost[number], first, std::max(first, last));
      if (kind == wire::LossKind::kOther) sink_.ringIsTorn(index);
    }
    ring.lost[number] = lost;
  }
}

}  // namespace slabscope::collector
