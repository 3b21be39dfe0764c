// SPDX-License-Identifier: GPL-3.0-or-later
// Byte offset against time: how many slices live at each offset of all slabs, and below it one slab, slice by
// slice.
#pragma once

#include <QImage>
#include <optional>

#include "density.h"
#include "latest.h"
#include "painting.h"
#include "rows_model.h"
#include "slab_picture.h"
#include "time_gestures.h"
#include "view.h"

namespace slabscope::viewer {

class OffsetsView : public View {
  Q_OBJECT

 public:
  explicit OffsetsView(Selection& selection, QWidget* parent = nullptr);

  /// Live slices by their caller, or all in one colour.
  enum class Colouring { kCaller, kState };
  void setColouring(Colouring colouring);

  /// The slab that is shown: the picked one, or that which costs most at the instant; null: none.
  const analysis::SlabLife* shownSlab() const;
  /// Where a time and an offset are, in the picture of all slabs and in that of the shown one.
  QPointF densityPoint(recording::Nanoseconds t, uint64_t offset) const;
  QPointF slabPoint(recording::Nanoseconds t, uint64_t offset) const;
  void settle() override { waits_ = true; }
  /// The slices of the shown slab.
  QAbstractItemModel* tableModel() override;

 protected:
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRectF densityPlot() const;
  QRectF slabPlot() const;
  Axis timeAxis() const;
  Axis offsetAxis(const QRectF& plot, uint64_t bytes) const;
  uint64_t largestSlab() const { return largest_slab_; }
  SlabPicture slabPicture() const;
  QColor sliceColour(const analysis::SliceLife& slice) const;

  // How many slices live where, as a picture of a range.
  struct Raster {
    std::shared_ptr<const Loaded> recording;
    const Theme* theme = nullptr;
    TimeRange range;
    QSize pixels;
    Density density;
    QImage image;
  };
  static std::shared_ptr<const Raster> rasterOf(std::shared_ptr<const Loaded> recording, const Theme& theme,
                                                const TimeRange& range, const QSize& pixels, uint64_t bytes);
  bool isOfNow(const Raster& raster, const QSize& pixels) const;
  void provideRaster(const QSize& pixels);

  const analysis::SlabLife* choose() const;
  void paintDensity(QPainter& painter);
  void paintDensityLegend(QPainter& painter, const QRectF& line) const;
  void paintSlab(QPainter& painter);
  void paintTimes(QPainter& painter, const QRectF& plot, bool labels) const;
  std::vector<LegendItem> slabLegend() const;
  QString tooltipAt(const QPointF& point) const;
  void pick(const QPointF& point);

  TimeGestures gestures_;
  Colouring colouring_ = Colouring::kCaller;
  Picks shown_;
  uint64_t largest_slab_ = 0;
  // Found out when it is painted: for a view that is not in sight nothing is done.
  mutable bool chosen_ = false;
  mutable const analysis::SlabLife* slab_ = nullptr;
  bool waits_ = false;  // the next picture is to be of now, however long that takes
  QSize asked_pixels_;
  TimeRange asked_range_;
  std::shared_ptr<const Raster> raster_;  // of a moment ago, while the next is being made
  Latest<Raster> latest_;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
