// SPDX-License-Identifier: GPL-3.0-or-later
// What has changed from an old recording to the one that is open: both over time, their callers and figures.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comparison.h"
#include "diff_bar.h"
#include "diff_chart.h"
#include "diff_flames.h"
#include "figure_table.h"
#include "lookup.h"
#include "spread_chart.h"
#include "tables.h"
#include "view.h"

class QScrollArea;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace slabscope::viewer {

class DiffView : public View {
  Q_OBJECT

 public:
  explicit DiffView(Selection& selection, QWidget* parent = nullptr);

  /// The old recording's file; empty: there is none.
  void setBaseline(const std::string& path);
  /// The instant of both runs, as chooseInstant() understands it.
  void setInstant(const QString& at);

  /// Null: there is none yet.
  const Comparison* comparison() const { return comparison_.get(); }
  const QString& trouble() const { return trouble_; }
  FigureTable& callers() { return callers_; }
  FigureTable& metrics() { return metrics_; }
  QTableView& callerTable() { return *caller_table_; }
  DiffChart& chart() { return *chart_; }
  DiffBar& bar() { return *bar_; }
  DiffFlameGraph& flames() { return *flames_; }
  SpreadChart& spread() { return *spread_; }

 protected:
  void settleView() override;
  std::vector<NamedTable> listTables() override;
  bool needsLives() const override { return false; }
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;

 private:
  void makeTables();
  void makeFlames();
  void showList();
  void connectBar();
  void ask();
  void take(const ComparisonAnswer& answer);
  void fillCallers();
  void showParts();
  void pick(int row);
  void pickNode(uint32_t node);
  void showPicked();
  recording::FrameId frameOf(const analysis::CallerChange& caller) const;
  QString emptiness() const;

  FigureTable callers_;
  FigureTable metrics_;
  TableOrder sorted_callers_;
  DiffBar* bar_;
  QWidget* legend_;  // holds the place of what is painted there
  QSplitter* parts_;
  QSplitter* tables_;
  DiffChart* chart_;
  QStackedWidget* list_;  // the callers: as a table, or as a flame graph
  QScrollArea* scroll_;
  DiffFlameGraph* flames_;
  QTableView* caller_table_;
  QTableView* metric_table_;
  SpreadChart* spread_;
  std::string baseline_;
  std::optional<ComparisonQuestion> asked_;
  std::shared_ptr<const Comparison> comparison_;
  std::vector<const analysis::CallerChange*> shown_;  // by row of callers_
  QString trouble_;
  bool showing_ = false;  // the table follows the selection just now
  Lookup<ComparisonQuestion, ComparisonAnswer> lookup_;
};

}  // namespace slabscope::viewer
