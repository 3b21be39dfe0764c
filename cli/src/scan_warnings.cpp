// SPDX-License-Identifier: Apache-2.0
#include "scan_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "source_map_words.h"
#include "words.h"

namespace slabscope::cli {
namespace {

std::string lossesOf(const analysis::Scan& scan) {
  std::string lost;
  if (scan.lost_events != 0) {
    lost = fmt::format("{} between {} and {}: what follows is not exact",
                       counted(scan.lost_events, "lost event"), secondsInWords(scan.losses.front().t),
                       secondsInWords(scan.losses.back().until));
  }
  const std::string end = scan.complete() ? "" : analysis::endInWords(scan);
  if (lost.empty() && end.empty()) return {};
  return fmt::format("! {}{}{}\n", lost, !lost.empty() && !end.empty() ? "; " : "", end);
}

std::string pausesOf(const analysis::Scan& scan) {
  std::string when;
  for (const analysis::PausedRange& pause : scan.pauses) {
    when += fmt::format("{}{} to {}", when.empty() ? "" : ", ", secondsInWords(pause.from),
                        secondsInWords(pause.until));
  }
  if (when.empty()) return {};
  return fmt::format(
      "! recording was paused from {}: stores made then have no caller, slices cut then are missing\n", when);
}

std::string optionsOf(const recording::Header& header) {
  std::string lines;
  if (!header.slices) {
    lines +=
        "! slices were not recorded (--no-slices): nothing is known of what lives in the slabs, and who "
        "holds "
        "them\n";
  }
  if (header.slices && !header.liveness) {
    lines +=
        "! deaths of slices were not recorded (--no-liveness): live means ever cut from a slab that is "
        "alive\n";
  }
  if (header.stack_depth == 0) lines += "! callers were not recorded (--stacks=off)\n";
  return lines;
}

// What optionsOf() has said of already.
bool isSwitchedOff(const recording::Header& header, std::string_view capability) {
  if (capability == "slices") return !header.slices;
  if (capability == "liveness") return !header.slices || !header.liveness;
  return capability == "stacks" && header.stack_depth == 0;
}

// Of what an unfinished or curtailed recording leaves out, what the figures rest on.
std::string missingIn(const analysis::Scan& scan) {
  static constexpr std::array<std::string_view, 8> kMatters = {
      "stores",      "slices",        "liveness",    "stacks",
      "store-moves", "worker-agents", "wasm-stores", "resizable-stores"};
  std::string lines;
  for (const recording::Capability& one : scan.definitions.capabilities()) {
    const bool matters = std::find(kMatters.begin(), kMatters.end(), one.name) != kMatters.end();
    if (matters && !one.present && !isSwitchedOff(scan.header, one.name)) {
      lines += fmt::format("! missing: {}{}{}\n", printable(one.name), one.detail.empty() ? "" : ": ",
                           printable(one.detail));
    }
  }
  return lines;
}

}  // namespace

const char* unknownHolderInWords(const analysis::Scan& scan) {
  return scan.knowsSlices() ? "(no live slice: holder unknown)" : "(slices not recorded: holder unknown)";
}

std::string scanWarnings(const analysis::Scan& scan) {
  std::string lines = lossesOf(scan);
  if (scan.hasDropped()) {
    lines +=
        fmt::format("! detail before {} was dropped (--max-size): {}; totals are kept, see info\n",
                    secondsInWords(scan.header.dropped.until), counted(scan.header.dropped.events, "event"));
  }
  lines += pausesOf(scan) + optionsOf(scan.header);
  if (const std::string maps = sourceMapWarning(scan.source_maps); !maps.empty()) lines += "! " + maps + "\n";
  return lines + missingIn(scan);
}

}  // namespace slabscope::cli
