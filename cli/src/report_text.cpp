// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>

#include "report.h"
#include "report_tables.h"
#include "scan_warnings.h"
#include "slabscope/analysis/advice_words.h"
#include "words.h"
#include "wrapped.h"

namespace slabscope::cli {
namespace {

using analysis::InstantReport;

class Text {
 public:
  template <class... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Parts>(parts)...);
    text_ += '\n';
  }
  void add(const std::string& lines) { text_ += lines; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + printable(word);
  return text;
}

constexpr const char* kUnknown = "not known";

// A line of the totals: a label and a value for each instant.
template <class Value>
void addFigure(const Report& report, const char* label, Value value, Text& text) {
  std::string line = fmt::format("  {:<24}", label);
  for (const InstantReport& instant : report.instants) line += fmt::format("{:>16}", value(instant));
  text.line("{}", line);
}

void addSlabs(const Report& report, const char* label, analysis::SlabFigures InstantReport::*kind,
              Text& text) {
  bool any = false;
  for (const InstantReport& instant : report.instants) any = any || (instant.*kind).slabs != 0;
  if (!any) return;
  const auto figure = [&](const char* what, auto value) {
    addFigure(
        report, what, [&](const InstantReport& one) { return value(one.*kind); }, text);
  };
  figure(label, [](const auto& slabs) { return countInWords(slabs.slabs); });
  figure("  their bytes", [](const auto& slabs) { return bytesInWords(slabs.bytes); });
  const bool knows = report.scan.knowsSlices();
  figure("  in live slices",
         [&](const auto& slabs) { return knows ? bytesInWords(slabs.live_bytes) : kUnknown; });
  figure("  utilisation", [&](const auto& slabs) {
    return knows ? fmt::format("{:.2f} %", slabs.utilisation() * 100) : kUnknown;
  });
}

void addTotals(const Report& report, Text& text) {
  addFigure(
      report, "", [](const InstantReport& one) { return "at " + printable(one.at.name); }, text);
  addFigure(
      report, "time", [](const InstantReport& one) { return secondsInWords(one.at.instant.t); }, text);
  addFigure(
      report, "stores alive", [](const InstantReport& one) { return countInWords(one.totals.stores); }, text);
  addFigure(
      report, "  their bytes", [](const InstantReport& one) { return bytesInWords(one.totals.store_bytes); },
      text);
  const bool knows = report.scan.knowsSlices();
  addFigure(
      report, "slices alive",
      [&](const InstantReport& one) { return knows ? countInWords(one.totals.slices) : kUnknown; }, text);
  addSlabs(report, "pool slabs", &InstantReport::pool, text);
  addSlabs(report, "native-pool slabs", &InstantReport::native_pool, text);
}

void addMemory(const analysis::Scan& scan, Text& text) {
  std::string line = "  memory: ";
  line += scan.rss_max == 0 ? "RSS unknown" : fmt::format("largest RSS seen {}", bytesInWords(scan.rss_max));
  if (scan.last_memory)
    line += fmt::format(", arrayBuffers {} when last told", bytesInWords(scan.last_memory->array_buffers));
  text.line("{}", line);

  std::string kinds;
  for (size_t kind = 0; kind < scan.collections.size(); ++kind) {
    const analysis::Collections& all = scan.collections[kind];
    if (all.count == 0) continue;
    kinds +=
        fmt::format("{}{} {} ({})", kinds.empty() ? "" : ", ", countInWords(all.count),
                    recording::toString(static_cast<recording::GcKind>(kind)), durationInWords(all.duration));
  }
  text.line("  collections: {}", kinds.empty() ? "none" : kinds);
}

// Each isolate collects for itself; that of the main one is the one that is told.
const char* ofWhichIsolate(const analysis::Scan& scan) {
  return scan.counts.isolate_start > 1 ? " of the main isolate" : "";
}

// Not collected is not the same as reachable.
void addCertainty(const analysis::Scan& scan, const InstantReport& instant, Text& text) {
  const uint64_t slices = instant.pool.slices + instant.native_pool.slices;
  const uint64_t young = instant.pool.young_slices + instant.native_pool.young_slices;
  if (!instant.last_full_collection) {
    text.line("  last full collection{}: none before the {}; {} may be garbage not yet collected",
              ofWhichIsolate(scan), printable(instant.at.name),
              scan.knowsSlices() ? "live slices" : "what is alive");
    return;
  }
  if (!scan.knowsSlices()) {
    text.line("  last full collection{}: {}", ofWhichIsolate(scan),
              secondsInWords(*instant.last_full_collection));
    return;
  }
  text.line("  last full collection{}: {}; {} of {} live slices {} born since{} and may be garbage",
            ofWhichIsolate(scan), secondsInWords(*instant.last_full_collection), countInWords(young),
            countInWords(slices), young == 1 ? "was" : "were",
            scan.counts.isolate_start > 1 ? " that of their isolate" : "");
}

void addAdvice(const Report& report, Text& text) {
  constexpr size_t kWidth = 98;
  if (report.advice.empty()) {
    text.line("Advice: none, {}",
              report.instants.front().last_full_collection
                  ? std::string(analysis::canAdviseOnSlices(report.scan)
                                    ? "nothing here reaches a threshold"
                                    : "nothing here reaches a threshold; of slices too little is known")
                  : fmt::format("no full collection{} has shown what survives", ofWhichIsolate(report.scan)));
    return;
  }
  text.line("Advice");
  for (const analysis::Advice& one : report.advice)
    text.line("{}", wrapped("  * " + adviceInWords(report.scan, one), kWidth, 4));
}

}  // namespace

std::string reportText(const Report& report) {
  const analysis::Scan& scan = report.scan;
  Text text;
  text.line("{}", printable(scan.path));
  text.line("  {}", scan.header.arguments_left_out ? "(arguments left out)" : joined(scan.header.argv));
  const std::string pool = scan.definitions.runtime("pool_size");
  text.line("  node {}, pid {}, {}{}", printable(scan.definitions.runtime("node")), scan.header.pid,
            secondsInWords(scan.duration), pool.empty() ? "" : ", pool size " + printable(pool) + " bytes");
  text.add(scanWarnings(scan));
  if (scan.hasDroppedPeak()) {
    const recording::Dropped& dropped = scan.header.dropped;
    text.line("! the highest peak, {} at {}, is in what was dropped; the one shown is the highest since",
              bytesInWords(dropped.peak_stores.bytes), secondsInWords(dropped.peak_t));
  }
  text.line("");
  addTotals(report, text);
  text.line("");
  addMemory(scan, text);
  addCertainty(scan, report.instants.front(), text);
  text.line("");
  text.line("{}", holdersTable(report));
  text.line("{}", callersTable(report));
  addAdvice(report, text);
  return text.take();
}

}  // namespace slabscope::cli
