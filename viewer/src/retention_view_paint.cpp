// SPDX-License-Identifier: GPL-3.0-or-later
// What the Retention view writes around its tables and its picture.
#include <QPainter>
#include <algorithm>

#include "painting.h"
#include "retention_view.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
QString RetentionView::emptiness() const {
  if (lookup_.isBusy() || answer_ == nullptr) return tr("Reading…");
  if (!answer_->trouble.isEmpty()) return answer_->trouble;
  return lackOfSlabs(shownInstant().t);
}

void RetentionView::paint(QPainter& painter) {
  const recording::Nanoseconds at = std::min(shownInstant().t, recording()->scan.duration);
  QString line = recording()->title() + tr(" · at %1").arg(timeText(at));
  const bool knows = recording()->scan.knowsSlices();
  if (hasSlabs() && knows)
    line += tr(": %1 of slabs, %2 of them live")
                .arg(bytes(answer_->slab_bytes),
                     bytes(answer_->report.pool.live_bytes + answer_->report.native_pool.live_bytes));
  if (hasSlabs() && !knows)
    line += tr(": %1 of slabs, how much of it live is not known").arg(bytes(answer_->slab_bytes));
  paintHeading(painter, theme(), rect(), tr("Retention"), line);
  if (!hasSlabs()) {
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0), emptiness());
    return;
  }
  const QRectF strip(kMargin, kHeading - 2, width() - 2 * kMargin, 20);
  const double end = paintLegend(painter, theme(), strip,
                                 {{theme().callers.front(), tr("live bytes of a holder")},
                                  {mix(theme().panel, theme().callers.front(), 0.28), tr("held, not live")},
                                  {theme().unseen, tr("younger, or without a holder"), true}});
  // Each isolate collects for itself; that of the main one is the one that is told.
  const bool is_several = recording()->scan.counts.isolate_start > 1;
  const QString whose = is_several ? tr(" of the main isolate") : QString();
  const QString others = is_several ? tr(", or the last one of another") : QString();
  const QString judged = answer_->knowsSurvivors()
                             ? tr("by what survived the full collection%1 at %2%3")
                                   .arg(whose, timeText(*answer_->report.last_full_collection), others)
                             : tr("no full collection%1 yet: some may be garbage").arg(whose);
  painter.setPen(answer_->knowsSurvivors() ? theme().muted : theme().warning);
  const QRectF rest(end + 12, strip.top(), std::max(0.0, strip.right() - end - 12), strip.height());
  painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter,
                   QFontMetricsF(painter.font()).elidedText(judged, Qt::ElideRight, rest.width()));
}

}  // namespace slabscope::viewer
