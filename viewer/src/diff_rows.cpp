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
  return {"?", {}, theme.muted};
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
  const auto changeCell = [&](const CallerChange& caller, CallerFigure figure) {
    const Unit unit = figure == CallerFigure::kAllocations ? Unit::kCount : Unit::kBytes;
    return diff.canCompare(figure) ? deltaCell(caller[figure], unit, theme) : unknownCell(theme);
  };
  const auto heldCell = [&](const std::vector<analysis::RunFigures>& side, const analysis::Span& held) {
    const bool lacks = !diff.slices_comparable && !side.front().knows_slices;
    return lacks ? unknownCell(theme) : valueCell(held.told, Unit::kBytes);
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
                 heldCell(diff.before, held.before),
                 heldCell(diff.after, held.after),
                 changeCell(*caller, CallerFigure::kHeldBytes),
                 changeCell(*caller, CallerFigure::kLiveBytes),
                 changeCell(*caller, CallerFigure::kBytes),
                 changeCell(*caller, CallerFigure::kAllocations)};
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
    const auto cellOf = [&](const std::vector<analysis::RunFigures>& side, const analysis::Span& value) {
      const bool lacks = metric.of_slices && !diff.slices_comparable && !side.front().knows_slices;
      return lacks ? unknownCell(theme) : valueCell(value.told, metric.unit);
    };
    row.cells = {
        {nameOf(metric.name), {}, {}}, cellOf(diff.before, change.before), cellOf(diff.after, change.after)};
    if (!diff.canCompare(metric)) {
      row.tooltip = metric.of_slices && !diff.slices_comparable
                        ? trDiff("slices were recorded in one of the runs only")
                        : trDiff(
                              "of different parts of the runs: the older detail of one was dropped "
                              "(--max-size)");
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
