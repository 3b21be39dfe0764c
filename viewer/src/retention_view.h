// SPDX-License-Identifier: GPL-3.0-or-later
// Which callers hold which bytes of slabs, what of it has survived a full collection, and what can be done.
#pragma once

#include <memory>
#include <optional>

#include "held_lookup.h"
#include "lookup.h"
#include "retention.h"
#include "retention_map.h"
#include "retention_model.h"
#include "slabs_model.h"
#include "tables.h"
#include "view.h"

class QLabel;
class QScrollArea;
class QSplitter;
class QTableView;
class QWidget;

namespace slabscope::viewer {

class RetentionView : public View {
  Q_OBJECT

 public:
  explicit RetentionView(Selection& selection, QWidget* parent = nullptr);

  RetentionModel& model() { return model_; }
  QTableView& holders() { return *holders_; }
  RetentionMap& map() { return *map_; }
  QLabel& advice() { return *advice_; }
  /// Those that the picked caller holds; all where none is picked.
  QTableView& slabs() { return *slabs_; }
  /// Null: nothing has been found out yet.
  const RetentionAnswer* answer() const { return answer_.get(); }

 protected:
  void settleView() override;
  void resizeEvent(QResizeEvent* event) override;
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;

 private:
  void makeTables();
  void look();
  void take(std::shared_ptr<const RetentionAnswer> answer);
  void sharePlace();
  void showPicked();
  void showSlabs();
  void showPickedSlab();
  void showAdvice();
  void pickHolder(const RetentionRow& row);
  void followLink(const QString& link);
  std::vector<RetentionMap::Mark> marksOfPicked() const;
  /// There is something to show.
  bool hasSlabs() const;
  QString emptiness() const;

  RetentionModel model_;
  TableOrder sorted_;
  SlabsModel slabs_model_;
  QWidget* body_;
  QSplitter* upper_;
  QTableView* holders_;
  RetentionMap* map_;
  QScrollArea* advice_scroll_;
  QLabel* advice_;
  QLabel* caption_;  // of the slabs
  QTableView* slabs_;
  std::shared_ptr<const RetentionAnswer> answer_;
  std::optional<analysis::Instant> at_;  // of the answer
  bool showing_ = false;                 // the tables follow the selection just now
  Lookup<RetentionQuestion, RetentionAnswer> lookup_;
  HeldLookup held_;
};

}  // namespace slabscope::viewer
