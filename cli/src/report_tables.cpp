// SPDX-License-Identifier: Apache-2.0
#include "report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

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

std::string header(const Report& report, const std::string& title, const std::string& middle) {
  std::string columns;
  for (const analysis::InstantReport& instant : report.instants) {
    columns += report.instants.size() == 1 ? fmt::format("{:>12}", "bytes")
                                           : fmt::format("{:>12}", "at " + instant.at.name);
  }
  return fmt::format("{}\n{}{}  caller\n", title, columns, middle);
}

std::string amplification(uint64_t held, uint64_t live) {
  if (live == 0) return "-";
  const double factor = static_cast<double>(held) / static_cast<double>(live);
  return factor < 100 ? fmt::format("{:.1f}x", factor)
                      : countInWords(static_cast<uint64_t>(std::llround(factor))) + "x";
}

std::string atInstant(const Report& report) {
  return report.instants.size() == 1 ? " at " + printable(report.instants.front().at.name) : "";
}

std::string holderRow(const Report& report, const Row& row, const std::string& caller) {
  return fmt::format("{}{:>11}{:>10}{:>10}  {}\n", bytesColumns(report, row.bytes), bytesInWords(row.live),
                     amplification(row.bytes[0], row.live), countInWords(row.count), caller);
}

std::string callerRow(const Report& report, const Row& row, const std::string& caller) {
  return fmt::format("{}{:>11}  {}\n", bytesColumns(report, row.bytes), countInWords(row.count), caller);
}

}  // namespace

std::string holdersTable(const Report& report) {
  std::map<FrameId, Row> by_owner;
  Row unknown;
  for (size_t k = 0; k < report.instants.size(); ++k) {
    const analysis::Holders& holders = report.instants[k].holders;
    for (const analysis::Holder& holder : holders.holders) {
      Row& row = by_owner[holder.owner];
      row.owner = holder.owner;
      row.bytes[k] = holder.held;
      if (k == 0) {
        row.live = holder.live;
        row.count = holder.slices;
      }
    }
    unknown.bytes[k] = holders.unknown_bytes;
  }
  const std::string title = "Top holders of slab bytes" + atInstant(report);
  if (by_owner.empty() && unknown.most() == 0) return title + ": no slab is alive\n";

  const Rows rows = choose(by_owner, report.top);
  std::string table = header(report, title, fmt::format("{:>11}{:>10}{:>10}", "live", "held/live", "slices"));
  for (const Row& row : rows.shown) {
    table += holderRow(
        report, row, callerInWords(report.scan.definitions, row.owner, report.scan.header.working_directory));
  }
  if (rows.left_out != 0)
    table += holderRow(report, rows.rest, fmt::format("({})", counted(rows.left_out, "other caller")));
  if (unknown.most() != 0) table += holderRow(report, unknown, "(no live slice: holder unknown)");
  return table;
}

std::string callersTable(const Report& report) {
  std::map<FrameId, Row> by_owner;
  for (size_t k = 0; k < report.instants.size(); ++k) {
    for (const analysis::StoreCaller& caller : report.instants[k].callers) {
      Row& row = by_owner[caller.owner];
      row.owner = caller.owner;
      row.bytes[k] = caller.bytes;
      if (k == 0) row.count = caller.stores;
    }
  }
  const std::string title = "Top callers by live bytes of stores of their own" + atInstant(report);
  if (by_owner.empty()) return title + ": no such store is alive\n";

  const Rows rows = choose(by_owner, report.top);
  std::string table = header(report, title, fmt::format("{:>11}", "stores"));
  for (const Row& row : rows.shown) {
    table += callerRow(
        report, row, callerInWords(report.scan.definitions, row.owner, report.scan.header.working_directory));
  }
  if (rows.left_out != 0)
    table += callerRow(report, rows.rest, fmt::format("({})", counted(rows.left_out, "other caller")));
  return table;
}

}  // namespace slabscope::cli
