// SPDX-License-Identifier: GPL-3.0-or-later
// Byte offset against time: how many slices live at each offset of all slabs, and below it one slab, slice by
// slice.
#pragma once

#include <vector>

#include "lookup.h"
#include "offsets_images.h"
#include "painting.h"
#include "slab_find.h"
#include "slices_model.h"
#include "time_gestures.h"
#include "time_marks.h"
#include "view.h"

class QComboBox;

namespace slabscope::viewer {

class OffsetsView : public View {
  Q_OBJECT

 public:
  explicit OffsetsView(Selection& selection, QWidget* parent = nullptr);

  /// Live slices by their caller, or all in one colour, told from dead ones alone.
  enum class Colouring { kCaller, kState };
  void setColouring(Colouring colouring);

  Colouring colouring() const;

  /// The slab that is shown: the picked one, or that which costs most at the instant; null: none, or not yet.
  const analysis::SlabLife* shownSlab() const { return shown_ == nullptr ? nullptr : shown_->slab; }
  /// Where a time and an offset are, in the picture of all slabs and in that of the shown one.
  QPointF densityPoint(recording::Nanoseconds t, uint64_t offset) const;
  QPointF slabPoint(recording::Nanoseconds t, uint64_t offset) const;
  void pickRow(const QAbstractItemModel& table, int row) override;

 protected:
  void settleView() override;
  std::vector<NamedTable> listTables() override;
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void themeChanged() override;
  void pickedStacksFound() override;
  void resizeEvent(QResizeEvent* event) override;
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
  SliceColours sliceColours() const;
  SlabPicture slabPicture() const;
  /// There are too many slices for them to be painted within a frame.
  bool isCrowded() const;

  void makeColourings();
  void look();
  void paintAnew();
  void paintDensity(QPainter& painter);
  void paintDensityLegend(QPainter& painter, const QRectF& line) const;
  void paintSlab(QPainter& painter);
  void paintTimes(QPainter& painter, const QRectF& plot, bool flags) const;
  std::vector<LegendItem> slabLegend() const;
  ImageFrame frameOf(const QPainter& painter, const QRectF& plot) const;
  QString densityTip(const QPointF& point) const;
  QString tooltipAt(const QPointF& point) const;
  void pick(const QPointF& point);
  void pickSlice(const analysis::SliceLife& slice, const analysis::Instant& at);

  TimeGestures gestures_;
  QComboBox* colouring_;
  uint64_t largest_slab_ = 0;
  std::optional<SlabQuestion> asked_;
  std::shared_ptr<const SlabAnswer> shown_;
  Lookup<SlabQuestion, SlabAnswer> lookup_;
  Lookup<PlaceQuestion, recording::StoreId> clicked_;
  DensityImage density_;
  SlabImage slab_;
  bool waits_ = false;  // the next picture is to be of now, however long that takes
  SlicesModel slices_;
};

}  // namespace slabscope::viewer
