// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <utility>

#include "info.h"
#include "words.h"

namespace slabscope::cli {
namespace {

constexpr size_t kLossesShown = 5;

class Lines {
 public:
  void add(std::string_view label, const std::string& value) {
    fmt::format_to(std::back_inserter(text_), "  {:<14}{}\n", label, value);
  }
  std::string take() { return std::move(text_); }
  explicit Lines(std::string title) : text_(std::move(title) + "\n") {}

 private:
  std::string text_;
};

std::string commandOf(const recording::Header& header) {
  std::string command;
  for (const std::string& argument : header.argv)
    command += (command.empty() ? "" : " ") + printable(argument);
  if (header.arguments_left_out) return command + (command.empty() ? "" : " ") + "(arguments left out)";
  return command.empty() ? "(not recorded)" : command;
}

std::string startOf(const recording::Header& header) {
  const auto seconds = static_cast<std::time_t>(header.start_unix_ns / 1'000'000'000);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
}

void addCapabilities(const recording::Definitions& definitions, Lines& lines) {
  std::string present;
  for (const recording::Capability& one : definitions.capabilities()) {
    if (one.present) present += (present.empty() ? "" : ", ") + printable(one.name);
  }
  if (!present.empty()) lines.add("capabilities", present);
  for (const recording::Capability& one : definitions.capabilities()) {
    if (one.present) continue;
    lines.add("missing", printable(one.name) + (one.detail.empty() ? "" : ": " + printable(one.detail)));
  }
}

void addCounts(const analysis::EventCounts& counts, Lines& lines) {
  const auto show = [&](const char* label, uint64_t born, const char* died_word, uint64_t died) {
    lines.add(label, fmt::format("{:>14}   {} {}", countInWords(born), countInWords(died), died_word));
  };
  const auto count = [&](const char* label, uint64_t value) {
    if (value != 0) lines.add(label, fmt::format("{:>14}", countInWords(value)));
  };
  show("  stores", counts.store_alloc, "freed", counts.store_free);
  show("  slices", counts.slice, "freed", counts.slice_free);
  count("  resizes", counts.store_resize);
  count("  moves", counts.store_move);
  count("  kinds", counts.store_kind);
  count("  collections", counts.gc);
  count("  memory", counts.memory);
  count("  rss", counts.process_rss);
  count("  marks", counts.mark);
  count("  losses", counts.lost);
  show("  isolates", counts.isolate_start, "ended", counts.isolate_end);
}

void addSnapshots(const recording::Integrity& integrity, Lines& lines) {
  if (integrity.snapshots == 0) return lines.add("snapshots", "none");
  lines.add("snapshots", fmt::format("{:>14}   {:.1f} % of the file", countInWords(integrity.snapshots),
                                     100 * static_cast<double>(integrity.snapshot_bytes) /
                                         static_cast<double>(integrity.file_bytes)));
}

void addLosses(const analysis::Scan& scan, Lines& lines) {
  lines.add("lost", counted(scan.lost_events, "lost event"));
  size_t shown = 0;
  for (const recording::Lost& lost : scan.losses) {
    if (++shown > kLossesShown) {
      lines.add("", fmt::format("… and {} (all with --json)",
                                counted(scan.losses.size() - kLossesShown, "more range")));
      break;
    }
    lines.add("", fmt::format("{} from {} to {}", countInWords(lost.count), secondsInWords(lost.t),
                              secondsInWords(lost.until)));
  }
}

void addLimit(const analysis::Scan& scan, Lines& lines) {
  if (scan.header.max_size == 0) return;
  const recording::Dropped& dropped = scan.header.dropped;
  lines.add("size limit", bytesInWords(scan.header.max_size) +
                              (scan.hasDropped() ? fmt::format(": {} before {} dropped, totals are kept",
                                                               counted(dropped.events, "event"),
                                                               secondsInWords(dropped.until))
                                                 : ", not reached"));
  if (!scan.hasDropped()) return;
  const auto show = [&](const char* label, const recording::Tally& born, const recording::Tally& died) {
    lines.add(label,
              fmt::format("{:>14} ({})   {} ({}) freed", countInWords(born.count), bytesInWords(born.bytes),
                          countInWords(died.count), bytesInWords(died.bytes)));
  };
  show("all stores", scan.traffic.stores, scan.traffic.freed_stores);
  show("all slices", scan.traffic.slices, scan.traffic.freed_slices);
  lines.add("peak",
            fmt::format("{} at {}", bytesInWords(dropped.peak_stores.bytes), secondsInWords(dropped.peak_t)) +
                " before that");
}

void addPauses(const analysis::Scan& scan, Lines& lines) {
  const char* label = "paused";
  for (const analysis::PausedRange& pause : scan.pauses) {
    lines.add(std::exchange(label, ""), fmt::format("from {} to {}: without callers and new slices",
                                                    secondsInWords(pause.from), secondsInWords(pause.until)));
  }
}

void addLossKinds(const recording::Footer& footer, Lines& lines) {
  const recording::Losses& losses = footer.losses;
  std::string kinds;
  const auto add = [&](uint64_t count, const char* what) {
    if (count != 0) kinds += (kinds.empty() ? "" : ", ") + countInWords(count) + " " + what;
  };
  add(losses.store_births, "births of stores");
  add(losses.store_deaths, "deaths of stores");
  add(losses.slice_births, "births of slices");
  add(losses.slice_deaths, "deaths of slices");
  add(losses.stacks, "stacks");
  add(losses.other, "others");
  if (!kinds.empty()) lines.add("", kinds);
  if (footer.unplaced_slices != 0)
    lines.add("left out", counted(footer.unplaced_slices, "slice") + " of stores whose birth was lost");
  if (footer.assumed_frees != 0)
    lines.add("assumed",
              counted(footer.assumed_frees, "death") + " of stores, when their address came again");
  if (footer.blocked_ns != 0) lines.add("waited", secondsInWords(footer.blocked_ns) + " for the collector");
}

void addVerification(const Info& info, Lines& lines) {
  const analysis::Verifier& verifier = *info.verifier;
  lines.add("batches", fmt::format("{} complete {}", countInWords(info.scan.integrity.batches),
                                   info.scan.integrity.batches == 1 ? "batch" : "batches"));
  lines.add("consistency", verifier.problemCount() == 0 ? "the events agree with one another"
                                                        : counted(verifier.problemCount(), "problem"));
  for (const std::string& problem : verifier.problems()) lines.add("", problem);
  if (verifier.problemCount() > verifier.problems().size()) {
    lines.add(
        "", fmt::format("… and {} more", countInWords(verifier.problemCount() - verifier.problems().size())));
  }
}

}  // namespace

std::string infoText(const Info& info) {
  const analysis::Scan& scan = info.scan;
  const recording::Header& header = scan.header;
  const recording::Integrity& integrity = scan.integrity;
  const auto orUnknown = [](const std::string& text) { return text.empty() ? "(unknown)" : printable(text); };

  Lines lines(printable(scan.path));
  lines.add("node", fmt::format("{} (V8 {})", orUnknown(scan.definitions.runtime("node")),
                                orUnknown(scan.definitions.runtime("v8"))));
  lines.add("process", fmt::format("pid {}, parent {}", header.pid, header.parent_pid));
  lines.add("command", commandOf(header));
  lines.add("directory", printable(header.working_directory));
  if (header.anonymized)
    lines.add("names", "pseudonyms: of files, and of what else anonymize was not told to keep");
  lines.add("started", startOf(header));
  lines.add("duration", secondsInWords(scan.duration));
  lines.add("pool size", scan.definitions.runtime("pool_size").empty()
                             ? "(unknown)"
                             : printable(scan.definitions.runtime("pool_size")) + " bytes");
  lines.add("stacks", header.stack_depth == 0 ? "off" : fmt::format("up to {} frames", header.stack_depth));
  addCapabilities(scan.definitions, lines);

  lines.add("events",
            fmt::format("{:>14}   in {}, {}, {:.1f} bytes an event", countInWords(integrity.events),
                        integrity.batches == 1 ? "1 batch" : countInWords(integrity.batches) + " batches",
                        bytesInWords(integrity.file_bytes),
                        integrity.events == 0 ? 0.0
                                              : static_cast<double>(integrity.file_bytes) /
                                                    static_cast<double>(integrity.events)));
  addSnapshots(integrity, lines);
  addCounts(scan.counts, lines);
  if (scan.unknown_events != 0) {
    lines.add("  unknown",
              fmt::format("{:>14}   of a newer slabscope; left out", countInWords(scan.unknown_events)));
  }
  lines.add("alive at end",
            fmt::format("{} ({}), {} ({})", counted(scan.at_end.stores, "store"),
                        bytesInWords(scan.at_end.store_bytes), counted(scan.at_end.slices, "slice"),
                        bytesInWords(scan.at_end.slice_bytes)));
  addLimit(scan, lines);
  addLosses(scan, lines);
  if (scan.footer) addLossKinds(*scan.footer, lines);
  addPauses(scan, lines);
  if (info.verifier != nullptr) addVerification(info, lines);
  lines.add("integrity", analysis::endInWords(scan));
  return lines.take();
}

}  // namespace slabscope::cli
