// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace slabscope::analysis {
namespace {

constexpr size_t kLongPath = 60;      // bytes
constexpr size_t kLongFunction = 60;  // characters

// "f(int) const" → "f": from the parenthesis that the last one closes. What has none is a name already.
std::string_view withoutParameters(std::string_view signature) {
  size_t depth = 0;
  for (size_t at = signature.size(); at > 0; --at) {
    const char c = signature[at - 1];
    if (c == ')') ++depth;
    if (c == '(' && depth > 0 && --depth == 0) return at > 1 ? signature.substr(0, at - 1) : signature;
  }
  return signature;
}

}  // namespace

std::string bytesInWords(uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  // Not "1024.0 KiB": what would be rounded up to it is told in the next unit.
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

std::string countInWords(uint64_t count) {
  const std::string digits = fmt::format("{}", count);
  std::string words;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) words += ',';
    words += digits[i];
  }
  return words;
}

std::string durationInWords(recording::Nanoseconds duration) {
  const auto ns = static_cast<double>(duration);
  if (duration >= 1'000'000'000) return fmt::format("{:.3f} s", ns / 1e9);
  if (duration >= 1'000'000) return fmt::format("{:.1f} ms", ns / 1e6);
  return fmt::format("{:.0f} us", ns / 1e3);
}

std::string secondsInWords(recording::Nanoseconds t) {
  return fmt::format("{:.3f} s", static_cast<double>(t) / 1e9);
}

std::string counted(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", countInWords(count), noun, count == 1 ? "" : "s");
}

std::string shareInWords(uint64_t part, uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string factorInWords(uint64_t whole, uint64_t part) {
  if (part == 0) return "-";
  const double factor = static_cast<double>(whole) / static_cast<double>(part);
  return factor < 99.95 ? fmt::format("{:.1f}x", factor)
                        : countInWords(static_cast<uint64_t>(std::llround(factor))) + "x";
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return out;
}

std::string shortPath(std::string_view path, std::string_view directory) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  if (!directory.empty() && path.size() > directory.size() + 1 && path.starts_with(directory) &&
      path[directory.size()] == '/') {
    path.remove_prefix(directory.size() + 1);
  }
  if (path.size() > kLongPath) {
    const size_t slash = path.find('/', path.size() - kLongPath);
    if (slash != std::string_view::npos) return "…" + printable(path.substr(slash));
  }
  return printable(path);
}

std::string callerInWords(const recording::Definitions& definitions, recording::FrameId id,
                          std::string_view directory) {
  if (!id) return "(no stack)";
  const recording::Frame& frame = definitions.frame(id);
  const bool native = frame.kind == recording::FrameKind::kNative;
  std::string_view function = definitions.string(frame.function);
  if (native) function = withoutParameters(function);
  std::string words =
      function.empty() ? "(anonymous)" : fmt::format("{:.{}}", printable(function), kLongFunction);
  std::string_view file = definitions.string(frame.file);
  if (file.empty()) return words;
  if (native) file.remove_prefix(file.rfind('/') + 1);
  words += "  " + shortPath(file, directory);
  if (frame.line != 0) words += fmt::format(":{}", frame.line);
  if (frame.line != 0 && frame.column != 0) words += fmt::format(":{}", frame.column);
  return words;
}

}  // namespace slabscope::analysis
