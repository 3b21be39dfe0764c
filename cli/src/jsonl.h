// SPDX-License-Identifier: Apache-2.0
// A recording as JSON Lines: one object per line, definitions before their use, events in the order of their
// time.
#pragma once

#include <fmt/format.h>

#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::cli {

/// The version of the lines' form, in the first of them.
inline constexpr int kJsonlFormat = 1;

class JsonlWriter {
 public:
  /// `scan` is that of the whole recording: the first line and the kinds of the stores need its end. Both
  /// must outlive this. Lines are appended to `out`.
  JsonlWriter(const analysis::Scan& scan, fmt::memory_buffer& out);

  /// The first line.
  void writeRecording();
  /// The line of an event, after those of the definitions that it is the first to use. Events that only
  /// slabscope itself needs have none.
  void write(const recording::Event& event);

 private:
  template <class Other>
  void on(const Other& /*not part of the contract*/) {}
  void on(const recording::StoreAlloc& event);
  void on(const recording::StoreFree& event);
  void on(const recording::StoreResize& event);
  void on(const recording::StoreMove& event);
  void on(const recording::Slice& event);
  void on(const recording::SliceFree& event);
  void on(const recording::Gc& event);
  void on(const recording::Memory& event);
  void on(const recording::Mark& event);
  void on(const recording::Lost& event);
  void on(const recording::IsolateStart& event);
  void on(const recording::IsolateEnd& event);
  void on(const recording::Pause& event);
  void on(const recording::Resume& event);

  void define(recording::StackId id);
  void define(recording::FrameId id);
  template <class Event>
  void writeIsolate(const char* type, const Event& event);

  const analysis::Scan& scan_;
  fmt::memory_buffer& out_;
  std::vector<bool> stacks_written_;
  std::vector<bool> frames_written_;
};

}  // namespace slabscope::cli
