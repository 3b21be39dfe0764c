// SPDX-License-Identifier: GPL-3.0-or-later
// What became of the bytes of all slabs over time, stacked: live, dead, padding, tail, free.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "loaded.h"
#include "painting.h"
#include "rows_model.h"
#include "slabscope/analysis/slab_usage.h"
#include "theme.h"
#include "time_gestures.h"
#include "zoomed.h"

namespace slabscope::viewer {

class PoolChart : public QWidget {
  Q_OBJECT

 public:
  explicit PoolChart(Selection& selection, QWidget* parent = nullptr);

  /// With its lives; null: nothing is painted.
  void setRecording(std::shared_ptr<const Loaded> recording);
  void setTheme(const Theme& theme);
  /// The part of time that is shown.
  void setRange(const TimeRange& shown);
  /// Returns when what is shown is as fine as it gets.
  void settle() { usage_.settle(); }

  /// Averages over the pixels; null: not yet.
  const analysis::SlabUsage* usage() const { return usage_.best(); }
  /// Where a time and a size are.
  QPointF pointOf(recording::Nanoseconds t, double bytes) const;
  /// What is shown as rows.
  RowsModel& rows();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  // Of one column of pixels, the bytes in the states that are stacked up to one and that one.
  using Stack = std::array<double, analysis::kByteStates>;

  QRectF plot() const;
  Axis timeAxis() const;
  Axis bytesAxis() const;
  Stack stackOf(recording::Nanoseconds from, recording::Nanoseconds until) const;
  void findStacks();
  void look();
  void paintStates(QPainter& painter) const;
  std::vector<LegendItem> legend() const;
  QString tooltipAt(double x) const;

  Selection& selection_;
  TimeGestures gestures_;
  const Theme* theme_;
  std::shared_ptr<const Loaded> recording_;
  TimeRange range_{0, 0};
  Zoomed<analysis::SlabUsage> usage_;
  std::vector<Stack> stacks_;  // by column of pixels
  double most_ = 1;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
