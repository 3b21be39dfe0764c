// SPDX-License-Identifier: GPL-3.0-or-later
// What became of the bytes of all slabs over time, and the slabs at the instant, row by row: how each was
// used over time, who holds it. Of a picked caller those that it keeps alive.
#pragma once

#include <optional>

#include "held_lookup.h"
#include "lookup.h"
#include "pool_chart.h"
#include "slabs_model.h"
#include "tables.h"
#include "usage_strip.h"
#include "view.h"

class QTableView;

namespace slabscope::viewer {

class SlabsView : public View {
  Q_OBJECT

 public:
  explicit SlabsView(Selection& selection, QWidget* parent = nullptr);

  SlabsModel& model() { return model_; }
  QTableView& table() { return *table_; }
  PoolChart& chart() { return *chart_; }
  void pickRow(const QAbstractItemModel& table, int row) override;

 protected:
  void settleView() override;
  std::vector<NamedTable> listTables() override;
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct RowsQuestion {
    std::shared_ptr<const Loaded> recording;
    analysis::Instant at;
    friend bool operator==(const RowsQuestion&, const RowsQuestion&) = default;
  };
  struct RowsAnswer {
    SlabsModel::SharedRows rows;
    QString trouble;  // why there are none
  };
  struct StripsQuestion {
    std::shared_ptr<const Loaded> recording;
    std::vector<recording::StoreId> slabs;
  };
  using Strips = std::vector<std::pair<recording::StoreId, Steps>>;

  static RowsAnswer findRows(const RowsQuestion& question, const analysis::Progress& progress);
  static Strips findStrips(const StripsQuestion& question, const analysis::Progress& progress);

  void makeTable();
  void look();
  void fillTable();
  void layOut();
  void showPicked();
  void updateStrips();
  void askForStrips();
  QString caption() const;
  QString emptiness() const;

  SlabsModel model_;
  PoolChart* chart_;
  QTableView* table_;
  UsageStrip* strips_;
  std::optional<RowsQuestion> asked_;
  std::optional<RowsQuestion> shown_;  // what the rows are of
  RowsAnswer rows_;
  bool showing_ = false;  // the table follows the selection just now
  Lookup<RowsQuestion, RowsAnswer> lookup_;
  HeldLookup held_;
  Lookup<StripsQuestion, Strips> strip_lookup_;
};

}  // namespace slabscope::viewer
