// SPDX-License-Identifier: Apache-2.0
#include "report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "scan_warnings.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using recording::FrameId;

constexpr size_t kInstants = 2;

// A caller, and its figures at the first instant; `bytes` at each.
struct Row {
  FrameId owner;
  std::array<uint64_t, kInstants> bytes{};
  uint64_t live = 0;
  uint64_t count = 0;

  uint64_t most() const { return std::max(bytes[0], bytes[1]); }
};

struct Rows {
  std::vector<Row> shown;
  Row rest;
  size_t left_out = 0;
};

Rows choose(const std::map<FrameId, Row>& by_owner, size_t top) {
  std::vector<Row> rows;
  rows.reserve(by_owner.size());
  for (const auto& [owner, row] : by_owner) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.most() > b.most(); });
  Rows chosen;
  for (size_t i = top; i < rows.size(); ++i) {
    for (size_t k = 0; k < kInstants; ++k) chosen.rest.bytes[k] += rows[i].bytes[k];
    chosen.rest.live += rows[i].live;
    chosen.rest.count += rows[i].count;
    ++chosen.left_out;
  }
  rows.resize(std::min(top, rows.size()));
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.bytes > b.bytes; });
  chosen.shown = std::move(rows);
  return chosen;
}

// The columns of bytes, one for each instant.
std::string bytesColumns(const Report& report, const std::array<uint64_t, kInstants>& bytes) {
  std::string columns;
  for (size_t k = 0; k < report.instants.size(); ++k)
    columns += fmt::format("{:>12}", bytesInWords(bytes[k]));
  return columns;
}

// `middle` heads the columns that are told of the first instant only, `words` names them.
std::string header(const Report& report, const std::string& title, const std::string& middle,
                   const std::string& words) {
  if (report.instants.size() == 1) return fmt::format("{}\n{:>12}{}  caller\n", title, "bytes", middle);
  std::string columns;
  for (const analysis::InstantReport& instant : report.instants)
    columns += fmt::format("{:>12}", "at " + instant.at.name);
  return fmt::format("{}\n({} and the order are those at {})\n{}{}  caller\n", title, words,
                     report.instants.front().at.name, columns, middle);
}

// Once a full collection has shown what survives, that decides; before, all that is not collected is shown.
bool showsSurvivors(const Report& report) {
  return report.instants.front().last_full_collection.has_value();
}

std::string whatSurvived(const Report& report) {
  const bool is_several = report.scan.counts.isolate_start > 1;
  return showsSurvivors(report) ? fmt::format(", by what survived the last full collection{}",
                                              is_several ? " of its isolate" : "")
                                : fmt::format(" (no full collection{} yet: some may be garbage)",
                                              is_several ? " of the main isolate" : "");
}

std::string atInstant(const Report& report) {
  return report.instants.size() == 1 ? " at " + printable(report.instants.front().at.name) : "";
}

std::string holderRow(const Report& report, const Row& row, const std::string& caller) {
  if (!report.scan.knowsSlices())
    return fmt::format("{}{:>11}{:>10}{:>10}  {}\n", bytesColumns(report, row.bytes), kNotKnown, kNotKnown,
                       kNotKnown, caller);
  return fmt::format("{}{:>11}{:>10}{:>10}  {}\n", bytesColumns(report, row.bytes), bytesInWords(row.live),
                     factorInWords(row.bytes[0], row.live), countInWords(row.count), caller);
}

std::string callerRow(const Report& report, const Row& row, const std::string& caller) {
  return fmt::format("{}{:>11}  {}\n", bytesColumns(report, row.bytes), countInWords(row.count), caller);
}

// The callers of all instants in one table, each with its bytes at all and the rest at the first.
class Gathered {
 public:
  void add(size_t instant, FrameId owner, uint64_t bytes, uint64_t live, uint64_t count) {
    Row& row = by_owner_[owner];
    row.owner = owner;
    row.bytes[instant] = bytes;
    sum_.bytes[instant] += bytes;
    if (instant != 0) return;
    row.live = live;
    row.count = count;
    sum_.live += live;
    sum_.count += count;
  }
  bool isEmpty() const { return by_owner_.empty(); }
  const Row& sum() const { return sum_; }
  Rows choose(size_t top) const { return cli::choose(by_owner_, top); }

 private:
  std::map<FrameId, Row> by_owner_;
  Row sum_;
};

// The rows of a table's end: what is younger than the last full collection, and who has most of it at each
// instant.
template <class AddRow>
void addYounger(const Report& report, const Gathered& younger, const Row& whole, AddRow addRow) {
  if (whole.most() == 0) return;
  addRow(whole, "(younger than the last full collection)");
  for (const Row& row : younger.choose(report.instants.size()).shown) {
    addRow(row, "  of it: " +
                    callerInWords(report.scan.definitions, row.owner, report.scan.header.working_directory));
  }
}

}  // namespace

std::string holdersTable(const Report& report) {
  Gathered holders;
  Gathered younger;
  Row young;
  Row unknown;
  for (size_t k = 0; k < report.instants.size(); ++k) {
    const analysis::InstantReport& instant = report.instants[k];
    const analysis::Holders& shown = showsSurvivors(report) ? instant.survivors : instant.holders;
    for (const analysis::Holder& holder : shown.holders)
      holders.add(k, holder.owner, holder.held, holder.live, holder.slices);
    for (const analysis::Holder& holder : shown.younger.holders)
      younger.add(k, holder.owner, holder.held, holder.live, holder.slices);
    unknown.bytes[k] = shown.unknown_bytes;
    young.bytes[k] = shown.younger.bytes;
  }
  young.live = younger.sum().live;
  young.count = younger.sum().count;
  const std::string title = "Top holders of slab bytes" + atInstant(report);
  if (holders.isEmpty() && unknown.most() == 0 && young.most() == 0) return title + ": no slab is alive\n";

  const Rows rows = holders.choose(report.top);
  std::string table =
      header(report, title + whatSurvived(report),
             fmt::format("{:>11}{:>10}{:>10}", "live", "held/live", "slices"), "live, held/live, slices");
  const auto addRow = [&](const Row& row, const std::string& caller) {
    table += holderRow(report, row, caller);
  };
  for (const Row& row : rows.shown)
    addRow(row, callerInWords(report.scan.definitions, row.owner, report.scan.header.working_directory));
  if (rows.left_out != 0) addRow(rows.rest, fmt::format("({})", counted(rows.left_out, "other caller")));
  if (unknown.most() != 0) addRow(unknown, unknownHolderInWords(report.scan));
  addYounger(report, younger, young, addRow);
  return table;
}

std::string callersTable(const Report& report) {
  Gathered callers;
  Gathered younger;
  for (size_t k = 0; k < report.instants.size(); ++k) {
    const analysis::InstantReport& instant = report.instants[k];
    if (!showsSurvivors(report)) {
      for (const analysis::StoreCaller& caller : instant.callers)
        callers.add(k, caller.owner, caller.bytes, 0, caller.stores);
      continue;
    }
    for (const analysis::StoreCaller& caller : instant.surviving_stores.callers)
      callers.add(k, caller.owner, caller.bytes, 0, caller.stores);
    for (const analysis::StoreCaller& caller : instant.surviving_stores.younger)
      younger.add(k, caller.owner, caller.bytes, 0, caller.stores);
  }
  const std::string title = "Top callers by live bytes of stores of their own" + atInstant(report);
  if (callers.isEmpty() && younger.isEmpty()) return title + ": no such store is alive\n";

  const Rows rows = callers.choose(report.top);
  std::string table = header(report, title + whatSurvived(report), fmt::format("{:>11}", "stores"), "stores");
  const auto addRow = [&](const Row& row, const std::string& caller) {
    table += callerRow(report, row, caller);
  };
  for (const Row& row : rows.shown)
    addRow(row, callerInWords(report.scan.definitions, row.owner, report.scan.header.working_directory));
  if (rows.left_out != 0) addRow(rows.rest, fmt::format("({})", counted(rows.left_out, "other caller")));
  addYounger(report, younger, younger.sum(), addRow);
  return table;
}

}  // namespace slabscope::cli
