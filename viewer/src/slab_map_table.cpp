// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of the Slab map, as rows.
#include <utility>

#include "byte_states.h"
#include "slab_map_view.h"
#include "table_text.h"

namespace slabscope::viewer {

using analysis::ByteRun;

std::vector<NamedTable> SlabMapView::listTables() {
  if (runs().empty()) return {};
  std::vector<RowsModel::Row> rows;
  for (const ByteRun& run : runs()) {
    const auto offset = [](uint64_t at) { return RowsModel::Cell{QString::number(at), figureOf(at)}; };
    rows.push_back({offset(run.begin),
                    offset(run.end),
                    bytesCell(run.bytes()),
                    {wordsOf(run.state), {}},
                    run.slice == nullptr ? RowsModel::Cell{} : countCell(run.slice->slice.value),
                    run.slice == nullptr ? RowsModel::Cell{} : timeCell(run.slice->life.born),
                    {run.slice == nullptr ? QString() : nameOf(recording()->ownerOf(run.slice->stack)), {}}});
  }
  rows_.set({tr("From"), tr("Until"), tr("Bytes"), tr("State"), tr("Slice"), tr("Born"), tr("Caller")},
            std::move(rows));
  return {{accessibleName(), &rows_}};
}

void SlabMapView::pickRow(const QAbstractItemModel& /*table*/, int row) {
  pickRun(runs()[static_cast<size_t>(row)]);
}

}  // namespace slabscope::viewer
