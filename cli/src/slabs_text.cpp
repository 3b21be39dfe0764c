// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "scan_warnings.h"
#include "slabs.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using analysis::SlabRow;

SlabRow sumFrom(const std::vector<SlabRow>& rows, size_t first) {
  SlabRow sum;
  for (size_t i = first; i < rows.size(); ++i) {
    sum.size += rows[i].size;
    sum.live += rows[i].live;
    sum.dead += rows[i].dead;
    sum.padding += rows[i].padding;
    sum.startup += rows[i].startup;
    sum.unseen += rows[i].unseen;
    sum.tail += rows[i].tail;
    sum.free += rows[i].free;
    sum.slices += rows[i].slices;
  }
  return sum;
}

std::string figures(const SlabRow& row, const SlabsReport& report) {
  if (!report.scan.knowsSlices())
    return fmt::format("{0:>10}{1:>11}{1:>11}{1:>11}{1:>11}{1:>11}{1:>10}{1:>8}", bytesInWords(row.size),
                       kNotKnown);
  return fmt::format("{:>10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>8.2f} %{:>8}", bytesInWords(row.size),
                     bytesInWords(row.live), bytesInWords(row.dead),
                     bytesInWords(row.padding + row.startup + row.unseen), bytesInWords(row.tail),
                     bytesInWords(row.free), row.utilisation() * 100, countInWords(row.slices));
}

std::string holderInWords(const SlabRow& row, const SlabsReport& report) {
  if (row.holders.empty()) return unknownHolderInWords(report.scan);
  std::string words =
      callerInWords(report.scan.definitions, row.holders.front().owner, report.scan.header.working_directory);
  if (row.holders.size() > 1) words += fmt::format(" and {}", counted(row.holders.size() - 1, "other"));
  return words;
}

}  // namespace

std::string slabsText(const SlabsReport& report) {
  const std::string place =
      fmt::format("{} ({})", printable(report.at.name), secondsInWords(report.at.instant.t));
  std::string text = printable(report.scan.path) + "\n" + scanWarnings(report.scan);
  if (report.scan.hasDropped()) {
    text += fmt::format(
        "! of slabs born before {} only slices that were alive then are known (--max-size); other cuts count "
        "as gaps, "
        "tail or free\n",
        secondsInWords(report.scan.header.dropped.until));
  }
  if (report.rows.empty()) return text + fmt::format("No slab is alive at {}\n", place);
  text += fmt::format("{} alive at {}, {} first\n\n", counted(report.rows.size(), "slab"), place,
                      report.scan.knowsSlices() ? "most wasted bytes" : "largest");
  text += fmt::format("{:>8}{:>10}{:>10}{:>11}{:>11}{:>11}{:>11}{:>11}{:>10}{:>8}  held by\n", "store",
                      "born", "size", "live", "dead", "gaps", "tail", "free", "used", "slices");
  for (size_t i = 0; i < report.rows.size() && i < report.top; ++i) {
    const SlabRow& row = report.rows[i];
    text += fmt::format("{:>8}{:>10}{}  {}\n", row.store.value, secondsInWords(row.born),
                        figures(row, report), holderInWords(row, report));
  }
  if (report.rows.size() > report.top) {
    text += fmt::format("{:>18}{}\n", counted(report.rows.size() - report.top, "other"),
                        figures(sumFrom(report.rows, report.top), report));
  }
  text += fmt::format("{:>18}{}\n", "all", figures(sumFrom(report.rows, 0), report));
  return text;
}

}  // namespace slabscope::cli
