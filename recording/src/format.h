// SPDX-License-Identifier: Apache-2.0
// The numbers of the format, and what a reader believes at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace slabscope::recording {

constexpr uint32_t kFormat = 1;
// Of a file that begins with what was alive when older detail was dropped: its stores and slices have ids
// that a reader of format 1 would not find.
constexpr uint32_t kCappedFormat = 2;
constexpr uint32_t kNewestFormat = kCappedFormat;
constexpr std::string_view kMagic = "slabscope\n";

// A batch of the writer stays far below these, whatever is in it. A damaged or hostile file costs no more
// memory than a few times kMaxUnpackedBytes.
constexpr uint64_t kMaxFrameBytes = 256ULL << 20;
constexpr uint64_t kMaxUnpackedBytes = 64ULL << 20;
constexpr uint64_t kMaxEventsPerBatch = 1ULL << 20;

// What the writer puts into one batch besides events before it closes it.
constexpr uint64_t kMaxDefinitionBytes = 8ULL << 20;
constexpr size_t kMaxStringBytes = 1U << 20;

constexpr int kCompressionLevel = 3;
// It takes twice the time: for batches whose events came so slowly that this is half a percent of it.
constexpr int kThoroughCompressionLevel = 5;
constexpr uint64_t kFewEventsPerSecond = 250'000;

}  // namespace slabscope::recording
