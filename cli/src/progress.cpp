// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "words.h"

namespace slabscope::cli {
namespace {

constexpr uint64_t kBarWidth = 30;
constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

std::string progressText(uint64_t events, uint64_t total) {
  if (total == 0) return counted(events, "event");
  const double part = std::min(1.0, static_cast<double>(events) / static_cast<double>(total));
  const auto filled = static_cast<uint64_t>(part * static_cast<double>(kBarWidth));
  return fmt::format("[{:#<{}}{:.<{}}] {:3} %", "", filled, "", kBarWidth - filled,
                     static_cast<int>(part * 100));
}

ProgressLine::ProgressLine(std::string doing, uint64_t total)
    : doing_(std::move(doing)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      due_(Clock::now() + std::chrono::seconds(1)) {}

ProgressLine::~ProgressLine() {
  if (shown_) fmt::print(stderr, "{}", kEraseLine);
}

void ProgressLine::update(uint64_t events) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now < due_) return;
  due_ = now + std::chrono::milliseconds(100);
  shown_ = true;
  fmt::print(stderr, "{}slabscope: {} {}", kEraseLine, doing_, progressText(events, total_));
  std::fflush(stderr);
}

analysis::Progress ProgressLine::callback() {
  return [this](uint64_t events) { update(events); };
}

}  // namespace slabscope::cli
