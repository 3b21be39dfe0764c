// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of all slabs as one area, each holder's share of it as a rectangle: filled from below as far as
// its bytes are live.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "retention.h"
#include "theme.h"

namespace slabscope::viewer {

class RetentionMap : public QWidget {
  Q_OBJECT

 public:
  explicit RetentionMap(QWidget* parent = nullptr);

  /// Null: nothing to paint.
  void set(std::shared_ptr<const Loaded> recording, std::shared_ptr<const RetentionAnswer> answer);
  void setTheme(const Theme& theme);
  /// How far what a row holds goes through the picked caller.
  enum class Mark : uint8_t { kNone, kPart, kWhole };
  /// By row; empty: no caller is picked.
  void setPicked(std::vector<Mark> rows);

  /// Of a row of the answer; a null rectangle when it is not painted by itself.
  QRectF placeOf(size_t row) const;
  /// Of a row's bytes that are not live.
  QColor groundOf(const RetentionRow& row) const;
  QColor colourOf(const RetentionRow& row) const;

 signals:
  void picked(size_t row);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  struct Tile {
    size_t row = 0;   // the first
    size_t rows = 1;  // more where they are too small to stand alone
    QRectF place;
  };
  void arrange();
  void paintTile(QPainter& painter, const Tile& tile);
  const Tile* tileAt(const QPointF& point) const;

  std::shared_ptr<const Loaded> recording_;
  std::shared_ptr<const RetentionAnswer> answer_;
  const Theme* theme_ = &lightTheme();
  std::vector<Tile> tiles_;
  std::vector<Mark> picked_;
};

}  // namespace slabscope::viewer
