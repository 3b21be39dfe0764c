// SPDX-License-Identifier: GPL-3.0-or-later
// The Overview's lines as rows.
#include <utility>

#include "overview_view.h"

namespace slabscope::viewer {
namespace {

constexpr size_t kTableRows = 100;  // and not more than twice as many

}  // namespace

QAbstractItemModel* OverviewView::tableModel() {
  if (recording() == nullptr) return nullptr;
  const TimeRange range = shownRange();
  std::vector<std::vector<analysis::TimelineColumn>> columns;
  QStringList headings = {tr("From"), tr("Until")};
  const auto add = [&](analysis::Series series, const QString& name) {
    headings << tr("%1, least").arg(name) << tr("%1, most").arg(name);
    columns.push_back(timeline().columns(series, range.from, range.until, kTableRows));
  };
  for (const Line& one : lines()) add(one.series, one.name);
  add(analysis::Series::kRss, tr("RSS"));
  std::vector<RowsModel::Row> rows;
  for (size_t i = 0; i < columns.front().size(); ++i) {
    RowsModel::Row row = {timeCell(columns.front()[i].from), timeCell(columns.front()[i].until)};
    for (const auto& series : columns) {
      const analysis::Extent extent = i < series.size() ? series[i].value : analysis::Extent{};
      row.push_back(extent.empty() ? RowsModel::Cell{} : bytesCell(extent.min));
      row.push_back(extent.empty() ? RowsModel::Cell{} : bytesCell(extent.max));
    }
    rows.push_back(std::move(row));
  }
  rows_.set(headings, std::move(rows));
  return &rows_;
}

}  // namespace slabscope::viewer
