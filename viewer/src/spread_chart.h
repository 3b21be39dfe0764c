// SPDX-License-Identifier: GPL-3.0-or-later
// A figure of the slabs of two runs as two histograms side by side.
#pragma once

#include <QWidget>
#include <memory>

#include "axis.h"
#include "comparison.h"
#include "rows_model.h"
#include "slab_spread.h"
#include "theme.h"

class QComboBox;

namespace slabscope::viewer {

class SpreadChart : public QWidget {
  Q_OBJECT

 public:
  explicit SpreadChart(QWidget* parent = nullptr);

  /// Null: nothing is painted.
  void setComparison(std::shared_ptr<const Comparison> comparison);
  void setTheme(const Theme& theme);
  SpreadFigure figure() const;
  QComboBox& choice() { return *choice_; }
  const Spread& spread() const { return spread_; }
  /// The medians of both runs, in words; empty where neither has a slab.
  const QString& caption() const { return caption_; }
  /// Above the plot, as many lines high as its words take.
  QRectF captionPlace() const;
  QRectF plot() const;
  /// The bar of a bin, as painted; empty where no slab is in it.
  QRectF barOf(bool of_new, size_t bin) const;
  /// The bins as rows.
  RowsModel& rows();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  Axis valueAxis() const;
  Axis shareAxis() const;
  size_t slabsOf(bool of_new) const;
  double shareIn(bool of_new, size_t bin) const;
  QString rangeOf(size_t bin) const;
  std::vector<Tick> valueTicks() const;
  void count();

  const Theme* theme_;
  QComboBox* choice_;
  std::shared_ptr<const Comparison> comparison_;
  Spread spread_;
  double most_ = 1;  // the largest share
  QString caption_;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
