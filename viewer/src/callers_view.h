// SPDX-License-Identifier: GPL-3.0-or-later
// Who allocates and who holds: the callers as a tree and as a picture, from the top or from the bottom.
#pragma once

#include <memory>

#include "caller_costs.h"
#include "caller_search.h"
#include "callers_bar.h"
#include "callers_model.h"
#include "flame_graph.h"
#include "lookup.h"
#include "view.h"

class QScrollArea;
class QSplitter;
class QTreeView;

namespace slabscope::viewer {

class CallersView : public View {
  Q_OBJECT

 public:
  explicit CallersView(Selection& selection, QWidget* parent = nullptr);

  CallersModel& model() { return model_; }
  QTreeView& tree() { return *tree_; }
  FlameGraph& flames() { return *flames_; }
  CallersBar& bar() { return *bar_; }
  /// Null: nothing has been found out yet.
  const CallersAnswer* answer() const { return answer_.get(); }
  /// What the heading says of the figures: of which time they are.
  QString line() const;

 protected:
  void settleView() override;
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;

 private:
  void connectBar();
  void makeTree();
  void makeFlames();
  CallersQuestion question() const;
  void look();
  void take(std::shared_ptr<const CallersAnswer> answer);
  void showPicked();
  void showFound();
  void goToFound(int step);
  void pick(uint32_t node);
  void openHeaviest();
  void sharePlace();
  QString emptiness() const;

  CallersModel model_;
  CallersBar* bar_;
  QWidget* legend_;  // holds the place of what is painted there
  QSplitter* parts_;
  QScrollArea* scroll_;
  FlameGraph* flames_;
  QTreeView* tree_;
  std::shared_ptr<const CallersAnswer> answer_;
  CallersQuestion shown_;  // what the answer is to
  Found found_;
  int found_at_ = -1;
  bool place_shared_ = false;
  bool showing_ = false;  // the tree follows the selection just now
  Lookup<CallersQuestion, CallersAnswer> lookup_;
};

}  // namespace slabscope::viewer
