// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_map_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <utility>

#include "byte_states.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::ByteRun;
using analysis::ByteState;

constexpr double kSide = 300;
constexpr double kCaption = 30;
constexpr double kLeastRow = 9;
constexpr uint64_t kLeastRows = 16;

}  // namespace

SlabMapView::SlabMapView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      lookup_(findSlabMap, [this](const SlabQuestion& question, std::shared_ptr<const SlabMapAnswer> answer) {
        if (question.recording.get() != recording()) return;
        shown_at_ = question.at;
        answer_ = std::move(answer);
        update();
        emit dataChanged();
      }) {
  setMinimumSize(560, 360);
  setAccessibleName(tr("Bytes of one slab"));
}

const SlabMapAnswer& SlabMapView::shown() const {
  static const SlabMapAnswer kNothing;
  return answer_ == nullptr ? kNothing : *answer_;
}

void SlabMapView::look() {
  if (recording() == nullptr) return;
  const SlabQuestion question{sharedRecording(), picks().slab, shownInstant()};
  if (asked_ == question) return;
  asked_ = question;
  lookup_.ask(question);
}

void SlabMapView::recordingChanged() {
  lookup_.giveUp();
  asked_.reset();
  shown_at_.reset();
  answer_ = nullptr;
  look();
  update();
}

void SlabMapView::selectionChanged() {
  look();
  update();
}

uint64_t SlabMapView::bytesOf(ByteState state) const {
  uint64_t sum = 0;
  for (const ByteRun& run : runs()) sum += run.state == state ? run.bytes() : 0;
  return sum;
}

QRectF SlabMapView::mapArea() const {
  return {kGutter, kHeading + kCaption, std::max(1.0, width() - kGutter - kSide - 2 * kMargin),
          std::max(1.0, height() - kHeading - kCaption - kMargin)};
}

QRectF SlabMapView::sideArea() const {
  return {width() - kSide - kMargin, kHeading + kCaption, kSide,
          std::max(1.0, height() - kHeading - kCaption - kMargin)};
}

uint64_t SlabMapView::bytesPerRow() const {
  uint64_t per_row = 64;
  const auto most_rows =
      std::max<uint64_t>(kLeastRows, static_cast<uint64_t>(mapArea().height() / kLeastRow));
  while (shownSlab()->size / per_row > std::min<uint64_t>(most_rows, 64)) per_row *= 2;
  return per_row;
}

size_t SlabMapView::rowCount() const {
  return static_cast<size_t>((shownSlab()->size + bytesPerRow() - 1) / bytesPerRow());
}

double SlabMapView::rowHeight() const {
  return std::min(28.0, mapArea().height() / static_cast<double>(std::max<size_t>(rowCount(), 1)));
}

QPointF SlabMapView::pointOf(uint64_t offset) const {
  const uint64_t per_row = bytesPerRow();
  const uint64_t row = offset / per_row;
  const double x = (static_cast<double>(offset % per_row) + 0.5) / static_cast<double>(per_row);
  return {mapArea().left() + x * mapArea().width(),
          mapArea().top() + (static_cast<double>(row) + 0.5) * rowHeight()};
}

const ByteRun* SlabMapView::runAt(const QPointF& point) const {
  const QRectF area = mapArea();
  if (runs().empty() || !area.contains(point)) return nullptr;
  const auto row = static_cast<uint64_t>((point.y() - area.top()) / rowHeight());
  const double in_row = (point.x() - area.left()) / area.width() * static_cast<double>(bytesPerRow());
  const uint64_t offset = row * bytesPerRow() + static_cast<uint64_t>(in_row);
  const auto after = std::upper_bound(runs().begin(), runs().end(), offset,
                                      [](uint64_t at, const ByteRun& run) { return at < run.begin; });
  const ByteRun& run = *std::prev(after);
  return offset < run.end ? &run : nullptr;
}

QString SlabMapView::tooltipOf(const ByteRun& run) const {
  QString text = tr("%1 %2, offsets %3 to %4")
                     .arg(bytes(run.bytes()), wordsOf(run.state))
                     .arg(run.begin)
                     .arg(run.end - 1);
  if (run.slice == nullptr) return text;
  const analysis::Lifetime& life = run.slice->life;
  text += tr("\nslice of %1 at offset %2, born %3")
              .arg(bytes(run.slice->length))
              .arg(run.slice->offset)
              .arg(timeText(life.born));
  if (life.hasDied()) text += tr(", died %1").arg(timeText(life.died));
  return text + "\n" + nameOf(recording()->ownerOf(run.slice->stack));
}

void SlabMapView::mouseMoveEvent(QMouseEvent* event) {
  if (shownSlab() == nullptr) return;
  const ByteRun* run = runAt(event->position());
  QToolTip::showText(event->globalPosition().toPoint(), run == nullptr ? QString() : tooltipOf(*run), this);
}

void SlabMapView::mouseReleaseEvent(QMouseEvent* event) {
  if (shownSlab() == nullptr || event->button() != Qt::LeftButton) return;
  if (const ByteRun* run = runAt(event->position())) pickRun(*run);
}

void SlabMapView::pickRun(const ByteRun& run) {
  if (run.slice == nullptr) return;
  Picks next = picks();
  next.slab = shownSlab()->store;
  next.caller = recording()->ownerOf(run.slice->stack);
  selection().set(next);
}

void SlabMapView::keyPressEvent(QKeyEvent* event) {
  if (shownSlab() == nullptr || !goesToSlab(*event, shownSlab())) View::keyPressEvent(event);
}

}  // namespace slabscope::viewer
