// SPDX-License-Identifier: GPL-3.0-or-later
#include "offsets_view.h"

#include <QComboBox>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "choice.h"
#include "time_axis.h"
#include "words.h"

namespace slabscope::viewer {

using analysis::SlabLife;
using analysis::SliceLife;

namespace {

// So many rectangles are painted in a few milliseconds.
constexpr size_t kMostAtOnce = 2000;

}  // namespace

OffsetsView::OffsetsView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      gestures_(selection, *this),
      colouring_(makeChoice(tr("Colours of slices"), {tr("slices by caller"), tr("live and dead")}, this)),
      lookup_(findSlab,
              [this](const SlabQuestion& question, std::shared_ptr<const SlabAnswer> answer) {
                if (question != asked_) return;
                if (shownSlab() != answer->slab) slab_.clear();
                shown_ = std::move(answer);
                colouring_->setVisible(shownSlab() != nullptr);
                update();
                emit dataChanged();
              }),
      clicked_(findSlabAt,
               [this](const PlaceQuestion& question, const std::shared_ptr<const recording::StoreId>& slab) {
                 if (question.recording.get() != recording()) return;
                 Picks next = picks();
                 next.instant = question.at;
                 if (*slab) next.slab = *slab;
                 this->selection().set(next);
               }),
      density_([this] { update(); }),
      slab_([this] { update(); }) {
  setMinimumSize(480, 360);
  setAccessibleName(tr("Byte offsets of slices over time"));
  makeColourings();
}

void OffsetsView::makeColourings() {
  colouring_->setToolTip(tr("What the colours of live slices tell"));
  colouring_->setFocusPolicy(Qt::TabFocus);  // a click leaves the keys with the picture
  colouring_->hide();
  connect(colouring_, &QComboBox::currentIndexChanged, this, &OffsetsView::paintAnew);
}

void OffsetsView::setColouring(Colouring colouring) {
  colouring_->setCurrentIndex(colouring == Colouring::kCaller ? 0 : 1);
}

OffsetsView::Colouring OffsetsView::colouring() const {
  return colouring_->currentIndex() == 0 ? Colouring::kCaller : Colouring::kState;
}

QRectF OffsetsView::densityPlot() const {
  const double room = height() - kHeading - 2 * kSectionLine - kTimeAxis - kMargin;
  return {kGutter, kHeading + kSectionLine, std::max(1.0, width() - kGutter - kMargin),
          std::max(1.0, std::round(room * 0.42))};
}

QRectF OffsetsView::slabPlot() const {
  const QRectF above = densityPlot();
  const double top = above.bottom() + kMargin + kSectionLine;
  return {above.left(), top, above.width(), std::max(1.0, height() - kTimeAxis - top)};
}

Axis OffsetsView::timeAxis() const {
  return timeAxisOf(shownRange(), densityPlot());
}

Axis OffsetsView::offsetAxis(const QRectF& plot, uint64_t bytes) const {
  return {0, static_cast<double>(std::max<uint64_t>(bytes, 1)), plot.bottom(), plot.top()};
}

QPointF OffsetsView::densityPoint(recording::Nanoseconds t, uint64_t offset) const {
  return {timeAxis().toPixel(static_cast<double>(t)),
          offsetAxis(densityPlot(), largest_slab_).toPixel(static_cast<double>(offset))};
}

QPointF OffsetsView::slabPoint(recording::Nanoseconds t, uint64_t offset) const {
  return {timeAxis().toPixel(static_cast<double>(t)),
          offsetAxis(slabPlot(), shownSlab()->size).toPixel(static_cast<double>(offset))};
}

SliceColours OffsetsView::sliceColours() const {
  return {sharedRecording(), &theme(), colouring() == Colouring::kCaller, pickedStacks()};
}

SlabPicture OffsetsView::slabPicture() const {
  return slabPictureOf(sliceColours(), *shownSlab(), slabPlot(), timeAxis());
}

bool OffsetsView::isCrowded() const {
  return shownSlab()->slices > kMostAtOnce;
}

void OffsetsView::resizeEvent(QResizeEvent* /*event*/) {
  const QSize size = colouring_->sizeHint();
  colouring_->setGeometry(width() - static_cast<int>(kMargin) - size.width(), 10, size.width(),
                          size.height());
}

void OffsetsView::look() {
  if (recording() == nullptr) return;
  const SlabQuestion question{sharedRecording(), picks().slab, shownInstant()};
  // A range alone does not change which slab it is.
  if (asked_ == question) return;
  asked_ = question;
  lookup_.ask(question);
}

void OffsetsView::recordingChanged() {
  lookup_.giveUp();
  clicked_.giveUp();
  asked_.reset();
  shown_ = nullptr;
  colouring_->hide();
  slices_.set(nullptr, nullptr);
  density_.clear();
  slab_.clear();
  largest_slab_ = 0;
  if (recording() != nullptr) {
    gestures_.setWhole(recording()->wholeRange());
    for (const SlabLife& slab : recording()->lives.slabs) largest_slab_ = std::max(largest_slab_, slab.size);
  }
  look();
  update();
}

void OffsetsView::selectionChanged() {
  look();
  // Until it is known what is picked now, nothing is told from the rest.
  if (!picks().caller) paintAnew();
  update();
}

void OffsetsView::pickedStacksFound() {
  paintAnew();
}

void OffsetsView::themeChanged() {
  colouring_->setPalette(theme().palette());
  paintAnew();
}

void OffsetsView::paintAnew() {
  density_.paintAnew();
  slab_.paintAnew();
  update();
}

void OffsetsView::settleView() {
  lookup_.settle();
  clicked_.settle();
  waits_ = true;
}

std::vector<NamedTable> OffsetsView::listTables() {
  if (shownSlab() == nullptr) return {};
  slices_.set(sharedRecording(), shownSlab());
  return {{accessibleName(), &slices_}};
}

void OffsetsView::pickRow(const QAbstractItemModel& /*table*/, int row) {
  const SliceLife& slice = slices_.slice(row);
  pickSlice(slice, {slice.life.born});
}

QString OffsetsView::densityTip(const QPointF& point) const {
  QString at = timeText(timeAt(timeAxis(), point.x()));
  const QRectF plot = densityPlot();
  const Density* density = density_.data();
  if (density == nullptr || density->counts.empty() || !density_.isOf(shownRange())) return at;
  const auto column =
      static_cast<size_t>((point.x() - plot.left()) / plot.width() * static_cast<double>(density->columns));
  const auto row =
      static_cast<size_t>((plot.bottom() - point.y()) / plot.height() * static_cast<double>(density->rows));
  const uint32_t count =
      density->at(std::min(column, density->columns - 1), std::min(row, density->rows - 1));
  const double offset = offsetAxis(plot, largest_slab_).toValue(point.y());
  return tr("%1, offset %2\n%3 in this pixel")
      .arg(at, sizeLabel(std::floor(offset)), counted(count, "live slice"));
}

QString OffsetsView::tooltipAt(const QPointF& point) const {
  if (densityPlot().contains(point)) return densityTip(point);
  const SliceLife* slice = slabPicture().sliceAt(point);
  if (slice == nullptr) return {};
  const bool has_died = slice->life.hasDied();
  const recording::Nanoseconds until = has_died ? slice->life.died : recording()->scan.duration;
  return tr("%1 at offset %2%3\n%4 to %5, lived %6\n%7")
      .arg(bytes(slice->length))
      .arg(slice->offset)
      .arg(slice->view ? tr(", a view") : QString(), timeText(slice->life.born),
           has_died ? timeText(until) : tr("the end"),
           durationText(until - std::min(until, slice->life.born)),
           nameOf(recording()->ownerOf(slice->stack)));
}

void OffsetsView::pickSlice(const SliceLife& slice, const analysis::Instant& at) {
  Picks next = picks();
  next.instant = at;
  next.slab = shownSlab()->store;
  next.caller = recording()->ownerOf(slice.stack);
  selection().set(next);
}

void OffsetsView::pick(const QPointF& point) {
  const analysis::Instant at{timeAt(timeAxis(), point.x())};
  if (densityPlot().contains(point)) {
    const double offset = offsetAxis(densityPlot(), largest_slab_).toValue(point.y());
    clicked_.ask({sharedRecording(), at, offset});
  } else if (const SliceLife* slice = slabPicture().sliceAt(point)) {
    pickSlice(*slice, at);
  } else {
    gestures_.pickInstant(point.x(), timeAxis());
  }
}

void OffsetsView::mousePressEvent(QMouseEvent* event) {
  gestures_.press(*event);
}

void OffsetsView::mouseMoveEvent(QMouseEvent* event) {
  if (!gestures_.move(*event) && shownSlab() != nullptr)
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(event->position()), this);
}

void OffsetsView::mouseReleaseEvent(QMouseEvent* event) {
  const QPointF point = event->position();
  if (shownSlab() != nullptr && gestures_.release(*event, timeAxis()) &&
      (densityPlot().contains(point) || slabPlot().contains(point)))
    pick(point);
}

void OffsetsView::wheelEvent(QWheelEvent* event) {
  if (shownSlab() != nullptr) gestures_.wheel(*event, timeAxis(), shownRange());
}

void OffsetsView::keyPressEvent(QKeyEvent* event) {
  if (shownSlab() == nullptr) return View::keyPressEvent(event);
  if (event->key() == Qt::Key_C)
    return setColouring(colouring() == Colouring::kCaller ? Colouring::kState : Colouring::kCaller);
  if (!goesToSlab(*event, shownSlab()) && !gestures_.key(*event, shownRange())) View::keyPressEvent(event);
}

}  // namespace slabscope::viewer
