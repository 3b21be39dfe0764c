// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of one slab at the instant, row by row like lines of text, and beside them what they add up to.
#pragma once

#include <vector>

#include "rows_model.h"
#include "slabscope/analysis/slab_layout.h"
#include "view.h"

namespace slabscope::viewer {

/// A caller's part in the slab.
struct MapHolder {
  recording::FrameId owner;
  uint64_t live = 0;  ///< bytes under at least one of its live slices
  uint64_t slices = 0;
};

class SlabMapView : public View {
  Q_OBJECT

 public:
  explicit SlabMapView(Selection& selection, QWidget* parent = nullptr);

  /// The slab that is shown: the picked one, or that which costs most; null: none lives.
  const analysis::SlabLife* shownSlab() const {
    lookUp();
    return slab_;
  }
  /// The runs that are painted.
  const std::vector<analysis::ByteRun>& runs() const {
    lookUp();
    return runs_;
  }
  const std::vector<MapHolder>& holders() const {
    lookUp();
    return holders_;
  }
  /// The runs.
  QAbstractItemModel* tableModel() override;
  /// Bytes of the state.
  uint64_t bytesOf(analysis::ByteState state) const;
  /// The middle of the byte's place in the picture.
  QPointF pointOf(uint64_t offset) const;

 protected:
  void paint(QPainter& painter) override;
  void recordingChanged() override;
  void selectionChanged() override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRectF mapArea() const;
  QRectF sideArea() const;
  uint64_t bytesPerRow() const;
  size_t rowCount() const;
  double rowHeight() const;
  const analysis::ByteRun* runAt(const QPointF& point) const;
  QColor colourOfRun(const analysis::ByteRun& run) const;
  void lookUp() const;
  void countHolders() const;
  void paintMap(QPainter& painter) const;
  void paintRun(QPainter& painter, const analysis::ByteRun& run) const;
  void paintSide(QPainter& painter) const;
  double paintFigures(QPainter& painter, const QRectF& area) const;
  void paintHolders(QPainter& painter, const QRectF& area) const;
  QString tooltipOf(const analysis::ByteRun& run) const;
  void stepSlab(int by);

  // Found out when it is painted or asked for: for a view that is not in sight nothing is done.
  mutable bool looked_up_ = false;
  mutable Picks shown_;
  mutable const analysis::SlabLife* slab_ = nullptr;
  mutable std::vector<analysis::ByteRun> runs_;
  mutable std::vector<MapHolder> holders_;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
