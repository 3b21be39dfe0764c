// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slabscope::recording {

/// `text` as a protobuf string may hold it: each byte that is not part of valid UTF-8 becomes U+FFFD, and
/// what is past kMaxStringBytes is cut off.
std::string toUtf8(std::string_view text);

/// A path for a message of one line: control characters become '?'.
std::string printable(std::string_view path);

/// What errno says, in words.
std::string errorText(int error);

/// "1 batch", "3 batches": `plural` is appended unless `count` is 1.
std::string counted(uint64_t count, std::string_view noun, std::string_view plural);

}  // namespace slabscope::recording
