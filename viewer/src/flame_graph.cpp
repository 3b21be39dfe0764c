// SPDX-License-Identifier: GPL-3.0-or-later
#include "flame_graph.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <utility>

#include "caller_text.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;

constexpr double kLeastForText = 34;

bool isAt(const std::vector<bool>& nodes, uint32_t node) {
  return node < nodes.size() && nodes[node];
}

}  // namespace

FlameGraph::FlameGraph(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Flame graph of the callers"));
  setAccessibleDescription(
      tr("Arrows go from caller to caller, Enter picks, Space zooms in, Escape back. The tree has the same "
         "figures."));
}

void FlameGraph::set(std::shared_ptr<const CallersAnswer> answer) {
  answer_ = std::move(answer);
  zoomed_ = cursor_ = hovered_ = CallerNode::kNone;
  picked_.clear();
  kin_.clear();
  found_.clear();
  arrange();
}

void FlameGraph::setMetric(const CostMetric& metric) {
  metric_ = &metric;
  arrange();
}

void FlameGraph::setTheme(const Theme& theme) {
  theme_ = &theme;
  update();
}

void FlameGraph::setStanding(bool standing) {
  standing_ = standing;
  update();
}

void FlameGraph::setPicked(std::vector<bool> nodes) {
  picked_ = std::move(nodes);
  findKin();
  update();
}

void FlameGraph::setFound(std::vector<bool> nodes) {
  found_ = std::move(nodes);
  update();
}

void FlameGraph::findKin() {
  kin_ = picked_;
  if (answer_ == nullptr || kin_.empty()) return;
  const std::vector<CallerNode>& nodes = answer_->tree.nodes;
  std::vector<bool> above = picked_;
  for (uint32_t i = static_cast<uint32_t>(nodes.size()); i-- > 0;) {
    if (above[i] && nodes[i].parent != CallerNode::kNone) above[nodes[i].parent] = true;
  }
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].parent != CallerNode::kNone && kin_[nodes[i].parent]) kin_[i] = true;
  }
  for (uint32_t i = 0; i < nodes.size(); ++i) kin_[i] = kin_[i] || above[i];
}

void FlameGraph::zoomTo(uint32_t node) {
  if (node == zoomed_) return;
  zoomed_ = node;
  arrange();
}

void FlameGraph::arrange() {
  boxes_.clear();
  rows_ = 1;
  if (answer_ != nullptr) boxes_ = layOutFlames(answer_->tree, metric_->value, zoomed_, width());
  for (const FlameBox& box : boxes_) rows_ = std::max(rows_, box.row + 1);
  setMinimumHeight(static_cast<int>(rows_) * kRow);
  update();
}

void FlameGraph::resizeEvent(QResizeEvent* /*event*/) {
  arrange();
}

QRectF FlameGraph::areaOf(const FlameBox& box) const {
  const double top = standing_ ? height() - kRow * (box.row + 1.0) : kRow * static_cast<double>(box.row);
  return {box.left, top, box.width, kRow};
}

QRectF FlameGraph::placeOf(uint32_t node) const {
  const auto found = std::find_if(boxes_.begin(), boxes_.end(),
                                  [&](const FlameBox& box) { return box.node == node && box.others == 0; });
  return found == boxes_.end() ? QRectF() : areaOf(*found);
}

const FlameBox* FlameGraph::boxAt(const QPointF& point) const {
  const auto found = std::find_if(boxes_.begin(), boxes_.end(),
                                  [&](const FlameBox& box) { return areaOf(box).contains(point); });
  return found == boxes_.end() ? nullptr : &*found;
}

QString FlameGraph::wordsOf(const FlameBox& box) const {
  if (box.others != 0)
    return counted(box.others, "caller") + tr(", each too narrow to be painted: zoom in on their caller");
  QString words = describe(*answer_, box.node);
  if (box.node == CallerNode::kNone) return words;
  const auto& value = metric_->value;
  const uint64_t here = answer_->tree.nodes[box.node].total.costs.*value;
  words += tr("\nwidth: %1, %2 of all %3")
               .arg(inWords(*metric_, here), percentOf(here, answer_->table->total.*value),
                    QString::fromLatin1(metric_->name));
  return words;
}

bool FlameGraph::isDimmed(const FlameBox& box) const {
  if (box.node == CallerNode::kNone) return false;
  if (!found_.empty()) return !isAt(found_, box.node);
  return !kin_.empty() && !isAt(kin_, box.node);
}

QString FlameGraph::wholeInWords() const {
  return tr("all: %1").arg(inWords(*metric_, answer_->table->total.*metric_->value));
}

FlameGraph::Kinds FlameGraph::kindsInSight() const {
  Kinds kinds;
  for (const FlameBox& box : boxes_) {
    if (box.node == CallerNode::kNone) continue;
    const int rank = answer_->ranks[box.node];
    if (rank >= 0 && static_cast<size_t>(rank) < theme_->callers.size()) {
      kinds.ranks.insert(rank);
    } else if (answer_->of_the_program[box.node]) {
      kinds.program = true;
    } else {
      kinds.other = true;
    }
  }
  return kinds;
}

QColor FlameGraph::plainColour(bool of_the_program) const {
  return of_the_program ? mix(theme_->panel, theme_->live, theme_->dark ? 0.38 : 0.3) : theme_->dead;
}

QColor FlameGraph::colourOf(const FlameBox& box) const {
  if (box.others != 0) return mix(theme_->panel, theme_->frame, 0.5);
  if (box.node == CallerNode::kNone) return theme_->grid;
  const int rank = answer_->ranks[box.node];
  const bool ranks = rank >= 0 && static_cast<size_t>(rank) < theme_->callers.size();
  const QColor colour =
      ranks ? theme_->callers[static_cast<size_t>(rank)] : plainColour(answer_->of_the_program[box.node]);
  return isDimmed(box) ? mix(colour, theme_->panel, 0.72) : colour;
}

void FlameGraph::paintBox(QPainter& painter, const FlameBox& box) {
  const QRectF area = areaOf(box);
  // A seam between neighbours, where there is room for it.
  const QRectF body = area.adjusted(0, 0, area.width() > 3 ? -1 : 0, -1);
  const QColor ground = colourOf(box);
  painter.fillRect(body, ground);
  if (isAt(picked_, box.node) || box.node == cursor_) {
    painter.setPen(QPen(isAt(picked_, box.node) ? theme_->accent : theme_->text, 2));
    if (box.node != CallerNode::kNone && area.width() > 4) painter.drawRect(body.adjusted(1, 1, -1, -1));
  } else if (box.node != CallerNode::kNone && box.node == hovered_) {
    painter.fillRect(body, QColor(255, 255, 255, theme_->dark ? 40 : 70));
  }
  if (area.width() < kLeastForText) return;
  QString words = box.node == CallerNode::kNone ? wholeInWords() : answer_->names[box.node];
  if (box.others != 0) words = tr("%1 more").arg(box.others);
  painter.setPen(isDimmed(box) ? theme_->muted : inkOn(ground));
  const QRectF line = body.adjusted(5, 0, -4, 0);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                   elidedCaller(words, QFontMetricsF(painter.font()), line.width()));
}

void FlameGraph::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->panel);
  painter.setFont(textFont(11));
  for (const FlameBox& box : boxes_) {
    if (areaOf(box).intersects(event->rect())) paintBox(painter, box);
  }
  if (boxes_.size() == 1) {
    painter.setPen(theme_->muted);
    painter.drawText(rect().adjusted(0, kRow, 0, 0), Qt::AlignCenter,
                     tr("No caller has any of these: %1").arg(QString::fromLatin1(metric_->name)));
  }
}

void FlameGraph::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const FlameBox* box = boxAt(event->position());
  if (box == nullptr || box->node == CallerNode::kNone) return;
  cursor_ = box->node;
  emit picked(box->node);
  update();
}

void FlameGraph::mouseDoubleClickEvent(QMouseEvent* event) {
  const FlameBox* box = boxAt(event->position());
  if (box != nullptr) zoomTo(box->others != 0 ? box->parent : box->node);
}

void FlameGraph::mouseMoveEvent(QMouseEvent* event) {
  const FlameBox* box = boxAt(event->position());
  hovered_ = box == nullptr ? CallerNode::kNone : box->node;
  if (box == nullptr) {
    QToolTip::hideText();
  } else {
    QToolTip::showText(event->globalPosition().toPoint(), wordsOf(*box), this, areaOf(*box).toRect());
  }
  update();
}

void FlameGraph::leaveEvent(QEvent* /*event*/) {
  hovered_ = CallerNode::kNone;
  update();
}

// Between painted boxes: up and down the stack, left and right among those of one caller.
void FlameGraph::moveCursor(int key) {
  const auto here = std::find_if(boxes_.begin(), boxes_.end(),
                                 [&](const FlameBox& box) { return box.node == cursor_ && box.others == 0; });
  if (here == boxes_.end()) {
    cursor_ = zoomed_;
    return;
  }
  const bool to_children = key == (standing_ ? Qt::Key_Up : Qt::Key_Down);
  if (!to_children && (key == Qt::Key_Up || key == Qt::Key_Down)) {
    cursor_ = here->parent;
    return;
  }
  const FlameBox* best = nullptr;
  for (const FlameBox& box : boxes_) {
    if (box.others != 0 || box.node == CallerNode::kNone) continue;
    if (to_children && box.parent == cursor_ && best == nullptr) best = &box;
    if (to_children || box.parent != here->parent || box.row != here->row) continue;
    if (key == Qt::Key_Left && box.left < here->left) best = &box;
    if (key == Qt::Key_Right && box.left > here->left && best == nullptr) best = &box;
  }
  if (best != nullptr) cursor_ = best->node;
}

void FlameGraph::keyPressEvent(QKeyEvent* event) {
  const int key = event->key();
  const bool is_node = cursor_ != CallerNode::kNone;
  if (key == Qt::Key_Escape && zoomed_ != CallerNode::kNone) {
    zoomTo(answer_->tree.nodes[zoomed_].parent);
  } else if ((key == Qt::Key_Return || key == Qt::Key_Enter) && is_node) {
    emit picked(cursor_);
  } else if (key == Qt::Key_Space) {
    zoomTo(cursor_);
  } else if (key >= Qt::Key_Left && key <= Qt::Key_Down) {
    moveCursor(key);
    update();
  } else {
    QWidget::keyPressEvent(event);
  }
}

}  // namespace slabscope::viewer
