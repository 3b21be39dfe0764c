// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/choose_instant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "slabscope/analysis/words.h"

namespace slabscope::analysis {
namespace {

using recording::Nanoseconds;

constexpr size_t kMarksNamedInError = 8;

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Error wrong(const Scan& scan, std::string_view text, const std::string& why) {
  return {scan.path + ": there is no instant '" + std::string(text) + "': " + why};
}

// The use number `wanted` (from 1) of the name.
std::optional<Instant> findMark(const Scan& scan, std::string_view name, uint64_t wanted) {
  for (const MarkPlace& mark : scan.marks) {
    if (scan.definitions.string(mark.name) == name && --wanted == 0) return mark.instant;
  }
  return std::nullopt;
}

std::string marksInWords(const Scan& scan) {
  std::vector<std::string> names;
  for (const MarkPlace& mark : scan.marks) {
    const std::string& name = scan.definitions.string(mark.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    if (names.size() > kMarksNamedInError) break;
  }
  if (names.empty()) return "the recording has no marks; give seconds, peak or end";
  std::string words = "the marks are ";
  for (size_t i = 0; i < names.size(); ++i) {
    words += i == kMarksNamedInError ? ", …" : (i == 0 ? "" : ", ") + names[i];
  }
  return words;
}

}  // namespace

Result<NamedInstant> chooseInstant(const Scan& scan, std::string_view text) {
  if (text == "peak") return NamedInstant{"peak", scan.peak};
  if (text == "end") return NamedInstant{"end", scan.end};

  if (const std::optional<double> number = parse<double>(text)) {
    const double t = *number * 1e9;
    if (!(*number >= 0)) return wrong(scan, text, "a time is seconds since the start, 0 or more");
    if (t > std::ceil(static_cast<double>(scan.duration) / 1e6) * 1e6) {
      return wrong(scan, text, "the recording ends at " + secondsInWords(scan.duration));
    }
    // Times are shown in milliseconds.
    const Nanoseconds kept_from = scan.hasDropped() ? scan.header.dropped.until : 0;
    const Nanoseconds shown_from = kept_from / 1'000'000 * 1'000'000;
    if (t < static_cast<double>(shown_from)) {
      return wrong(scan, text,
                   "detail is kept from " + secondsInWords(kept_from) + " to " +
                       secondsInWords(scan.duration) + ", the rest was dropped (--max-size)");
    }
    return NamedInstant{std::string(text), {std::max(kept_from, static_cast<Nanoseconds>(std::llround(t)))}};
  }

  if (const auto found = findMark(scan, text, 1)) return NamedInstant{std::string(text), *found};
  const size_t hash = text.rfind('#');
  if (hash != std::string_view::npos) {
    const auto use = parse<uint64_t>(text.substr(hash + 1));
    const std::string_view name = text.substr(0, hash);
    if (use && *use > 0) {
      if (const auto found = findMark(scan, name, *use)) return NamedInstant{std::string(text), *found};
      if (findMark(scan, name, 1)) return wrong(scan, text, "that mark was not set so often");
    }
  }
  std::string marks = marksInWords(scan);
  if (scan.header.dropped.marks != 0)
    marks += "; those before " + secondsInWords(scan.header.dropped.until) + " were dropped (--max-size)";
  return wrong(scan, text, marks);
}

}  // namespace slabscope::analysis
