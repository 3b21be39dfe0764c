// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <algorithm>
#include <system_error>

#include "format.h"

namespace slabscope::recording {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byteAt(std::string_view text, size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// Bytes of the well-formed sequence at `i`; 0 when there is none (overlong forms and surrogates are not).
size_t sequenceLength(std::string_view text, size_t i) {
  const unsigned lead = byteAt(text, i);
  if (lead < 0x80) return 1;
  size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() - i < length) return 0;
  if (byteAt(text, i + 1) < low || byteAt(text, i + 1) > high) return 0;
  for (size_t k = 2; k < length; ++k) {
    if ((byteAt(text, i + k) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string toUtf8(std::string_view text) {
  std::string out;
  out.reserve(std::min(text.size(), kMaxStringBytes));
  for (size_t i = 0; i < text.size();) {
    const size_t length = sequenceLength(text, i);
    const std::string_view piece = length == 0 ? kReplacement : text.substr(i, length);
    if (out.size() + piece.size() > kMaxStringBytes) break;
    out.append(piece);
    i += std::max<size_t>(length, 1);
  }
  return out;
}

std::string printable(std::string_view path) {
  std::string out(path);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return out;
}

std::string errorText(int error) {
  return std::generic_category().message(error);
}

std::string counted(uint64_t count, std::string_view noun, std::string_view plural) {
  std::string out = std::to_string(count) + " ";
  out.append(noun);
  if (count != 1) out.append(plural);
  return out;
}

}  // namespace slabscope::recording
