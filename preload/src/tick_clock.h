// SPDX-License-Identifier: Apache-2.0
// The time of a sure clock, told from a counter that is read in a third of the time. Every few milliseconds
// both are looked at, and the counter's pace is found out anew; in between the time is that of the look plus
// what the counter has gone on since.
//
// Threads are not told times that contradict the order of what they did: all go by the same look, and no time
// by a look is before any by the one before it.
#pragma once

#include <atomic>
#include <cstdint>

namespace slabscope::preload {

/// Any thread. `Source` has static functions ticks() and nanoseconds(). Zeroed memory asks the sure clock
/// each time, and so does a clock whose counter was found unsteady.
template <class Source>
class TickClock {
 public:
  /// From now on the counter is used, as soon as its pace is known.
  void start() {
    const Look look = lookAtBoth();
    old_.store(look);
    young_.store(look);
    runs_.store(true, std::memory_order_release);
  }
  /// False before start(), and once the counter did not keep pace with the clock.
  bool runs() const { return runs_.load(std::memory_order_acquire); }

  /// Nanoseconds of the sure clock.
  uint64_t now() {
    const uint32_t version = version_.load(std::memory_order_acquire);
    const uint64_t since = since_.load(std::memory_order_acquire);
    const uint64_t base = base_.load(std::memory_order_acquire);
    const uint64_t pace = pace_.load(std::memory_order_acquire);
    if (__builtin_expect(pace == 0, 0)) return runs() ? learnPace() : Source::nanoseconds();
    const uint64_t passed = Source::ticks() - since;
    const bool whole = version % 2 == 0 && version == version_.load(std::memory_order_relaxed);
    if (__builtin_expect(whole && passed < kWindow, 1)) return base + (passed * pace >> kPaceShift);
    return lookAgain();
  }

 private:
  static constexpr uint64_t kWindow = 1 << 23;              ///< ticks from one look to the next
  static constexpr uint64_t kFirstSpan = 1 << 25;           ///< ticks over which a pace can be told
  static constexpr uint64_t kLongSpan = uint64_t{1} << 30;  ///< and over which it can change
  static constexpr uint32_t kPaceShift = 32;
  /// A look that took more ticks was interrupted.
  static constexpr uint64_t kTight = 1 << 13;
  /// Nanoseconds between what was told and the clock at the next look, unless somebody slept in between: then
  /// the counter is another one, or a virtual machine was moved.
  static constexpr uint64_t kMostOff = 20'000;
  static constexpr int kTries = 4096;

  /// Both at one instant, and how many ticks that instant was long.
  struct Look {
    uint64_t ticks;
    uint64_t nanoseconds;
    uint64_t took;
  };
  /// Read by any thread; what is read while it changes is not used.
  struct Point {
    std::atomic<uint64_t> ticks{0};
    std::atomic<uint64_t> nanoseconds{0};

    void store(const Look& look) {
      ticks.store(look.ticks, std::memory_order_relaxed);
      nanoseconds.store(look.nanoseconds, std::memory_order_relaxed);
    }
    Look load() const {
      return {ticks.load(std::memory_order_relaxed), nanoseconds.load(std::memory_order_relaxed), 0};
    }
  };
  __extension__ using Wide = unsigned __int128;

  static Look lookAtBoth() {
    Look best{0, 0, UINT64_MAX};
    for (int tries = 0; tries < 3 && best.took > kTight / 8; ++tries) {
      const uint64_t before = Source::ticks();
      const uint64_t nanoseconds = Source::nanoseconds();
      const uint64_t took = Source::ticks() - before;
      if (took < best.took) best = {before + took / 2, nanoseconds, took};
    }
    return best;
  }

  static uint64_t paceOf(const Look& from, const Look& to) {
    const Wide nanoseconds = to.nanoseconds - from.nanoseconds;
    return static_cast<uint64_t>((nanoseconds << kPaceShift) / (to.ticks - from.ticks));
  }
  static uint64_t scaled(uint64_t ticks, uint64_t pace) {
    return static_cast<uint64_t>(Wide{ticks} * pace >> kPaceShift);
  }
  static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }

  /// The clock's time until the pace can be told. What is told from then on is a little late, rather than
  /// before what was told by the clock.
  [[gnu::noinline]] uint64_t learnPace() {
    const uint32_t version = version_.load(std::memory_order_acquire);
    const Look start = old_.load();
    if (Source::ticks() - start.ticks >= kFirstSpan) {
      const Look look = lookAtBoth();
      if (look.took <= kTight && change(version)) {
        since_.store(look.ticks, std::memory_order_release);
        base_.store(look.nanoseconds + look.took, std::memory_order_release);
        pace_.store(paceOf(start, look), std::memory_order_release);
        changed(version);
      }
    }
    const uint64_t nanoseconds = Source::nanoseconds();
    // The clock has been read by then.
    __builtin_ia32_lfence();
    return version == version_.load(std::memory_order_relaxed) ? nanoseconds : now();
  }

  // Nothing is held while it looks: who is interrupted there holds nobody up, and looks in vain.
  [[gnu::noinline]] uint64_t lookAgain() {
    for (int tries = 0; tries < kTries; ++tries) {
      const uint32_t version = version_.load(std::memory_order_acquire);
      if (version % 2 != 0) {
        __builtin_ia32_pause();
        continue;
      }
      const Look look = lookAtBoth();
      if (look.took > kTight) continue;
      takeUp(look, version);
      return now();
    }
    return Source::nanoseconds();
  }

  /// Does nothing when somebody else was first.
  void takeUp(const Look& look, uint32_t version) {
    const Look old = old_.load();
    const Look young = young_.load();
    const uint64_t since = since_.load(std::memory_order_relaxed);
    const uint64_t base = base_.load(std::memory_order_relaxed);
    const uint64_t pace = pace_.load(std::memory_order_relaxed);
    const uint64_t passed = look.ticks - since;
    if (passed < kWindow || !change(version)) return;
    uint64_t new_pace = paceOf(old, look);
    if (isUnsteady(look, passed, base + scaled(passed, pace), pace, new_pace)) {
      runs_.store(false, std::memory_order_release);
      new_pace = 0;
    }
    // Nobody was told a later time than the end of the window.
    const uint64_t new_base = later(look.nanoseconds, base + scaled(kWindow, pace));
    // What it is ahead of the clock it loses again up to the next look.
    const auto slower = static_cast<uint64_t>((Wide{new_base - look.nanoseconds} << kPaceShift) / kWindow);
    since_.store(look.ticks, std::memory_order_release);
    base_.store(new_base, std::memory_order_release);
    pace_.store(new_pace - (slower < new_pace / 2 ? slower : new_pace / 2), std::memory_order_release);
    if (look.ticks - young.ticks > kLongSpan) {
      old_.store(young);
      young_.store(look);
    }
    changed(version);
  }

  static bool isUnsteady(const Look& look, uint64_t passed, uint64_t told, uint64_t pace, uint64_t new_pace) {
    const uint64_t change = pace > new_pace ? pace - new_pace : new_pace - pace;
    if (change > pace / 8) return true;
    if (passed > 16 * kWindow) return false;
    const uint64_t off = told > look.nanoseconds ? told - look.nanoseconds : look.nanoseconds - told;
    return off > kMostOff;
  }

  bool change(uint32_t version) {
    return version % 2 == 0 &&
           version_.compare_exchange_strong(version, version + 1, std::memory_order_acq_rel);
  }
  void changed(uint32_t version) { version_.store(version + 2, std::memory_order_release); }

  // What every time is told from, in one cache line.
  alignas(64) std::atomic<uint32_t> version_{0};  ///< odd: the rest is being changed
  std::atomic<bool> runs_{false};
  // Who reads what was written during a change reads the odd version after it.
  std::atomic<uint64_t> since_{0};  ///< ticks at the look
  std::atomic<uint64_t> base_{0};   ///< nanoseconds at the look
  std::atomic<uint64_t> pace_{0};   ///< nanoseconds a tick, times 2^32; 0: the sure clock is asked
  // Looks from which the pace is told.
  Point old_;
  Point young_;
};

}  // namespace slabscope::preload
