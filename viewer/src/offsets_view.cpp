// SPDX-License-Identifier: GPL-3.0-or-later
#include "offsets_view.h"

#include <QLinearGradient>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "painting.h"
#include "slab_choice.h"
#include "slabscope/analysis/words.h"

namespace slabscope::viewer {
namespace {

using analysis::SlabLife;
using analysis::SliceLife;

constexpr size_t kCallersInLegend = 4;

double alignedPixel(double value) {
  return std::round(value);
}

}  // namespace

OffsetsView::OffsetsView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      gestures_(selection, *this),
      latest_([this](const std::shared_ptr<const Raster>& raster) {
        raster_ = raster;
        update();
      }) {
  setMinimumSize(480, 360);
  setAccessibleName(tr("Byte offsets of slices over time"));
}

void OffsetsView::setColouring(Colouring colouring) {
  colouring_ = colouring;
  update();
}

QRectF OffsetsView::densityPlot() const {
  const double room = height() - kHeading - 2 * kSectionLine - kTimeAxis - kMargin;
  return {kGutter, kHeading + kSectionLine, std::max(1.0, width() - kGutter - kMargin),
          std::max(1.0, alignedPixel(room * 0.42))};
}

QRectF OffsetsView::slabPlot() const {
  const QRectF above = densityPlot();
  const double top = above.bottom() + kMargin + kSectionLine;
  return {above.left(), top, above.width(), std::max(1.0, height() - kTimeAxis - top)};
}

Axis OffsetsView::timeAxis() const {
  const TimeRange range = shownRange();
  const QRectF plot = densityPlot();
  return {static_cast<double>(range.from), static_cast<double>(range.until), plot.left(), plot.right()};
}

Axis OffsetsView::offsetAxis(const QRectF& plot, uint64_t bytes) const {
  return {0, static_cast<double>(std::max<uint64_t>(bytes, 1)), plot.bottom(), plot.top()};
}

QPointF OffsetsView::densityPoint(recording::Nanoseconds t, uint64_t offset) const {
  return {timeAxis().toPixel(static_cast<double>(t)),
          offsetAxis(densityPlot(), largestSlab()).toPixel(static_cast<double>(offset))};
}

QPointF OffsetsView::slabPoint(recording::Nanoseconds t, uint64_t offset) const {
  return {timeAxis().toPixel(static_cast<double>(t)),
          offsetAxis(slabPlot(), shownSlab()->size).toPixel(static_cast<double>(offset))};
}

QColor OffsetsView::sliceColour(const SliceLife& slice) const {
  const recording::FrameId owner = recording()->ownerOf(slice.stack);
  QColor colour = colouring_ == Colouring::kCaller ? colourOf(owner) : theme().live;
  if (!isPicked(slice.stack)) colour.setAlpha(50);
  return colour;
}

SlabPicture OffsetsView::slabPicture() const {
  const QRectF plot = slabPlot();
  return {theme(),
          recording()->lives,
          *shownSlab(),
          timeAxis(),
          offsetAxis(plot, shownSlab()->size),
          plot,
          [this](const SliceLife& slice) { return sliceColour(slice); }};
}

const SlabLife* OffsetsView::choose() const {
  if (recording() == nullptr) return nullptr;
  const analysis::Lifetimes& lives = recording()->lives;
  const SlabLife* slab = picks().slab ? lives.find(picks().slab) : nullptr;
  if (slab == nullptr) slab = costliestSlab(lives, shownInstant());
  // At the instant none may live any more, or yet.
  return slab == nullptr && !lives.slabs.empty() ? &lives.slabs.back() : slab;
}

const SlabLife* OffsetsView::shownSlab() const {
  if (!chosen_) slab_ = choose();
  chosen_ = true;
  return slab_;
}

void OffsetsView::recordingChanged() {
  raster_.reset();
  latest_.forget();
  asked_pixels_ = {};
  chosen_ = false;
  largest_slab_ = 0;
  if (recording() != nullptr) {
    gestures_.setWhole(wholeRange());
    for (const SlabLife& slab : recording()->lives.slabs) largest_slab_ = std::max(largest_slab_, slab.size);
  }
  shown_ = picks();
  update();
}

void OffsetsView::selectionChanged() {
  // A range alone does not change which slab it is: to look for it costs more than to paint it.
  if (shown_.slab != picks().slab || shown_.instant != picks().instant) chosen_ = false;
  shown_ = picks();
  update();
}

void OffsetsView::themeChanged() {
  asked_pixels_ = {};
  update();
}

std::shared_ptr<const OffsetsView::Raster> OffsetsView::rasterOf(std::shared_ptr<const Loaded> recording,
                                                                 const Theme& theme, const TimeRange& range,
                                                                 const QSize& pixels, uint64_t bytes) {
  auto raster = std::make_shared<Raster>();
  const auto columns = static_cast<size_t>(pixels.width());
  raster->density = densityOf(recording->lives, range, bytes, columns, static_cast<size_t>(pixels.height()));
  raster->recording = std::move(recording);
  raster->theme = &theme;
  raster->range = range;
  raster->pixels = pixels;
  raster->image = QImage(pixels, QImage::Format_ARGB32_Premultiplied);
  raster->image.fill(Qt::transparent);
  const Density& density = raster->density;
  // Of the ramp so many colours as it takes for its steps not to be seen.
  std::array<QRgb, 256> colours{};
  for (size_t i = 0; i < colours.size(); ++i)
    colours.at(i) = theme.density(static_cast<double>(i) / (colours.size() - 1)).rgb();
  const double most = std::max(std::log1p(density.most), 1e-9);
  for (size_t row = 0; row < density.rows && !density.counts.empty(); ++row) {
    auto* line = reinterpret_cast<QRgb*>(raster->image.scanLine(pixels.height() - 1 - static_cast<int>(row)));
    for (size_t column = 0; column < columns; ++column) {
      const uint32_t count = density.at(column, row);
      if (count == 0) continue;
      const double place = std::min(std::log1p(count - 1) / most, 1.0) * (colours.size() - 1);
      line[column] = colours.at(static_cast<size_t>(place));
    }
  }
  return raster;
}

bool OffsetsView::isOfNow(const Raster& raster, const QSize& pixels) const {
  return raster.recording.get() == recording() && raster.theme == &theme() && raster.range == shownRange() &&
         raster.pixels == pixels;
}

void OffsetsView::provideRaster(const QSize& pixels) {
  if (raster_ != nullptr && isOfNow(*raster_, pixels)) return;
  if (waits_) {
    raster_ = rasterOf(sharedRecording(), theme(), shownRange(), pixels, largestSlab());
    return;
  }
  if (asked_pixels_ == pixels && asked_range_ == shownRange()) return;
  asked_pixels_ = pixels;
  asked_range_ = shownRange();
  latest_.ask([loaded = sharedRecording(), colours = &theme(), range = shownRange(), pixels,
               bytes = largestSlab()](const std::atomic<bool>& /*stop: it does not take long*/) {
    return rasterOf(loaded, *colours, range, pixels, bytes);
  });
}

void OffsetsView::paintTimes(QPainter& painter, const QRectF& plot, bool labels) const {
  const Axis time = timeAxis();
  painter.save();
  painter.setClipRect(plot);
  for (const analysis::MarkPlace& mark : recording()->scan.marks) {
    const double x = time.toPixel(static_cast<double>(mark.instant.t));
    if (x < plot.left() || x > plot.right()) continue;
    paintTimeLine(painter, plot, x, theme().muted, Qt::DashLine);
    if (!labels) continue;
    paintFlag(painter, theme(), plot, x,
              QString::fromStdString(analysis::printable(recording()->scan.definitions.string(mark.name))));
  }
  for (const recording::Lost& lost : recording()->scan.losses) {
    const double from = time.toPixel(static_cast<double>(lost.t));
    const double until = std::max(from + 2, time.toPixel(static_cast<double>(lost.until)));
    paintHatching(painter, QRectF(from, plot.top(), until - from, plot.height()), theme().warning);
  }
  if (picks().instant)
    paintTimeLine(painter, plot, time.toPixel(static_cast<double>(picks().instant->t)), theme().accent);
  painter.restore();
  gestures_.paint(painter, theme(), plot, time);
}

void OffsetsView::paintDensityLegend(QPainter& painter, const QRectF& line) const {
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  const QFontMetricsF metrics(textFont(11));
  const QString most = QString::fromStdString(
      analysis::countInWords(std::max(raster_ == nullptr ? 0U : raster_->density.most, 1U)));
  const QString words = tr("live slices over an offset:");
  constexpr double kBar = 120;
  const double right = line.right();
  const double bar = right - metrics.horizontalAdvance(most) - 6 - kBar;
  const QRectF ramp(bar, line.center().y() - 5, kBar, 10);
  QLinearGradient gradient(ramp.topLeft(), ramp.topRight());
  for (int i = 0; i <= 8; ++i) gradient.setColorAt(i / 8.0, theme().density(i / 8.0));
  painter.fillRect(ramp, gradient);
  painter.drawText(QRectF(right - 80, line.top(), 80, line.height()), Qt::AlignRight | Qt::AlignVCenter,
                   most);
  painter.drawText(QRectF(line.left(), line.top(), bar - 6 - line.left(), line.height()),
                   Qt::AlignRight | Qt::AlignVCenter, words + "  1");
}

void OffsetsView::paintDensity(QPainter& painter) {
  const QRectF plot = densityPlot();
  const Axis time = timeAxis();
  const Axis offset = offsetAxis(plot, largestSlab());
  paintAxes(painter, theme(), plot, time, {}, offset,
            byteTicks(offset.from, offset.to, static_cast<int>(plot.height() / 34)));
  const double ratio = painter.device()->devicePixelRatioF();
  const QSize pixels = (plot.size() * ratio).toSize();
  provideRaster(pixels);
  if (raster_ != nullptr) {
    const double left = time.toPixel(static_cast<double>(raster_->range.from));
    const double right = time.toPixel(static_cast<double>(raster_->range.until));
    painter.save();
    painter.setClipRect(plot);
    painter.drawImage(QRectF(left, plot.top(), right - left, plot.height()), raster_->image);
    painter.restore();
  }
  paintTimes(painter, plot, true);

  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  painter.drawText(
      line, Qt::AlignLeft | Qt::AlignVCenter,
      recording()->lives.slabs.size() == 1
          ? tr("The one slab")
          : tr("All %1 slabs")
                .arg(QString::fromStdString(analysis::countInWords(recording()->lives.slabs.size()))));
  paintDensityLegend(painter, line);
}

std::vector<LegendItem> OffsetsView::slabLegend() const {
  std::vector<LegendItem> items;
  if (colouring_ == Colouring::kCaller) {
    std::vector<recording::FrameId> here;
    for (const SliceLife* slice = recording()->lives.begin(*shownSlab());
         slice != recording()->lives.end(*shownSlab()); ++slice) {
      const recording::FrameId owner = recording()->ownerOf(slice->stack);
      if (std::find(here.begin(), here.end(), owner) == here.end()) here.push_back(owner);
    }
    const auto rank = [&](recording::FrameId owner) {
      return std::find(recording()->callers.begin(), recording()->callers.end(), owner);
    };
    std::sort(here.begin(), here.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    for (size_t i = 0; i < std::min(here.size(), kCallersInLegend); ++i)
      items.push_back({colourOf(here[i]), nameOf(here[i])});
    if (here.size() > kCallersInLegend) items.push_back({theme().other_caller, tr("others")});
  } else {
    items.push_back({theme().live, tr("live")});
  }
  items.push_back({theme().dead, tr("dead")});
  items.push_back({theme().padding, tr("padding")});
  items.push_back({theme().tail, tr("tail"), true});
  return items;
}

void OffsetsView::paintSlab(QPainter& painter) {
  const QRectF plot = slabPlot();
  const Axis time = timeAxis();
  const Axis offset = offsetAxis(plot, shownSlab()->size);
  paintAxes(painter, theme(), plot, time, timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90)),
            offset, byteTicks(offset.from, offset.to, static_cast<int>(plot.height() / 34)));
  slabPicture().paint(painter);
  paintTimes(painter, plot, false);

  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  const QString title = tr("Slab %1").arg(shownSlab()->store.value);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, title);
  const double used = QFontMetricsF(textFont(12)).horizontalAdvance(title) + 24;
  paintLegend(painter, theme(), line.adjusted(used, 0, 0, 0), slabLegend());
}

void OffsetsView::paint(QPainter& painter) {
  paintHeading(painter, theme(), rect(), tr("Offsets"),
               QString::fromStdString(recording()->title()) +
                   tr(" · byte offset in the slab against time since the start"));
  if (shownSlab() == nullptr) {
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0),
               tr("This recording has no slab: no Buffer was cut from Node's pool."));
    return;
  }
  paintDensity(painter);
  paintSlab(painter);
  waits_ = false;
}

QAbstractItemModel* OffsetsView::tableModel() {
  if (recording() == nullptr || shownSlab() == nullptr) return nullptr;
  const SlabLife& slab = *shownSlab();
  std::vector<RowsModel::Row> rows;
  rows.reserve(slab.slices);
  for (const SliceLife* slice = recording()->lives.begin(slab); slice != recording()->lives.end(slab);
       ++slice) {
    rows.push_back({countCell(slice->slice.value),
                    {QString::number(slice->offset), QVariant::fromValue<qulonglong>(slice->offset)},
                    bytesCell(slice->length),
                    timeCell(slice->life.born),
                    slice->life.hasDied() ? timeCell(slice->life.died) : RowsModel::Cell{},
                    {slice->view ? tr("view") : tr("cut"), {}},
                    {nameOf(recording()->ownerOf(slice->stack)), {}}});
  }
  rows_.set(
      {tr("Slice"), tr("Offset, bytes"), tr("Length"), tr("Born"), tr("Died"), tr("Kind"), tr("Caller")},
      std::move(rows));
  return &rows_;
}

QString OffsetsView::tooltipAt(const QPointF& point) const {
  const Axis time = timeAxis();
  QString at = QString::fromStdString(analysis::secondsInWords(timeAt(time, point.x())));
  if (densityPlot().contains(point) && raster_ != nullptr && isOfNow(*raster_, raster_->pixels)) {
    const QRectF plot = densityPlot();
    const Density& density = raster_->density;
    if (density.counts.empty()) return at;
    const auto column =
        static_cast<size_t>((point.x() - plot.left()) / plot.width() * static_cast<double>(density.columns));
    const auto row =
        static_cast<size_t>((plot.bottom() - point.y()) / plot.height() * static_cast<double>(density.rows));
    const uint32_t count = density.at(std::min(column, density.columns - 1), std::min(row, density.rows - 1));
    const double offset = offsetAxis(plot, largestSlab()).toValue(point.y());
    return tr("%1, offset %2\n%3")
        .arg(at, sizeLabel(std::floor(offset)),
             QString::fromStdString(analysis::counted(count, "live slice")));
  }
  const SliceLife* slice = slabPicture().sliceAt(point);
  if (slice == nullptr) return {};
  const auto bytes = [](uint64_t size) { return QString::fromStdString(analysis::bytesInWords(size)); };
  const QString until = slice->life.hasDied()
                            ? QString::fromStdString(analysis::secondsInWords(slice->life.died))
                            : tr("the end");
  return tr("%1 at offset %2%3\n%4 to %5\n%6")
      .arg(bytes(slice->length))
      .arg(slice->offset)
      .arg(slice->view ? tr(", a view") : QString(),
           QString::fromStdString(analysis::secondsInWords(slice->life.born)), until,
           nameOf(recording()->ownerOf(slice->stack)));
}

void OffsetsView::pick(const QPointF& point) {
  Picks next = picks();
  next.instant = analysis::Instant{timeAt(timeAxis(), point.x())};
  if (densityPlot().contains(point)) {
    const double offset = offsetAxis(densityPlot(), largestSlab()).toValue(point.y());
    // Of those that hold this byte then, the one with most to lose.
    const SlabLife* best = nullptr;
    uint64_t most = 0;
    for (const SlabLife& slab : recording()->lives.slabs) {
      if (!slab.life.aliveAt(*next.instant)) continue;
      const auto* first = recording()->lives.begin(slab);
      const bool holds = std::any_of(first, recording()->lives.end(slab), [&](const SliceLife& slice) {
        return slice.life.aliveAt(*next.instant) && static_cast<double>(slice.offset) <= offset &&
               offset < static_cast<double>(slice.offset + slice.length);
      });
      if (!holds) continue;
      const uint64_t waste = slab.size - liveBytes(recording()->lives, slab, *next.instant);
      if (best != nullptr && waste <= most) continue;
      best = &slab;
      most = waste;
    }
    if (best != nullptr) next.slab = best->store;
  } else if (const SliceLife* slice = slabPicture().sliceAt(point)) {
    next.slab = shownSlab()->store;
    next.caller = recording()->ownerOf(slice->stack);
  }
  selection().set(next);
}

void OffsetsView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) gestures_.press(event->position().x());
}

void OffsetsView::mouseMoveEvent(QMouseEvent* event) {
  gestures_.move(event->position().x());
  if (gestures_.dragging()) {
    update();
  } else if (shownSlab() != nullptr) {
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(event->position()), this);
  }
}

void OffsetsView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || shownSlab() == nullptr) return;
  if (!gestures_.release(event->position(), timeAxis()) &&
      (densityPlot().contains(event->position()) || slabPlot().contains(event->position())))
    pick(event->position());
  update();
}

void OffsetsView::wheelEvent(QWheelEvent* event) {
  if (shownSlab() != nullptr) gestures_.wheel(*event, timeAxis(), shownRange());
}

void OffsetsView::keyPressEvent(QKeyEvent* event) {
  if (shownSlab() == nullptr || !gestures_.key(*event, shownRange())) View::keyPressEvent(event);
}

}  // namespace slabscope::viewer
