// SPDX-License-Identifier: GPL-3.0-or-later
// All slabs at the instant, row by row: what became of their bytes, how they were used over time, who holds
// them.
#pragma once

#include <QFutureWatcher>

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
  ~SlabsView() override;

  SlabsModel& model() { return model_; }
  QTableView& table() { return *table_; }
  void settle() override;

 protected:
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  using Rows = Result<std::vector<analysis::SlabRow>>;
  struct Found {
    std::shared_ptr<const Loaded> recording;
    analysis::Instant at;
    Rows rows;
  };

  struct Strips {
    std::shared_ptr<const Loaded> recording;
    std::vector<std::pair<recording::StoreId, Steps>> live;
  };

  void makeTable();
  void look();
  void found();
  void showPicked();
  void updateStrips();
  void findStrips();
  void foundStrips();
  void copy() const;

  SlabsModel model_;
  TableOrder sorted_;
  QTableView* table_;
  UsageStrip* strips_;
  QFutureWatcher<std::shared_ptr<Found>> watcher_;
  QFutureWatcher<std::shared_ptr<Strips>> strip_watcher_;
  bool finding_strips_ = false;  // until foundStrips(): the work may be done before its end is told
  bool again_ = false;           // the instant has moved while its rows were looked for
  bool showing_ = false;         // the table follows the selection just now
  analysis::Instant at_;         // of the rows in the table
  QString trouble_;              // why there are none
};

}  // namespace slabscope::viewer
