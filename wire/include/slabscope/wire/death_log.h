// SPDX-License-Identifier: Apache-2.0
// Where the deaths of stores and slices go that find no room in a ring. A birth that is dropped is missing
// from the recording and no more; a death that is dropped would leave something alive for ever, and an
// address that is handed out again would be taken for the store that had it before. So deaths, which need two
// words only, have a place of their own: any thread writes to it, the collector reads.
#pragma once

#include <atomic>

#include "slabscope/wire/layout.h"

namespace slabscope::wire {

/// The death of a slice has this bit in its subject, that of an external store the other; ids and addresses
/// leave both free.
inline constexpr uint64_t kSliceSubject = uint64_t{1} << 63;
inline constexpr uint64_t kExternalSubject = uint64_t{1} << 62;

/// One entry.
struct Death {
  uint64_t t;  ///< CLOCK_MONOTONIC
  /// Address of the store, or id with kSliceSubject or kExternalSubject. 0: claimed, but not written yet.
  /// Release.
  std::atomic<uint64_t> subject;
};
static_assert(sizeof(Death) == kDeathBytes);

inline Death* deathAt(void* mapping, uint64_t number) {
  auto* log = reinterpret_cast<Death*>(static_cast<char*>(mapping) + kDeathLogOffset);
  return log + (number & (kDeathLogEntries - 1));
}
static_assert((kDeathLogEntries & (kDeathLogEntries - 1)) == 0, "numbers are masked");

/// Producer's end; any thread. False when the log is full, and the death is lost.
inline bool logDeath(void* mapping, uint64_t t, uint64_t subject) {
  auto* header = static_cast<ProcessHeader*>(mapping);
  uint64_t number = header->deaths_claimed.load(std::memory_order_relaxed);
  do {
    // By now the collector may be past `number`, which others have claimed: then the exchange fails.
    auto ahead = static_cast<int64_t>(number - header->deaths_taken.load(std::memory_order_acquire));
    if (ahead >= static_cast<int64_t>(kDeathLogEntries)) return false;
  } while (!header->deaths_claimed.compare_exchange_weak(number, number + 1, std::memory_order_relaxed));
  Death* entry = deathAt(mapping, number);
  entry->t = t;
  entry->subject.store(subject, std::memory_order_release);
  return true;
}

/// Consumer's end. What stands in the memory is not trusted: no more than kDeathLogEntries are read.
class DeathLogReader {
 public:
  explicit DeathLogReader(void* mapping) : mapping_(mapping) {}

  /// Calls take(t, subject) for each death up to the first that is not written yet. `last`: nobody writes any
  /// more, and what is not written never will be.
  template <class Take>
  void drain(bool last, Take&& take) {
    auto* header = static_cast<ProcessHeader*>(mapping_);
    uint64_t claimed = header->deaths_claimed.load(std::memory_order_relaxed);
    if (claimed - taken_ > kDeathLogEntries) claimed = taken_ + kDeathLogEntries;
    for (; taken_ != claimed; ++taken_) {
      Death* entry = deathAt(mapping_, taken_);
      uint64_t subject = entry->subject.load(std::memory_order_acquire);
      if (subject != 0) {
        take(entry->t, subject);
      } else if (!last) {
        break;
      }
      entry->subject.store(0, std::memory_order_relaxed);
      header->deaths_taken.store(taken_ + 1, std::memory_order_release);
    }
  }

 private:
  void* mapping_;
  uint64_t taken_ = 0;
};

}  // namespace slabscope::wire
