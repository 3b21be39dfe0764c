// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_map_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "axis.h"
#include "painting.h"
#include "slab_choice.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::ByteRun;
using analysis::ByteState;
using analysis::SliceLife;

constexpr double kSide = 300;
constexpr double kLeastRow = 9;
constexpr uint64_t kLeastRows = 16;

struct StateWords {
  ByteState state;
  const char* name;
};
constexpr StateWords kStates[] = {{ByteState::kLive, "live"},       {ByteState::kDead, "dead"},
                                  {ByteState::kPadding, "padding"}, {ByteState::kStartup, "start-up"},
                                  {ByteState::kUnseen, "not seen"}, {ByteState::kTail, "tail"},
                                  {ByteState::kFree, "free"}};

const char* wordsOf(ByteState state) {
  return std::find_if(std::begin(kStates), std::end(kStates),
                      [&](const StateWords& one) { return one.state == state; })
      ->name;
}

bool isHatched(ByteState state) {
  return state == ByteState::kTail || state == ByteState::kUnseen || state == ByteState::kStartup;
}

QString percent(uint64_t part, uint64_t whole) {
  return QString::number(whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole), 'f',
                         1) +
         " %";
}

}  // namespace

SlabMapView::SlabMapView(Selection& selection, QWidget* parent) : View(selection, parent) {
  setMinimumSize(560, 360);
  setAccessibleName(tr("Bytes of one slab"));
}

void SlabMapView::recordingChanged() {
  looked_up_ = false;
  update();
}

void SlabMapView::selectionChanged() {
  if (shown_.slab != picks().slab || shown_.instant != picks().instant) looked_up_ = false;
  update();
}

void SlabMapView::lookUp() const {
  if (looked_up_) return;
  looked_up_ = true;
  shown_ = picks();
  slab_ = nullptr;
  runs_.clear();
  holders_.clear();
  if (recording() == nullptr) return;
  const analysis::Lifetimes& lives = recording()->lives;
  slab_ = picks().slab ? lives.find(picks().slab) : costliestSlab(lives, shownInstant());
  if (slab_ == nullptr) return;
  runs_ = analysis::slabLayout(lives, *slab_, shownInstant());
  countHolders();
}

void SlabMapView::countHolders() const {
  struct Part {
    std::vector<analysis::RangeOfBytes> ranges;
    uint64_t slices = 0;
  };
  std::map<recording::FrameId, Part> parts;
  const analysis::Lifetimes& lives = recording()->lives;
  for (const SliceLife* slice = lives.begin(*slab_); slice != lives.end(*slab_); ++slice) {
    if (!slice->life.aliveAt(shownInstant())) continue;
    Part& part = parts[recording()->ownerOf(slice->stack)];
    part.ranges.push_back(
        {std::min(slice->offset, slab_->size), std::min(slice->offset + slice->length, slab_->size)});
    ++part.slices;
  }
  for (auto& [owner, part] : parts) holders_.push_back({owner, analysis::unionOf(part.ranges), part.slices});
  std::stable_sort(holders_.begin(), holders_.end(),
                   [](const MapHolder& a, const MapHolder& b) { return a.live > b.live; });
}

uint64_t SlabMapView::bytesOf(ByteState state) const {
  uint64_t sum = 0;
  for (const ByteRun& run : runs()) sum += run.state == state ? run.bytes() : 0;
  return sum;
}

QAbstractItemModel* SlabMapView::tableModel() {
  if (recording() == nullptr || runs().empty()) return nullptr;
  std::vector<RowsModel::Row> rows;
  for (const ByteRun& run : runs()) {
    const auto offset = [](uint64_t at) {
      return RowsModel::Cell{QString::number(at), QVariant::fromValue<qulonglong>(at)};
    };
    rows.push_back({offset(run.begin),
                    offset(run.end),
                    bytesCell(run.bytes()),
                    {tr(wordsOf(run.state)), {}},
                    run.slice == nullptr ? RowsModel::Cell{} : countCell(run.slice->slice.value),
                    run.slice == nullptr ? RowsModel::Cell{} : timeCell(run.slice->life.born),
                    {run.slice == nullptr ? QString() : nameOf(recording()->ownerOf(run.slice->stack)), {}}});
  }
  rows_.set({tr("From"), tr("Until"), tr("Bytes"), tr("State"), tr("Slice"), tr("Born"), tr("Caller")},
            std::move(rows));
  return &rows_;
}

QRectF SlabMapView::mapArea() const {
  return {kGutter, kHeading + 30, std::max(1.0, width() - kGutter - kSide - 2 * kMargin),
          std::max(1.0, height() - kHeading - 30 - kMargin)};
}

QRectF SlabMapView::sideArea() const {
  return {width() - kSide - kMargin, kHeading + 30, kSide, std::max(1.0, height() - kHeading - 30 - kMargin)};
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

QColor SlabMapView::colourOfRun(const ByteRun& run) const {
  if (run.state != ByteState::kLive) return theme().of(run.state);
  const recording::FrameId owner = recording()->ownerOf(run.slice->stack);
  QColor colour = colourOf(owner);
  if (!isPicked(run.slice->stack)) colour.setAlpha(70);
  return colour;
}

void SlabMapView::paintRun(QPainter& painter, const ByteRun& run) const {
  const QRectF area = mapArea();
  const uint64_t per_row = bytesPerRow();
  const double height = rowHeight();
  const double scale = area.width() / static_cast<double>(per_row);
  const QColor colour = colourOfRun(run);
  for (uint64_t begin = run.begin; begin < run.end;) {
    const uint64_t row = begin / per_row;
    const uint64_t end = std::min(run.end, (row + 1) * per_row);
    const double left = area.left() + static_cast<double>(begin % per_row) * scale;
    double width = static_cast<double>(end - begin) * scale;
    // What lives is seen however little it is; a seam between neighbours where there is room for it.
    if (run.state == ByteState::kLive) width = std::max(width, 1.5);
    if (end == run.end && width > 6) width -= 1;
    const QRectF rect(left, area.top() + static_cast<double>(row) * height, width, std::max(1.0, height - 2));
    if (isHatched(run.state)) {
      paintHatching(painter, rect, colour);
    } else {
      painter.fillRect(rect, colour);
    }
    begin = end;
  }
}

void SlabMapView::paintMap(QPainter& painter) const {
  const QRectF area = mapArea();
  const double height = rowHeight();
  const uint64_t per_row = bytesPerRow();
  const auto every = static_cast<size_t>(std::ceil(16 / height));
  painter.setFont(textFont(11));
  for (size_t row = 0; row < rowCount(); ++row) {
    const QRectF line(area.left(), area.top() + static_cast<double>(row) * height, area.width(),
                      std::max(1.0, height - 2));
    painter.fillRect(line, theme().panel);
    if (row % every != 0) continue;
    painter.setPen(theme().muted);
    painter.drawText(QRectF(0, line.center().y() - 8, kGutter - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                     sizeLabel(static_cast<double>(row * per_row)));
  }
  for (const bool live : {false, true}) {
    for (const ByteRun& run : runs()) {
      if ((run.state == ByteState::kLive) == live) paintRun(painter, run);
    }
  }
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  painter.drawText(QRectF(area.left(), area.top() - 24, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                   tr("%1 a row, offsets at the left").arg(sizeLabel(static_cast<double>(per_row))));
}

double SlabMapView::paintFigures(QPainter& painter, const QRectF& area) const {
  double y = area.top();
  const auto line = [&](const QString& name, const QString& figure, const QString& share) {
    painter.setPen(theme().muted);
    painter.drawText(QRectF(area.left() + 18, y, 110, 20), Qt::AlignLeft | Qt::AlignVCenter, name);
    painter.setPen(theme().text);
    painter.drawText(QRectF(area.left() + 110, y, 104, 20), Qt::AlignRight | Qt::AlignVCenter, figure);
    painter.setPen(theme().muted);
    painter.drawText(QRectF(area.left() + 214, y, area.width() - 214, 20), Qt::AlignRight | Qt::AlignVCenter,
                     share);
    y += 21;
  };
  painter.setFont(textFont(12));
  line(tr("size"), bytes(shownSlab()->size), {});
  for (const StateWords& one : kStates) {
    const uint64_t here = bytesOf(one.state);
    if (here == 0 && (one.state == ByteState::kStartup || one.state == ByteState::kUnseen)) continue;
    const QRectF swatch(area.left(), y + 5, 10, 10);
    painter.fillRect(swatch, isHatched(one.state) ? theme().panel : theme().of(one.state));
    // What lives is painted in its callers' colours.
    const auto stripes = std::min<size_t>(one.state == ByteState::kLive ? holders().size() : 0, 3);
    for (size_t i = 0; i < stripes; ++i) {
      const double width = swatch.width() / static_cast<double>(stripes);
      painter.fillRect(
          QRectF(swatch.left() + width * static_cast<double>(i), swatch.top(), width, swatch.height()),
          colourOf(holders()[i].owner));
    }
    if (isHatched(one.state)) paintHatching(painter, swatch, theme().of(one.state));
    if (isHatched(one.state) || one.state == ByteState::kFree) {
      painter.setPen(theme().frame);
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    line(tr(one.name), bytes(here), percent(here, shownSlab()->size));
  }
  return y;
}

void SlabMapView::paintHolders(QPainter& painter, const QRectF& area) const {
  double y = area.top();
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  painter.drawText(
      QRectF(area.left(), y, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
      holders().empty() ? tr("No live slice: held by its ArrayBuffer, if at all") : tr("Held by"));
  y += 24;
  const QFontMetricsF metrics(textFont(12));
  for (size_t i = 0; i < holders().size(); ++i) {
    const MapHolder& holder = holders()[i];
    if (y + 40 > area.bottom()) {
      painter.setPen(theme().muted);
      painter.drawText(QRectF(area.left(), y, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                       tr("and %1 more").arg(holders().size() - i));
      return;
    }
    painter.fillRect(QRectF(area.left(), y + 5, 10, 10), colourOf(holder.owner));
    painter.setPen(theme().text);
    painter.drawText(QRectF(area.left() + 18, y, area.width() - 18, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(nameOf(holder.owner), Qt::ElideMiddle, area.width() - 18));
    painter.setPen(theme().muted);
    painter.drawText(
        QRectF(area.left() + 18, y + 18, area.width() - 18, 20), Qt::AlignLeft | Qt::AlignVCenter,
        tr("%1 live in %2")
            .arg(bytes(holder.live), QString::fromStdString(analysis::counted(holder.slices, "slice"))));
    y += 44;
  }
}

void SlabMapView::paintSide(QPainter& painter) const {
  const QRectF area = sideArea();
  const double y = paintFigures(painter, area) + 14;
  paintHolders(painter, QRectF(area.left(), y, area.width(), std::max(0.0, area.bottom() - y)));
}

void SlabMapView::paint(QPainter& painter) {
  const QString at = QString::fromStdString(analysis::secondsInWords(shownInstant().t));
  const QString title =
      shownSlab() == nullptr ? tr("Slab map") : tr("Slab map · slab %1").arg(shownSlab()->store.value);
  paintHeading(painter, theme(), rect(), title,
               QString::fromStdString(recording()->title()) + tr(" · its bytes at %1").arg(at));
  const QRectF below = QRectF(rect()).adjusted(0, kHeading, 0, 0);
  if (shownSlab() == nullptr) {
    paintEmpty(painter, theme(), below,
               recording()->lives.slabs.empty()
                   ? tr("This recording has no slab: no Buffer was cut from Node's pool.")
                   : tr("No slab lives at %1: pick another instant.").arg(at));
  } else if (runs().empty()) {
    paintEmpty(painter, theme(), below,
               tr("Slab %1 does not live at %2.").arg(shownSlab()->store.value).arg(at));
  } else {
    paintMap(painter);
    paintSide(painter);
  }
}

QString SlabMapView::tooltipOf(const ByteRun& run) const {
  QString text = tr("%1 %2, offsets %3 to %4")
                     .arg(bytes(run.bytes()), tr(wordsOf(run.state)))
                     .arg(run.begin)
                     .arg(run.end - 1);
  if (run.slice == nullptr) return text;
  const analysis::Lifetime& life = run.slice->life;
  text += tr("\nslice of %1 at offset %2, born %3")
              .arg(bytes(run.slice->length))
              .arg(run.slice->offset)
              .arg(QString::fromStdString(analysis::secondsInWords(life.born)));
  if (life.hasDied())
    text += tr(", died %1").arg(QString::fromStdString(analysis::secondsInWords(life.died)));
  return text + "\n" + nameOf(recording()->ownerOf(run.slice->stack));
}

void SlabMapView::mouseMoveEvent(QMouseEvent* event) {
  if (shownSlab() == nullptr) return;
  const ByteRun* run = runAt(event->position());
  QToolTip::showText(event->globalPosition().toPoint(), run == nullptr ? QString() : tooltipOf(*run), this);
}

void SlabMapView::mouseReleaseEvent(QMouseEvent* event) {
  if (shownSlab() == nullptr || event->button() != Qt::LeftButton) return;
  const ByteRun* run = runAt(event->position());
  if (run == nullptr || run->slice == nullptr) return;
  Picks next = picks();
  next.slab = shownSlab()->store;
  next.caller = recording()->ownerOf(run->slice->stack);
  selection().set(next);
}

void SlabMapView::stepSlab(int by) {
  const auto& slabs = recording()->lives.slabs;
  const auto at = static_cast<std::ptrdiff_t>(shownSlab() - slabs.data()) + by;
  if (at < 0 || at >= static_cast<std::ptrdiff_t>(slabs.size())) return;
  Picks next = picks();
  next.slab = slabs[static_cast<size_t>(at)].store;
  selection().set(next);
}

void SlabMapView::keyPressEvent(QKeyEvent* event) {
  if (shownSlab() != nullptr && (event->key() == Qt::Key_Up || event->key() == Qt::Key_PageUp)) {
    stepSlab(-1);
  } else if (shownSlab() != nullptr && (event->key() == Qt::Key_Down || event->key() == Qt::Key_PageDown)) {
    stepSlab(1);
  } else {
    View::keyPressEvent(event);
  }
}

}  // namespace slabscope::viewer
