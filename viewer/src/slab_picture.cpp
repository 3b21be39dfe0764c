// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_picture.h"

#include <algorithm>

#include "painting.h"
#include "slabscope/analysis/slab_layout.h"

namespace slabscope::viewer {
namespace {

using analysis::SliceLife;

double untilOf(const analysis::Lifetime& life, double end) {
  return life.hasDied() ? std::min(static_cast<double>(life.died), end) : end;
}

// A line between neighbours, where there is room for one.
QRectF inset(const QRectF& rect) {
  return rect.height() >= 4 ? rect.adjusted(0, 0, 0, -1) : rect;
}

}  // namespace

double SlabPicture::endOfSlab() const {
  return untilOf(slab.life, time.to);
}

QRectF SlabPicture::place(double born, double died, uint64_t offset_from, uint64_t offset_to) const {
  const double left = std::max(time.toPixel(born), plot.left());
  const double right = std::max(std::min(time.toPixel(died), plot.right()), left + 1);
  const double top = offset.toPixel(static_cast<double>(offset_to));
  const double bottom = std::max(offset.toPixel(static_cast<double>(offset_from)), top + 1);
  return {left, top, right - left, bottom - top};
}

void SlabPicture::paintGaps(QPainter& painter) const {
  const double end = endOfSlab();
  if (!lives.knows_slices)
    return paintHatching(painter, place(static_cast<double>(slab.life.born), end, 0, slab.size),
                         theme.unseen);
  uint64_t cut_end = 0;
  recording::Nanoseconds last_cut = 0;
  bool first = true;
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    if (slice->view) continue;
    const auto born = static_cast<double>(slice->life.born);
    if (slice->offset > cut_end) {
      const analysis::ByteState state =
          analysis::stateOfGap(slice->offset - cut_end, slab.address + slice->offset, first);
      const QRectF gap =
          place(first ? static_cast<double>(slab.life.born) : born, end, cut_end, slice->offset);
      if (state == analysis::ByteState::kPadding) {
        painter.fillRect(gap, theme.padding);
      } else {
        paintHatching(painter, gap, theme.unseen);
      }
    }
    cut_end = std::max(cut_end, slice->offset + slice->length);
    last_cut = slice->life.born;
    first = false;
  }
  const analysis::SlabLife* const next = analysis::successorOf(lives, slab, last_cut);
  if (next == nullptr || cut_end >= slab.size) return;
  const auto left = static_cast<double>(next->life.born);
  if (left < end) paintHatching(painter, place(left, end, cut_end, slab.size), theme.tail);
}

void SlabPicture::paint(QPainter& painter) const {
  const double end = endOfSlab();
  if (static_cast<double>(slab.life.born) > time.to || end < time.from) return;
  painter.save();
  painter.setClipRect(plot);
  QColor body = theme.dead;
  body.setAlphaF(static_cast<float>(kFreeOpacity));
  painter.fillRect(place(static_cast<double>(slab.life.born), end, 0, slab.size), body);
  paintGaps(painter);
  const auto visible = [&](double from, double until) { return from <= time.to && until >= time.from; };
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    const double died = untilOf(slice->life, end);
    if (slice->view || !slice->life.hasDied() || slice->length == 0 || died >= end || !visible(died, end))
      continue;
    painter.fillRect(inset(place(died, end, slice->offset, slice->offset + slice->length)), theme.dead);
  }
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    const auto born = static_cast<double>(slice->life.born);
    const double died = untilOf(slice->life, end);
    if (slice->length == 0 || !visible(born, died)) continue;
    painter.fillRect(inset(place(born, died, slice->offset, slice->offset + slice->length)), colour(*slice));
  }
  painter.restore();
}

const SliceLife* SlabPicture::sliceAt(const QPointF& point) const {
  if (!plot.contains(point)) return nullptr;
  const SliceLife* found = nullptr;
  bool found_lives = false;
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    const auto born = static_cast<double>(slice->life.born);
    if (slice->length == 0 || time.toPixel(born) > point.x()) continue;
    if (slice->view && time.toValue(point.x()) > untilOf(slice->life, endOfSlab())) continue;
    if (!place(born, endOfSlab(), slice->offset, slice->offset + slice->length).contains(point)) continue;
    const bool lives_then = time.toPixel(untilOf(slice->life, endOfSlab())) >= point.x();
    if (found_lives && !lives_then) continue;
    found = slice;
    found_lives = lives_then;
  }
  return found;
}

}  // namespace slabscope::viewer
