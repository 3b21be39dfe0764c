// SPDX-License-Identifier: GPL-3.0-or-later
// The Overview's lines as rows.
#include <cmath>
#include <utility>

#include "overview_view.h"
#include "table_text.h"

namespace slabscope::viewer {
namespace {

constexpr size_t kTableRows = 100;  // and not more than twice as many

}  // namespace

std::vector<NamedTable> OverviewView::listTables() {
  const TimeRange range = shownRange();
  std::vector<std::vector<analysis::TimelineColumn>> columns;
  QStringList headings = {tr("From"), tr("Until")};
  const auto add = [&](analysis::Series series, const QString& name) {
    headings << tr("%1, least").arg(name) << tr("%1, most").arg(name);
    columns.push_back(timeline().columns(series, range.from, range.until, kTableRows));
  };
  for (const Line& one : lines()) add(one.series, one.name);
  add(analysis::Series::kRss, tr("RSS"));
  const analysis::Averages* through = callerLine();
  if (through != nullptr) headings << tr("live in slabs through the picked caller, average");
  std::vector<RowsModel::Row> rows;
  for (size_t i = 0; i < columns.front().size(); ++i) {
    RowsModel::Row row = {timeCell(columns.front()[i].from), timeCell(columns.front()[i].until)};
    for (const auto& series : columns) {
      const analysis::Extent extent = i < series.size() ? series[i].value : analysis::Extent{};
      row.push_back(extent.empty() ? RowsModel::Cell{} : bytesCell(extent.min));
      row.push_back(extent.empty() ? RowsModel::Cell{} : bytesCell(extent.max));
    }
    if (through != nullptr) {
      const double average = through->over(columns.front()[i].from, columns.front()[i].until);
      row.push_back(bytesCell(static_cast<uint64_t>(std::llround(average))));
    }
    rows.push_back(std::move(row));
  }
  rows_.set(headings, std::move(rows));
  return {{accessibleName(), &rows_}};
}

void OverviewView::pickRow(const QAbstractItemModel& table, int row) {
  Picks next = picks();
  next.instant = analysis::Instant{table.index(row, 0).data(kFigureRole).toULongLong()};
  selection().set(next);
}

}  // namespace slabscope::viewer
