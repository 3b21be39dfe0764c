// SPDX-License-Identifier: Apache-2.0
// Writes random definitions and events of every kind and keeps them as plain vectors, and reads a whole file
// into the same form.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "slabscope/recording/reader.h"
#include "slabscope/recording/writer.h"

namespace slabscope::recording {

struct Content {
  std::vector<std::string> strings;
  std::vector<Frame> frames;
  std::vector<StackNode> stacks;
  std::vector<Event> events;
};

struct ReadBack {
  Content content;
  std::vector<size_t> batch_events;  ///< events per batch
  Integrity integrity;
  std::optional<Footer> footer;
};

/// Whether `part` holds what `whole` begins with.
bool isPrefix(const Content& part, const Content& whole);

class RandomRecording {
 public:
  RandomRecording(Writer& writer, unsigned seed) : writer_(writer), random_(seed) {}

  /// Defines something now and then, and adds one event.
  void step();
  const Content& written() const { return content_; }

 private:
  void define();
  Event randomEvent();
  StoreAlloc randomStore();
  uint64_t upTo(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random_); }
  uint32_t smallNumber() { return static_cast<uint32_t>(upTo(5)); }
  /// Often small, sometimes any 64 bits: the extremes of every delta.
  uint64_t anyNumber();
  template <class Id, class T>
  Id oneOf(const std::vector<T>& all) {
    return {static_cast<uint32_t>(upTo(all.size()))};
  }

  Writer& writer_;
  std::mt19937_64 random_;
  Content content_;
  uint64_t stores_ = 0;
  uint64_t slices_ = 0;
  Nanoseconds t_ = 0;
};

/// A finished recording of `batches` batches of `events` each.
Content writeRandom(const std::string& path, unsigned seed, int batches, int events,
                    const SnapshotSpacing& spacing = {});

/// Nothing when it cannot be opened.
std::optional<ReadBack> readBack(const std::string& path);

}  // namespace slabscope::recording
