// SPDX-License-Identifier: GPL-3.0-or-later
// What people say of Node's Buffer pool, and what this recording says to it: the claims of `slabscope
// explain`.
#pragma once

#include <memory>
#include <vector>

#include "lookup.h"
#include "rows_model.h"
#include "slabscope/analysis/pool_claims.h"
#include "view.h"

class QGridLayout;
class QLabel;
class QScrollArea;

namespace slabscope::viewer {

struct PoolFactsAnswer {
  std::vector<analysis::Claim> claims;
  QString trouble;  ///< why there are none
};

class PoolFactsView : public View {
  Q_OBJECT

 public:
  explicit PoolFactsView(Selection& selection, QWidget* parent = nullptr);

  /// Null: nothing has been found out yet.
  const PoolFactsAnswer* answer() const { return answer_.get(); }
  /// What is written of a claim; its link picks the example.
  QLabel& words(size_t claim) { return *words_[claim]; }
  QLabel& verdict(size_t claim) { return *verdicts_[claim]; }
  void pickRow(const QAbstractItemModel& table, int row) override;

 protected:
  void settleView() override;
  std::vector<NamedTable> listTables() override;
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void themeChanged() override;

 private:
  void look();
  void take(std::shared_ptr<const PoolFactsAnswer> answer);
  void write();
  void showExample(const analysis::Claim& claim);
  QColor colourOf(analysis::Verdict verdict) const;

  QScrollArea* scroll_;
  QWidget* list_;
  QGridLayout* rows_;
  std::vector<QLabel*> verdicts_;
  std::vector<QLabel*> words_;
  std::shared_ptr<const PoolFactsAnswer> answer_;
  RowsModel rows_model_;
  Lookup<std::shared_ptr<const Loaded>, PoolFactsAnswer> lookup_;
};

}  // namespace slabscope::viewer
