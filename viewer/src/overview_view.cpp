// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview_view.h"

#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "slabscope/analysis/slab_usage.h"
#include "time_axis.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr double kEvents = 34;
constexpr double kBetweenPlots = 8;
constexpr double kMap = 38;

QString extentText(const analysis::Extent& extent) {
  if (extent.min == extent.max) return bytes(extent.max);
  return OverviewView::tr("%1 to %2").arg(bytes(extent.min), bytes(extent.max));
}

}  // namespace

OverviewView::OverviewView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      gestures_(selection, *this),
      timeline_([](const analysis::Timeline& one) { return static_cast<double>(one.binWidth()); },
                [this] { showFound(); }),
      caller_([](const analysis::Averages& one) { return one.binWidth(); }, [this] { showFound(); }) {
  setMinimumSize(560, 420);
  setAccessibleName(tr("Memory over time"));
}

void OverviewView::recordingChanged() {
  timeline_.clear();
  caller_.clear();
  if (recording() != nullptr) {
    gestures_.setWhole(recording()->wholeRange());
    const auto loaded = sharedRecording();
    timeline_.set(
        recording()->wholeRange(),
        [loaded](const TimeRange& range, const analysis::Progress& progress) {
          Result<analysis::Timeline> finer = loaded->timeline.finer(loaded->scan, range, progress);
          // A file that is gone meanwhile: what is shown is coarser, and true.
          return finer ? std::make_shared<const analysis::Timeline>(std::move(*finer)) : nullptr;
        },
        std::shared_ptr<const analysis::Timeline>(loaded, &loaded->timeline));
  }
  selectionChanged();
}

void OverviewView::selectionChanged() {
  if (pickedStacks() == nullptr) caller_.clear();
  look();
  update();
}

void OverviewView::pickedStacksFound() {
  if (!recording()->has_lives) return;
  caller_.set(recording()->wholeRange(), [loaded = sharedRecording(), stacks = pickedStacks()](
                                             const TimeRange& range, const analysis::Progress& progress) {
    return std::make_shared<const analysis::Averages>(
        analysis::liveBytesThrough(loaded->lives, *stacks, range, progress));
  });
  look();
}

void OverviewView::showFound() {
  update();
  emit dataChanged();
}

void OverviewView::resizeEvent(QResizeEvent* /*event*/) {
  look();
}

void OverviewView::look() {
  if (recording() == nullptr) return;
  timeline_.show(shownRange(), bytesPlot().width());
  caller_.show(shownRange(), bytesPlot().width());
}

void OverviewView::settleView() {
  look();
  timeline_.settle();
  caller_.settle();
}

const analysis::Timeline& OverviewView::timeline() const {
  return *timeline_.best();
}

std::vector<analysis::TimelineColumn> OverviewView::columnsOf(analysis::Series series) const {
  const TimeRange range = shownRange();
  return timeline().columns(series, range.from, range.until, static_cast<size_t>(bytesPlot().width()));
}

uint64_t OverviewView::mostOf(analysis::Series series) const {
  uint64_t most = 0;
  for (const analysis::TimelineColumn& column : columnsOf(series)) most = std::max(most, column.value.max);
  return most;
}

analysis::Extent OverviewView::valueAt(analysis::Series series, recording::Nanoseconds t) const {
  const auto columns = timeline().columns(series, t, t + 1, 1);
  return columns.empty() ? analysis::Extent{} : columns.front().value;
}

double OverviewView::lowerEdge() const {
  return height() - kTimeAxis - (picks().range ? kMap + 12 : 0);
}

QRectF OverviewView::eventsPlot() const {
  return {kGutter, lowerEdge() - kEvents, std::max(1.0, width() - kGutter - kMargin), kEvents};
}

QRectF OverviewView::bytesPlot() const {
  const double top = kHeading + kCards + kSectionLine;
  const double room = eventsPlot().top() - 10 - kBetweenPlots - kSectionLine - top;
  return {kGutter, top, eventsPlot().width(), std::max(1.0, std::round(room * 0.68))};
}

QRectF OverviewView::rssPlot() const {
  const double top = bytesPlot().bottom() + kBetweenPlots + kSectionLine;
  return {kGutter, top, eventsPlot().width(), std::max(1.0, eventsPlot().top() - 10 - top)};
}

QRectF OverviewView::mapPlot() const {
  return {kGutter, height() - kMap - 8, eventsPlot().width(), kMap};
}

QRectF OverviewView::allPlots() const {
  return bytesPlot().united(eventsPlot());
}

Axis OverviewView::timeAxis() const {
  return timeAxisOf(shownRange(), bytesPlot());
}

Axis OverviewView::mapAxis() const {
  return timeAxisOf(recording()->wholeRange(), mapPlot());
}

Axis OverviewView::bytesAxis() const {
  const auto most = static_cast<double>(std::max<uint64_t>(mostOf(analysis::Series::kStoreBytes), 1));
  return {0, most * 1.06, bytesPlot().bottom(), bytesPlot().top()};
}

Axis OverviewView::rssAxis() const {
  const auto most = static_cast<double>(std::max<uint64_t>(mostOf(analysis::Series::kRss), 1));
  return {0, most * 1.1, rssPlot().bottom(), rssPlot().top()};
}

QPointF OverviewView::bytesPoint(recording::Nanoseconds t, uint64_t bytes) const {
  return {timeAxis().toPixel(static_cast<double>(t)), bytesAxis().toPixel(static_cast<double>(bytes))};
}

std::vector<OverviewView::Line> OverviewView::lines() const {
  using analysis::Series;
  std::vector<Line> all = {{Series::kStoreBytes, theme().stores, tr("all stores")},
                           {Series::kSlabBytes, theme().slabs, tr("slabs among them")}};
  if (recording()->scan.knowsSlices())
    all.push_back({Series::kLiveBytes, theme().slab_live, tr("live in the slabs")});
  return all;
}

std::vector<OverviewView::Figure> OverviewView::figures() const {
  const analysis::InstantReport& end = recording()->at_end;
  const analysis::InstantReport& peak = recording()->at_peak;
  const uint64_t slabs = end.pool.slabs + end.native_pool.slabs;
  const uint64_t slab_bytes = end.pool.bytes + end.native_pool.bytes;
  const uint64_t live = end.pool.live_bytes + end.native_pool.live_bytes;
  const double used =
      slab_bytes == 0 ? 0 : 100.0 * static_cast<double>(live) / static_cast<double>(slab_bytes);
  const QString peak_time = timeText(peak.at.instant.t);
  const QString slab_count = counted(slabs, "slab");
  std::vector<Figure> all = {{tr("Stores at the peak, %1").arg(peak_time),
                              tr("Peak stores, %1").arg(peak_time), bytes(peak.totals.store_bytes)},
                             {tr("Stores at the end"), tr("At the end"), bytes(end.totals.store_bytes)},
                             {tr("%1 at the end").arg(slab_count), slab_count, bytes(slab_bytes)}};
  if (recording()->scan.knowsSlices()) {
    all.push_back(
        {tr("Live in them, %1 %").arg(used, 0, 'f', 1), tr("Live, %1 %").arg(used, 0, 'f', 1), bytes(live)});
  } else {
    all.push_back({tr("Live in them"), tr("Live"), tr("not known")});
  }
  if (recording()->scan.rss_max != 0)
    all.push_back({tr("Largest RSS seen"), tr("RSS"), bytes(recording()->scan.rss_max)});
  return all;
}

QString OverviewView::tooltipAt(const QPointF& point) const {
  if (!allPlots().contains(point)) return {};
  const recording::Nanoseconds t = timeAt(timeAxis(), point.x());
  QString text = timeText(t);
  for (const Line& one : lines()) text += "\n" + one.name + ": " + extentText(valueAt(one.series, t));
  if (const analysis::Extent rss = valueAt(analysis::Series::kRss, t); !rss.empty())
    text += tr("\nRSS: %1").arg(extentText(rss));
  if (const analysis::Averages* live = callerLine()) {
    const double pixel = 1 / timeAxis().scale();
    const double average = live->over(t, t + static_cast<recording::Nanoseconds>(std::max(pixel, 1.0)));
    text += tr("\nlive in slabs through the picked caller, on average: %1")
                .arg(bytes(static_cast<uint64_t>(std::llround(average))));
  }
  text += timeMarks(allPlots()).namesAt(point.x());
  return text;
}

void OverviewView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  in_map_ = picks().range && mapPlot().contains(event->position());
  gestures_.press(*event);
}

void OverviewView::mouseMoveEvent(QMouseEvent* event) {
  if (!gestures_.move(*event) && recording() != nullptr)
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(event->position()), this);
}

void OverviewView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || recording() == nullptr) return;
  if (std::exchange(in_map_, false)) {
    gestures_.releaseAndShow(event->position().x(), mapAxis());
  } else if (gestures_.release(*event, timeAxis()) && allPlots().contains(event->position())) {
    gestures_.pickInstant(event->position().x(), timeAxis());
  }
}

void OverviewView::wheelEvent(QWheelEvent* event) {
  if (recording() != nullptr) gestures_.wheel(*event, timeAxis(), shownRange());
}

void OverviewView::keyPressEvent(QKeyEvent* event) {
  if (recording() == nullptr || !gestures_.key(*event, shownRange())) View::keyPressEvent(event);
}

}  // namespace slabscope::viewer
