// SPDX-License-Identifier: GPL-3.0-or-later
#include "scrubber.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <algorithm>
#include <cmath>
#include <utility>

#include "theme.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr int kSteps = 2000;

}  // namespace

Scrubber::Scrubber(Selection& selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      slider_(new QSlider(Qt::Horizontal, this)),
      label_(new QLabel(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 4, 16, 6);
  auto* name = new QLabel(tr("Instant"), this);
  name->setFont(textFont());
  row->addWidget(name);
  row->addWidget(slider_, 1);
  label_->setFont(textFont());
  label_->setMinimumWidth(90);
  label_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(label_);
  slider_->setRange(0, kSteps);
  slider_->setPageStep(kSteps / 20);
  slider_->setObjectName("scrubber");
  slider_->setAccessibleName(tr("Instant"));
  slider_->setToolTip(tr("The instant that the views show"));
  name->setBuddy(slider_);
  connect(slider_, &QSlider::valueChanged, this, &Scrubber::moved);
  connect(slider_, &QSlider::sliderReleased, this, [this] { selection_.endGesture(); });
  connect(&selection, &Selection::changed, this, &Scrubber::show);
}

void Scrubber::setRecording(std::shared_ptr<const Loaded> recording) {
  recording_ = std::move(recording);
  show();
}

TimeRange Scrubber::range() const {
  return selection_.picks().range.value_or(recording_->wholeRange());
}

void Scrubber::moved(int step) {
  if (recording_ == nullptr) return;
  const TimeRange all = range();
  const double part = static_cast<double>(step) / kSteps * static_cast<double>(all.length());
  Picks picks = selection_.picks();
  picks.instant = analysis::Instant{all.from + static_cast<recording::Nanoseconds>(std::llround(part))};
  selection_.follow(picks);
}

void Scrubber::show() {
  setEnabled(recording_ != nullptr);
  label_->clear();
  if (recording_ == nullptr) return;
  const analysis::Instant at = selection_.picks().instant.value_or(recording_->scan.end);
  label_->setText(timeText(at.t));
  if (slider_->isSliderDown()) return;
  const TimeRange all = range();
  const double part = static_cast<double>(std::clamp(at.t, all.from, all.until) - all.from) /
                      static_cast<double>(std::max<uint64_t>(all.length(), 1));
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::lround(part * kSteps)));
}

}  // namespace slabscope::viewer
