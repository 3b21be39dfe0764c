// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/diff_words.h"

#include <fmt/format.h>

#include <cmath>

#include "slabscope/analysis/words.h"

namespace slabscope::analysis {
namespace {

std::string unsignedInWords(double value, Unit unit) {
  const auto rounded = static_cast<uint64_t>(std::llround(value));
  switch (unit) {
    case Unit::kBytes:
      return bytesInWords(rounded);
    case Unit::kNanoseconds:
      return durationInWords(rounded);
    case Unit::kShare:
      return fmt::format("{:.2f} %", value * 100);
    case Unit::kRatio:
      return fmt::format("{:.1f}x", value);
    case Unit::kCount:
      break;
  }
  return countInWords(rounded);
}

std::string positionOf(const CallerPlace& place) {
  return place.line == 0 ? std::string() : fmt::format(":{}:{}", place.line, place.column);
}

}  // namespace

std::string valueInWords(double value, Unit unit) {
  return (value < 0 ? "-" : "") + unsignedInWords(std::fabs(value), unit);
}

std::string deltaInWords(double delta, Unit unit) {
  // "+10 %" of a share would read as a tenth more of it.
  if (unit == Unit::kShare) return fmt::format("{:+.2f} pp", delta * 100);
  return (delta > 0 ? "+" : "") + valueInWords(delta, unit);
}

std::string relativeInWords(double before, double after) {
  if (before == after) return "same";
  if (before == 0) return "new";
  return fmt::format("{:+.1f} %", (after - before) / before * 100);
}

std::string placeInWords(const CallerChange& caller) {
  const CallerPlace& place = caller.place();
  if (place.function.empty() && place.file.empty()) return "(no stack)";
  std::string words = place.function.empty() ? "(anonymous)" : printable(place.function);
  if (!place.file.empty()) words += "  " + printable(place.file) + positionOf(place);
  const bool is_moved =
      caller.in_before && caller.in_after &&
      (caller.before.line != caller.after.line || caller.before.column != caller.after.column);
  if (is_moved) words += fmt::format(" (was {}:{})", caller.before.line, caller.before.column);
  return words;
}

std::string whyNotComparable(const Diff& diff) {
  const RunFigures& before = diff.before.front();
  const RunFigures& after = diff.after.front();
  if (before.program == after.program || diff.commonCallers() != 0) return {};
  return fmt::format("{} is of {} and {} of {}, and no caller is in both: give two recordings of one program",
                     printable(before.path), printable(before.program), printable(after.path),
                     printable(after.program));
}

}  // namespace slabscope::analysis
