// SPDX-License-Identifier: GPL-3.0-or-later
// The whole recording at a glance: bytes of stores, of slabs and of what lives in them, the process's memory,
// collections and marks; of a picked caller what lives through it, of a picked slab when it lived. A range
// that is brushed is shown by every view; below it then the whole with the range in it.
#pragma once

#include <vector>

#include "painting.h"
#include "rows_model.h"
#include "slabscope/analysis/averages.h"
#include "time_gestures.h"
#include "time_marks.h"
#include "view.h"
#include "zoomed.h"

namespace slabscope::viewer {

class OverviewView : public View {
  Q_OBJECT

 public:
  explicit OverviewView(Selection& selection, QWidget* parent = nullptr);

  /// Where a time and a size are in the plot of the buffers' bytes.
  QPointF bytesPoint(recording::Nanoseconds t, uint64_t bytes) const;
  struct Figure {
    QString name;
    QString short_name;  ///< where there is no room for the name
    QString value;
  };
  /// Those above the plots.
  std::vector<Figure> figures() const;
  /// What the figure was in the smallest part of time around `t` that the picture tells apart.
  analysis::Extent valueAt(analysis::Series series, recording::Nanoseconds t) const;
  /// Bytes of slabs under live slices of the picked caller, as painted; null: none is, or not yet.
  const analysis::Averages* callerLine() const { return caller_.best(); }
  void pickRow(const QAbstractItemModel& table, int row) override;

 protected:
  void settleView() override;
  std::vector<NamedTable> listTables() override;
  void paint(QPainter& painter) override;
  bool needsLives() const override { return false; }
  void recordingChanged() override;
  void selectionChanged() override;
  void pickedStacksFound() override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Line {
    analysis::Series series;
    QColor colour;
    QString name;
  };
  Axis timeAxis() const;
  Axis mapAxis() const;
  Axis bytesAxis() const;
  Axis rssAxis() const;
  QRectF bytesPlot() const;
  QRectF rssPlot() const;
  QRectF eventsPlot() const;
  QRectF mapPlot() const;
  QRectF allPlots() const;
  double lowerEdge() const;
  std::vector<Line> lines() const;
  const analysis::Timeline& timeline() const;
  std::vector<analysis::TimelineColumn> columnsOf(analysis::Series series) const;
  uint64_t mostOf(analysis::Series series) const;
  void look();
  void showFound();

  void paintFigures(QPainter& painter) const;
  void paintSeries(QPainter& painter, const QRectF& plot, const Axis& axis, const Line& one) const;
  void paintCaller(QPainter& painter) const;
  void paintSlab(QPainter& painter) const;
  void paintBytes(QPainter& painter) const;
  void paintRss(QPainter& painter) const;
  void paintEvents(QPainter& painter) const;
  TimeMarks timeMarks(const QRectF& plot) const;
  void paintMap(QPainter& painter) const;
  QString tooltipAt(const QPointF& point) const;

  TimeGestures gestures_;
  Zoomed<analysis::Timeline> timeline_;
  Zoomed<analysis::Averages> caller_;
  RowsModel rows_;
  bool in_map_ = false;  // the press was in the small picture of the whole
};

}  // namespace slabscope::viewer
