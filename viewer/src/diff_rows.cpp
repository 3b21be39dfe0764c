// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_rows.h"

#include <QCoreApplication>

#include "slabscope/analysis/diff_words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerChange;
using analysis::CallerFigure;
using analysis::Change;
using analysis::Status;
using analysis::Unit;

QString trDiff(const char* text) {
  return QCoreApplication::translate("Diff", text);
}

// More is worse of whatever is compared here, but for the utilisation.
QColor colourOf(double delta, bool significant, const Theme& theme, bool more_is_better = false) {
  if (!significant || delta == 0) return theme.muted;
  return (delta > 0) != more_is_better ? theme.warning : theme.live.darker(theme.dark ? 90 : 135);
}

FigureCell valueCell(double value, Unit unit) {
  return {QString::fromStdString(analysis::valueInWords(value, unit)), value, {}};
}

FigureCell deltaCell(const Change& change, Unit unit, const Theme& theme) {
  return {QString::fromStdString(analysis::deltaInWords(change.delta(), unit)), change.delta(),
          colourOf(change.delta(), change.significant, theme)};
}

FigureCell unknownCell(const Theme& theme) {
  return {"?", 0.0, theme.muted};
}

QColor colourOf(Status status, const Theme& theme) {
  switch (status) {
    case Status::kNew:
    case Status::kGrown:
      return theme.warning;
    case Status::kGone:
    case Status::kShrunk:
      return theme.live.darker(theme.dark ? 90 : 135);
    case Status::kUnchanged:
      break;
  }
  return theme.muted;
}

QString nameOf(const char* metric) {
  QString name = QString::fromLatin1(metric);
  return name.replace('_', ' ');
}

}  // namespace

std::vector<FigureHeading> diffCallerHeadings() {
  return {{trDiff("Status"),
           trDiff("What became of the first of these that changed by more than noise: held, live, allocated, "
                  "allocations")},
          {trDiff("Caller"), {}},
          {trDiff("Held, old"), trDiff("Bytes that it keeps alive at the old run's instant")},
          {trDiff("Held, new"), trDiff("Bytes that it keeps alive at the new run's instant")},
          {trDiff("Δ held"), trDiff("Change of the bytes that it keeps alive, new against old")},
          {trDiff("Δ live"), trDiff("Change of the bytes that have not been collected, new against old")},
          {trDiff("Δ allocated"), trDiff("Change of the bytes that it allocated, new against old")},
          {trDiff("Δ allocations"), trDiff("Change of how often it allocated, new against old")}};
}

std::vector<FigureRow> diffCallerRows(const analysis::Diff& diff,
                                      const std::vector<const CallerChange*>& callers, const Theme& theme) {
  const auto sumCell = [&](const Change& change, Unit unit) {
    return diff.sums_comparable ? deltaCell(change, unit, theme) : unknownCell(theme);
  };
  std::vector<FigureRow> rows;
  rows.reserve(callers.size());
  for (const CallerChange* caller : callers) {
    const Change& held = (*caller)[CallerFigure::kHeldBytes];
    FigureRow row;
    row.bold = caller->status != Status::kUnchanged;
    row.tooltip = QString::fromStdString(analysis::placeInWords(*caller));
    row.cells = {{row.bold ? QString::fromLatin1(analysis::toString(caller->status)) : QString(),
                  static_cast<int>(caller->status), colourOf(caller->status, theme)},
                 {row.tooltip, {}, {}},
                 valueCell(held.before.told, Unit::kBytes),
                 valueCell(held.after.told, Unit::kBytes),
                 deltaCell(held, Unit::kBytes, theme),
                 deltaCell((*caller)[CallerFigure::kLiveBytes], Unit::kBytes, theme),
                 sumCell((*caller)[CallerFigure::kBytes], Unit::kBytes),
                 sumCell((*caller)[CallerFigure::kAllocations], Unit::kCount)};
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<FigureHeading> diffMetricHeadings() {
  return {{trDiff("Figure"), {}},
          {trDiff("Old"), {}},
          {trDiff("New"), {}},
          {trDiff("Change"), trDiff("New less old")},
          {trDiff("Relative"), trDiff("The change as a share of the old figure")}};
}

std::vector<FigureRow> diffMetricRows(const analysis::Diff& diff, const Theme& theme) {
  std::vector<FigureRow> rows;
  for (size_t i = 0; i < analysis::kMetrics.size(); ++i) {
    const analysis::Metric& metric = analysis::kMetrics.at(i);
    const Change& change = diff.metrics.at(i);
    if (change.before.told == 0 && change.after.told == 0) continue;
    const QColor colour = colourOf(change.delta(), change.significant, theme, metric.unit == Unit::kShare);
    FigureRow row;
    row.bold = change.significant;
    row.cells = {{nameOf(metric.name), {}, {}},
                 valueCell(change.before.told, metric.unit),
                 valueCell(change.after.told, metric.unit)};
    if (metric.is_sum && !diff.sums_comparable) {
      row.tooltip =
          trDiff("of different parts of the runs: the older detail of one was dropped (--max-size)");
      row.cells.insert(row.cells.end(), 2, unknownCell(theme));
    } else {
      if (!change.significant) row.tooltip = trDiff("not more than noise");
      row.cells.push_back({QString::fromStdString(analysis::deltaInWords(change.delta(), metric.unit)),
                           change.delta(), colour});
      row.cells.push_back(
          {QString::fromStdString(analysis::relativeInWords(change.before.told, change.after.told)),
           change.relative(), colour});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace slabscope::viewer
