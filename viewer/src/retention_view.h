// SPDX-License-Identifier: GPL-3.0-or-later
// Which callers hold which bytes of slabs, what of it has survived a full collection, and what can be done.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "lookup.h"
#include "retention.h"
#include "retention_map.h"
#include "retention_model.h"
#include "slabs_model.h"
#include "tables.h"
#include "view.h"

class QLabel;
class QScrollArea;
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
  void settle() override;

 protected:
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;
  void showEvent(QShowEvent* event) override;

 private:
  void makeTables();
  void look();
  void take(std::shared_ptr<const RetentionAnswer> answer);
  void showPicked();
  void showSlabs();
  void showPickedSlab();
  void showAdvice();
  void pickRow(const RetentionRow& row);
  void followLink(const QString& link);
  std::set<recording::FrameId> pickedOwners() const;
  QString emptiness() const;

  RetentionModel model_;
  TableOrder sorted_;
  SlabsModel slabs_model_;
  TableOrder sorted_slabs_;
  QWidget* body_;
  QTableView* holders_;
  RetentionMap* map_;
  QScrollArea* advice_scroll_;
  QLabel* advice_;
  QLabel* caption_;  // of the slabs
  QTableView* slabs_;
  std::shared_ptr<const RetentionAnswer> answer_;
  std::optional<analysis::Instant> at_;       // of the answer
  std::optional<PickedCaller> shown_caller_;  // whose slabs are listed
  bool due_ = false;      // what is shown is not of the present selection, and nobody looks
  bool showing_ = false;  // the tables follow the selection just now
  Lookup<RetentionQuestion, RetentionAnswer> lookup_;
};

}  // namespace slabscope::viewer
