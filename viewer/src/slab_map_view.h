// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of one slab at the instant, row by row like lines of text, and beside them what they add up to.
#pragma once

#include <vector>

#include "lookup.h"
#include "rows_model.h"
#include "slab_find.h"
#include "view.h"

namespace slabscope::viewer {

class SlabMapView : public View {
  Q_OBJECT

 public:
  explicit SlabMapView(Selection& selection, QWidget* parent = nullptr);

  /// The slab that is shown: the picked one, or that which costs most; null: none lives, or not yet.
  const analysis::SlabLife* shownSlab() const { return shown().slab; }
  /// The runs that are painted.
  const std::vector<analysis::ByteRun>& runs() const { return shown().runs; }
  const std::vector<MapHolder>& holders() const { return shown().holders; }
  void pickRow(const QAbstractItemModel& table, int row) override;
  /// Bytes of the state.
  uint64_t bytesOf(analysis::ByteState state) const;
  /// The middle of the byte's place in the picture.
  QPointF pointOf(uint64_t offset) const;

 protected:
  std::vector<NamedTable> listTables() override;
  void settleView() override { lookup_.settle(); }
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
  const SlabMapAnswer& shown() const;
  void look();
  void paintMap(QPainter& painter) const;
  void paintRun(QPainter& painter, const analysis::ByteRun& run) const;
  void paintSide(QPainter& painter) const;
  double paintFigures(QPainter& painter, const QRectF& area) const;
  void paintHolders(QPainter& painter, const QRectF& area) const;
  QString tooltipOf(const analysis::ByteRun& run) const;
  void pickRun(const analysis::ByteRun& run);

  std::optional<SlabQuestion> asked_;
  std::optional<analysis::Instant> shown_at_;  // of the answer
  std::shared_ptr<const SlabMapAnswer> answer_;
  Lookup<SlabQuestion, SlabMapAnswer> lookup_;
  RowsModel rows_;
};

}  // namespace slabscope::viewer
