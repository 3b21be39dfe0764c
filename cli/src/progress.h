// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// A line on stderr that says how far long work is: only on a terminal, only after a second, gone when the
/// work is.
class ProgressLine {
 public:
  /// `total` events are to come; 0: not known.
  ProgressLine(std::string doing, uint64_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void update(uint64_t events);
  /// For analysis; must not outlive this.
  analysis::Progress callback();

 private:
  using Clock = std::chrono::steady_clock;
  std::string doing_;
  uint64_t total_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point due_;
};

/// Calls work(progress) behind such a line, and returns what that does.
template <class Work>
auto withProgress(const char* doing, uint64_t total, Work work) {
  ProgressLine progress(doing, total);
  return work(progress.callback());
}

/// "[#####.....]  50 %", or "1,234 events" when the total is not known.
std::string progressText(uint64_t events, uint64_t total);

}  // namespace slabscope::cli
