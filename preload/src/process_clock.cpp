// SPDX-License-Identifier: Apache-2.0
#include "process_clock.h"

#include <cpuid.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "capability.h"
#include "fast_ways.h"

namespace slabscope::preload {

constinit TickClock<ProcessorTicks> process_clock{};

namespace {

constexpr const char* kFastClock = "fast-clock";
constinit const char* problem = nullptr;
/// What tellClock() told last.
enum class Told : uint8_t { kNothing, kFast, kNot };
constinit std::atomic<Told> told{Told::kNothing};

/// Whether the counter goes on at one pace, whatever the processor does.
bool isInvariant() {
  constexpr unsigned kPowerManagement = 0x80000007;
  constexpr unsigned kInvariantCounter = 1 << 8;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(kPowerManagement, &a, &b, &c, &d) != 0 && (d & kInvariantCounter) != 0;
}

/// Whether the kernel's clock is told from the counter: then it has found it the same on all processors.
bool isTrustedByKernel() {
  constexpr char kTrusted[] = "tsc\n";
  char name[16];
  int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t bytes = read(file, name, sizeof name);
  close(file);
  return bytes == sizeof kTrusted - 1 && std::memcmp(name, kTrusted, sizeof kTrusted - 1) == 0;
}

/// A process may have asked to be killed where it reads the counter.
bool mayBeRead() {
  int mode = 0;
  return prctl(PR_GET_TSC, &mode) == 0 && mode == PR_TSC_ENABLE;
}

}  // namespace

void initialiseClock() {
  if (!isWayWanted(kFastClock)) {
    problem = "switched off by SLABSCOPE_WITHOUT";
  } else if (!isInvariant() || !mayBeRead() || !isTrustedByKernel()) {
    problem = "the processor's counter is not what this kernel tells the time from";
  } else {
    process_clock.start();
  }
}

void tellClock() {
  const bool fast = process_clock.runs();
  const Told news = fast ? Told::kFast : Told::kNot;
  if (told.exchange(news, std::memory_order_relaxed) == news) return;
  const char* why = problem != nullptr ? problem : "the processor's counter did not keep pace with the clock";
  tellCapability(kFastClock, fast, why);
}

}  // namespace slabscope::preload
