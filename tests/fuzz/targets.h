// SPDX-License-Identifier: Apache-2.0
// What is fed with bytes that nobody vouches for. Each target returns whatever the bytes are: that it
// crashes, runs for ever or takes memory without bound is what is looked for. libFuzzer drives them, and the
// unit test runs them over the corpora.
#pragma once

#include <string_view>

namespace slabscope::fuzz {

/// A recording, through the reader, every analysis that goes through its events, and `anonymize`. Ends the
/// program where the copy is not as whole as the recording.
void reader(std::string_view bytes);
/// A condition of `diff --fail-if`.
void failIf(std::string_view text);
/// A source map, and the same bytes as the program that it belongs to.
void sourceMap(std::string_view text);
/// What a process does to the memory that it shares with the collector: see shared_memory_target.cpp. Ends
/// the program where the recording that comes out is not a sound one.
void sharedMemory(std::string_view script);

}  // namespace slabscope::fuzz
