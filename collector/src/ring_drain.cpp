// SPDX-License-Identifier: Apache-2.0
#include "ring_drain.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace slabscope::collector {

namespace {

constexpr size_t kMaxRecordWords = std::numeric_limits<uint16_t>::max();

bool is(const wire::RingHeader& header, wire::RingState state) {
  return header.state.load(std::memory_order_acquire) == static_cast<uint32_t>(state);
}

}  // namespace

RingDrain::RingDrain(void* mapping, RecordSink& sink, uint64_t now)
    : mapping_(mapping), sink_(sink), record_(kMaxRecordWords), last_drain_(now) {
  rings_.reserve(wire::kRingCount);
  for (uint32_t index = 0; index < wire::kRingCount; ++index) {
    rings_.push_back({wire::RingReader(wire::ringHeader(mapping, index), wire::ringData(mapping, index)), 0});
  }
}

uint64_t RingDrain::drain(uint64_t now) {
  uint64_t fullest = 0;
  for (uint32_t index = 0; index < wire::kRingCount; ++index)
    fullest = std::max(fullest, drainRing(index, now));
  auto* header = static_cast<wire::ProcessHeader*>(mapping_);
  uint64_t without_ring = header->lost_without_ring.load(std::memory_order_relaxed);
  if (without_ring > lost_without_ring_) sink_.lose(last_drain_, now, without_ring - lost_without_ring_);
  lost_without_ring_ = without_ring;
  last_drain_ = now;
  return fullest;
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
      sink_.lose(last_drain_, now, 1);
      break;
    }
    taken += bytes;
    std::memcpy(record_.data(), record, bytes);
    Decoded decoded = decode({reinterpret_cast<const char*>(record_.data()), bytes});
    if (std::holds_alternative<Malformed>(decoded)) {
      sink_.lose(last_drain_, now, 1);
    } else {
      sink_.take(index, header.thread, decoded);
    }
  }
  ring.reader.release();
  checkLosses(header, ring, now);
  if (released) {
    sink_.ringIsIdle(index);
    header.state.store(static_cast<uint32_t>(wire::RingState::kFree), std::memory_order_release);
  }
  return taken;
}

// The shim keeps the time of the first drop of all; later ones are no earlier than the previous look.
void RingDrain::checkLosses(wire::RingHeader& header, Ring& ring, uint64_t now) {
  uint64_t lost = header.lost_count.load(std::memory_order_relaxed);
  if (lost > ring.lost) {
    uint64_t first = header.lost_first_t.load(std::memory_order_relaxed);
    if (ring.lost != 0 || first == 0) first = last_drain_;
    uint64_t last = header.lost_last_t.load(std::memory_order_relaxed);
    if (last > now) last = now;
    sink_.lose(std::min(first, now), std::max(std::min(first, now), last), lost - ring.lost);
  }
  ring.lost = lost;
}

}  // namespace slabscope::collector
