// SPDX-License-Identifier: Apache-2.0
// A recording of a program that never ran: what a server under load does with Buffers, as large as wanted and
// the same every time.
#pragma once

#include <cstdint>
#include <string>

#include "slabscope/recording/result.h"

namespace slabscope::bench {

struct Workload {
  uint64_t events = 10'000'000;     ///< about so many, the teardown included
  uint64_t live_objects = 300'000;  ///< stores and slices that are alive at the end, about
  uint64_t seconds = 50;            ///< of the program's time, about
};

/// Pool slabs of 64 KiB with slices and views, stores of their own, collections in which most of the young
/// die, memory figures, a mark every ten seconds of its time, and some 3,000 stacks about ten frames deep.
/// The error is that of a file that cannot be written.
Result<> makeRecording(const std::string& path, const Workload& workload);

}  // namespace slabscope::bench
