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

// What rounds to zero has no sign: "-0.0" would tell of a loss that is not there to be read.
std::string signOf(double value, const std::string& words, const std::string& zero) {
  return words == zero ? "" : value < 0 ? "-" : "+";
}

}  // namespace

std::string valueInWords(double value, Unit unit) {
  const std::string words = unsignedInWords(std::fabs(value), unit);
  return (value < 0 ? signOf(value, words, unsignedInWords(0, unit)) : "") + words;
}

std::string deltaInWords(double delta, Unit unit) {
  if (unit == Unit::kShare) {
    // "+10 %" of a share would read as a tenth more of it.
    const std::string points = fmt::format("{:.2f}", std::fabs(delta) * 100);
    return signOf(delta, points, "0.00") + points + " pp";
  }
  const std::string words = unsignedInWords(std::fabs(delta), unit);
  return signOf(delta, words, unsignedInWords(0, unit)) + words;
}

std::string relativeInWords(double before, double after) {
  if (before == after) return "same";
  if (before == 0) return "new";
  const double percent = (after - before) / before * 100;
  const std::string words = fmt::format("{:.1f}", std::fabs(percent));
  if (words == "0.0") return "0 %";
  return (percent < 0 ? "-" : "+") + words + " %";
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
