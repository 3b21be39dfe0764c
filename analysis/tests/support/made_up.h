// SPDX-License-Identifier: Apache-2.0
// Recordings made up for tests.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"
#include "slabscope/recording/writer.h"

namespace slabscope::tests {

/// A writer that remembers what it wrote, with the ids that the file gives.
class Maker {
 public:
  explicit Maker(const std::string& path, const recording::Header& header = defaultHeader(),
                 const recording::SnapshotSpacing& spacing = {});

  static recording::Header defaultHeader();

  /// A JavaScript function of the file, called from nowhere or from `parent`.
  recording::StackId stack(const std::string& function, const std::string& file, uint32_t line,
                           uint32_t column, recording::StackId parent = {},
                           recording::FrameKind kind = recording::FrameKind::kJs);

  recording::StoreId alloc(uint64_t t, uint64_t size, recording::StoreKind kind,
                           recording::StackId stack = {});
  recording::SliceId slice(uint64_t t, recording::StoreId store, uint64_t offset, uint64_t length,
                           recording::StackId stack = {}, recording::SliceId parent = {});
  template <class Event>
  void add(const Event& event) {
    writer().add(event);
    events_.push_back(event);
  }
  void mark(uint64_t t, const std::string& name);

  recording::Writer& writer() { return *writer_; }
  const std::vector<recording::Event>& events() const { return events_; }
  /// Closes the batch.
  void flush();
  void finish(recording::EndKind end = recording::EndKind::kExit, int status = 0);

 private:
  std::unique_ptr<recording::Writer> writer_;
  std::vector<recording::Event> events_;
};

/// Writes a whole recording of about `count` events: slabs, stores, slices, views, deaths, resizes, moves,
/// kinds that are found out late, collections, marks, and a teardown. The events and stacks are the same for
/// the same seed.
void makeUpRandom(Maker& maker, uint32_t seed, size_t count);

}  // namespace slabscope::tests
