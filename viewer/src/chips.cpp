// SPDX-License-Identifier: GPL-3.0-or-later
#include "chips.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <utility>

#include "slabscope/analysis/words.h"
#include "theme.h"
#include "words.h"

namespace slabscope::viewer {
Chips::Chips(Selection& selection, QWidget* parent)
    : QWidget(parent), selection_(selection), row_(new QHBoxLayout(this)) {
  row_->setContentsMargins(16, 6, 16, 6);
  row_->setSpacing(8);
  connect(&selection, &Selection::changed, this, &Chips::rebuild);
  rebuild();
}

void Chips::setRecording(std::shared_ptr<const Loaded> recording) {
  recording_ = std::move(recording);
  rebuild();
}

void Chips::add(const QString& name, const QString& text, const std::function<void(Picks&)>& clear) {
  auto* chip = new QToolButton(this);
  chip->setObjectName(name);
  chip->setText(text + "  ✕");
  chip->setFont(textFont());
  chip->setToolTip(tr("Show without this again"));
  chip->setAccessibleName(tr("Take back: %1").arg(text));
  connect(chip, &QToolButton::clicked, this, [this, clear] {
    Picks picks = selection_.picks();
    clear(picks);
    selection_.set(picks);
  });
  row_->addWidget(chip);
}

void Chips::rebuild() {
  while (QLayoutItem* item = row_->takeAt(0)) {
    // It may be its own click that brought us here.
    if (item->widget() != nullptr) {
      item->widget()->hide();
      item->widget()->deleteLater();
    }
    delete item;
  }
  const Picks& picks = selection_.picks();
  if (picks.range)
    add("range", tr("%1 to %2").arg(timeText(picks.range->from), timeText(picks.range->until)),
        [](Picks& next) { next.range.reset(); });
  if (picks.instant)
    add("instant", tr("at %1").arg(timeText(picks.instant->t)), [](Picks& next) { next.instant.reset(); });
  if (picks.slab) add("slab", tr("slab %1").arg(picks.slab.value), [](Picks& next) { next.slab = {}; });
  if (picks.caller && recording_ != nullptr)
    add("caller", recording_->callerName(*picks.caller), [](Picks& next) { next.caller.reset(); });
  if (picks == Picks{}) {
    auto* hint = new QLabel(
        tr("Drag over a time to show that range alone; click for an instant, a slab, a caller."), this);
    hint->setFont(textFont());
    hint->setEnabled(false);
    row_->addWidget(hint);
  }
  row_->addStretch(1);
}

}  // namespace slabscope::viewer
