// SPDX-License-Identifier: Apache-2.0
// Numbers and names as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// "12 B", "4.8 KiB", "62.5 MiB": binary units, one decimal.
std::string bytesInWords(uint64_t bytes);
/// "1,234,567"
std::string countInWords(uint64_t count);
/// "1.234 s", "35.2 ms", "12 us"
std::string durationInWords(recording::Nanoseconds duration);
/// "3.201 s"
std::string secondsInWords(recording::Nanoseconds t);
/// "1 slice", "2 slices"
std::string counted(uint64_t count, std::string_view noun);

/// "94.1 %": of the whole; "-" of nothing.
std::string shareInWords(uint64_t part, uint64_t whole);
/// "12.3x", "1,676x": how many times `part` is in `whole`; "-" where it is 0.
std::string factorInWords(uint64_t whole, uint64_t part);

/// For one line of a terminal: control characters, which a name in a recording may hold, become '?'.
std::string printable(std::string_view text);

/// A path as it is best read: relative to `directory` where it lies below it; of a long one, the end.
std::string shortPath(std::string_view path, std::string_view directory);

/// "keep  examples/slab-retention.js:12:18": function and place of a call, or "(no stack)" for frame 0. Of
/// machine code the function without its parameters and the module without its directory.
std::string callerInWords(const recording::Definitions& definitions, recording::FrameId id,
                          std::string_view directory);

}  // namespace slabscope::analysis
