// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the Offsets view.
#include <QComboBox>
#include <algorithm>

#include "byte_states.h"
#include "offsets_view.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr size_t kCallersInLegend = 4;

}  // namespace

ImageFrame OffsetsView::frameOf(const QPainter& painter, const QRectF& plot) const {
  return {shownRange(), plot.size(), painter.device()->devicePixelRatioF()};
}

void OffsetsView::paintTimes(QPainter& painter, const QRectF& plot, bool flags) const {
  TimeMarks{theme(), recording()->scan, timeAxis(), plot, picks().instant}.paint(painter, flags);
  gestures_.paint(painter, theme(), plot, timeAxis());
}

void OffsetsView::paintDensityLegend(QPainter& painter, const QRectF& line) const {
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  const QFontMetricsF metrics(textFont(11));
  const QString most = countText(std::max(density_.data() == nullptr ? 0U : density_.data()->most, 1U));
  constexpr double kBar = 120;
  const double right = line.right();
  const double bar = right - metrics.horizontalAdvance(most) - 6 - kBar;
  const QRectF ramp(bar, line.center().y() - 5, kBar, 10);
  paintRamp(painter, theme(), ramp);
  painter.drawText(QRectF(right - 80, line.top(), 80, line.height()), Qt::AlignRight | Qt::AlignVCenter,
                   most);
  painter.drawText(QRectF(line.left(), line.top(), bar - 6 - line.left(), line.height()),
                   Qt::AlignRight | Qt::AlignVCenter, tr("live slices in a pixel, log scale:  1"));
}

void OffsetsView::paintDensity(QPainter& painter) {
  const QRectF plot = densityPlot();
  const Axis time = timeAxis();
  const Axis offset = offsetAxis(plot, largest_slab_);
  paintAxes(painter, theme(), plot, time, {}, offset,
            byteTicks(offset.from, offset.to, static_cast<int>(plot.height() / 34)));
  density_.provide(
      frameOf(painter, plot),
      [colours = sliceColours(), most = largest_slab_](const ImageFrame& frame) {
        return makeDensityImage(colours, most, frame);
      },
      waits_);
  density_.paint(painter, plot, time);
  paintTimes(painter, plot, true);

  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  const size_t slabs = recording()->lives.slabs.size();
  QString title = slabs == 1 ? tr("The one slab") : tr("All %1 slabs").arg(countText(slabs));
  if (picks().caller) title += tr(", slices of %1").arg(recording()->callerName(*picks().caller));
  paintSectionTitle(painter, theme(), line, title);
  paintDensityLegend(painter, line);
}

std::vector<LegendItem> OffsetsView::slabLegend() const {
  std::vector<LegendItem> items;
  if (!recording()->lives.knows_slices) return {legendOf(theme(), analysis::ByteState::kUnseen)};
  if (colouring() == Colouring::kState) items.push_back({theme().live, tr("live")});
  for (const analysis::ByteState state :
       {analysis::ByteState::kDead, analysis::ByteState::kPadding, analysis::ByteState::kTail})
    items.push_back(legendOf(theme(), state));
  if (shown_->has_unseen) items.push_back(legendOf(theme(), analysis::ByteState::kUnseen));
  items.push_back({mix(theme().panel, theme().dead, kFreeOpacity), wordsOf(analysis::ByteState::kFree)});
  for (const LegendItem& item : legendOfTimes(theme(), recording()->scan)) items.push_back(item);
  if (colouring() == Colouring::kState) return items;
  const std::vector<recording::FrameId>& here = shown_->callers;
  for (size_t i = 0; i < std::min(here.size(), kCallersInLegend); ++i)
    items.push_back({colourOf(here[i]), nameOf(here[i])});
  if (here.size() > kCallersInLegend) items.push_back({theme().other_caller, tr("others")});
  return items;
}

void OffsetsView::paintSlab(QPainter& painter) {
  const QRectF plot = slabPlot();
  const Axis time = timeAxis();
  const Axis offset = offsetAxis(plot, shownSlab()->size);
  paintAxes(painter, theme(), plot, time, timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90)),
            offset, byteTicks(offset.from, offset.to, static_cast<int>(plot.height() / 34)));
  if (isCrowded()) {
    slab_.provide(
        frameOf(painter, plot),
        [colours = sliceColours(), slab = shownSlab()](const ImageFrame& frame) {
          return makeSlabImage(colours, *slab, frame);
        },
        waits_);
    slab_.paint(painter, plot, time);
  } else {
    slabPicture().paint(painter);
  }
  paintTimes(painter, plot, false);

  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  const QString title = tr("Slab %1").arg(shownSlab()->store.value);
  paintLegend(painter, theme(), paintSectionTitle(painter, theme(), line, title), slabLegend());
}

void OffsetsView::paint(QPainter& painter) {
  paintHeading(painter, theme(), QRectF(rect()).adjusted(0, 0, -colouring_->width() - kMargin, 0),
               tr("Offsets"),
               recording()->title() + tr(" · byte offset in the slab against time since the start"));
  if (shownSlab() == nullptr) {
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0),
               recording()->lives.slabs.empty() ? lackOfSlabs(shownInstant().t) : tr("Reading…"));
    return;
  }
  paintDensity(painter);
  paintSlab(painter);
  waits_ = false;
}

}  // namespace slabscope::viewer
