// SPDX-License-Identifier: GPL-3.0-or-later
// A tree of callers as a picture: each as wide as what it costs. From the top down it hangs (an icicle), or
// it stands (a flame graph).
#pragma once

#include <QWidget>
#include <memory>
#include <set>
#include <vector>

#include "caller_costs.h"
#include "flame_layout.h"
#include "theme.h"

namespace slabscope::viewer {

class FlameGraph : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kRow = 20;

  explicit FlameGraph(QWidget* parent = nullptr);

  /// Null: nothing to paint.
  void set(std::shared_ptr<const CallersAnswer> answer);
  void setMetric(const CostMetric& metric);
  void setTheme(const Theme& theme);
  /// Stands, its root at the bottom.
  void setStanding(bool standing);
  /// By node; empty: none. What is picked stands out with what is above and below it.
  void setPicked(std::vector<bool> nodes);
  /// By node; empty: no search.
  void setFound(std::vector<bool> nodes);
  void zoomTo(uint32_t node);
  uint32_t zoomed() const { return zoomed_; }

  /// Where the node is painted; a null rectangle when it is not.
  QRectF placeOf(uint32_t node) const;
  /// Null: nothing is there.
  const FlameBox* boxAt(const QPointF& point) const;
  /// What the box says under the pointer.
  virtual QString wordsOf(const FlameBox& box) const;
  virtual QColor colourOf(const FlameBox& box) const;
  /// What the colours in the picture stand for.
  struct Kinds {
    std::set<int> ranks;  ///< of callers with a colour of their own
    bool program = false;
    bool other = false;
  };
  Kinds kindsInSight() const;
  /// Of callers that have no colour of their own.
  QColor plainColour(bool of_the_program) const;

 signals:
  void picked(uint32_t node);

 protected:
  const Theme& theme() const { return *theme_; }
  const CostMetric& costMetric() const { return *metric_; }
  /// What stands in the box of all callers.
  virtual QString wholeInWords() const;
  /// It has nothing to do with what is picked or found.
  bool isDimmed(const FlameBox& box) const;

  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void arrange();
  void paintBox(QPainter& painter, const FlameBox& box);
  QRectF areaOf(const FlameBox& box) const;
  void findKin();
  void moveCursor(int key);

  std::shared_ptr<const CallersAnswer> answer_;
  const CostMetric* metric_ = kCostMetrics.data();
  const Theme* theme_ = &lightTheme();
  bool standing_ = false;
  uint32_t zoomed_ = analysis::CallerNode::kNone;
  uint32_t cursor_ = analysis::CallerNode::kNone;
  uint32_t hovered_ = analysis::CallerNode::kNone;
  uint32_t rows_ = 1;
  std::vector<FlameBox> boxes_;
  std::vector<bool> picked_;
  std::vector<bool> kin_;  // of what is picked: these, what is above and what is below them
  std::vector<bool> found_;
};

}  // namespace slabscope::viewer
