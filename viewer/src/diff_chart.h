// SPDX-License-Identifier: GPL-3.0-or-later
// One figure of two runs over time, laid over each other. Dragging moves the new run along the old one.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "axis.h"
#include "comparison.h"
#include "rows_model.h"
#include "theme.h"

namespace slabscope::viewer {

class DiffChart : public QWidget {
  Q_OBJECT

 public:
  explicit DiffChart(QWidget* parent = nullptr);

  /// Null: nothing is painted.
  void setComparison(std::shared_ptr<const Comparison> comparison);
  void setTheme(const Theme& theme);
  void setSeries(analysis::Series series);
  /// Both runs have this mark at 0; empty, or a mark that one of them has not: their start.
  void setAlignment(const std::string& mark);
  /// So much later the new run is painted, in nanoseconds; may be negative.
  void setShift(double shift);
  double shift() const { return shift_; }
  /// Marked in the new run; none: is not.
  void setInstant(const std::optional<analysis::Instant>& instant);
  /// What is painted, as rows.
  RowsModel& rows();

  // What is where: for tests, and for who paints beside it.
  QRectF plot() const;
  Axis timeAxis() const;
  Axis valueAxis() const;
  /// Where an instant of a run is on the time axis.
  double shownTime(bool of_new, recording::Nanoseconds t) const;
  static QColor oldColour(const Theme& theme) { return theme.muted; }
  static QColor newColour(const Theme& theme) { return theme.accent; }

 signals:
  void shifted(double shift);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  const ComparedRun& run(bool of_new) const { return of_new ? comparison_->after : comparison_->before; }
  double zeroOf(bool of_new) const;
  void findRange();
  std::vector<analysis::TimelineColumn> columnsOf(bool of_new, double from, double until, size_t count) const;
  void paintRun(QPainter& painter, bool of_new) const;
  QString tooltipAt(double x) const;
  void moveTo(double shift);

  const Theme* theme_;
  std::shared_ptr<const Comparison> comparison_;
  analysis::Series series_ = analysis::Series::kStoreBytes;
  std::string mark_;
  double shift_ = 0;
  double from_ = 0;  // of the time axis
  double until_ = 1;
  double most_ = 1;  // of the value axis
  std::optional<double> pressed_x_;
  double pressed_shift_ = 0;
  std::optional<analysis::Instant> instant_;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
