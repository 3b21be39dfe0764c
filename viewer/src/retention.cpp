// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention.h"

#include <QStringList>
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "caller_costs.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::Holder;
using Kind = RetentionRow::Kind;

void addRows(RetentionAnswer& answer) {
  const analysis::InstantReport& report = answer.report;
  std::unordered_map<uint32_t, uint64_t> now;
  for (const Holder& holder : report.holders.holders) now[holder.owner.value] = holder.held;
  const analysis::Holders& shown = answer.knowsSurvivors() ? report.survivors : report.holders;
  for (const Holder& holder : shown.holders) {
    answer.rows.push_back({.owner = holder.owner,
                           .held = holder.held,
                           .alone = holder.alone,
                           .live = holder.live,
                           .slices = holder.slices,
                           .held_now = now[holder.owner.value]});
  }
  if (shown.unknown_slabs != 0)
    answer.rows.push_back(
        {.kind = Kind::kUnknown, .held = shown.unknown_bytes, .slabs = shown.unknown_slabs});
  if (shown.younger.count != 0) {
    RetentionRow younger{.kind = Kind::kYounger, .held = shown.younger.bytes, .slabs = shown.younger.count};
    for (const Holder& holder : shown.younger.holders) {
      younger.live += holder.live;
      younger.slices += holder.slices;
    }
    answer.rows.push_back(younger);
  }
}

}  // namespace

RetentionAnswer findRetention(const RetentionQuestion& question, const analysis::Progress& progress) {
  RetentionAnswer answer;
  const analysis::Scan& scan = question.recording->scan;
  Result<analysis::Survey> survey = analysis::survey(scan, {{"", question.at}}, progress);
  Result<std::vector<analysis::SlabRow>> slabs = analysis::slabTable(scan, question.at, progress);
  if (!survey || !slabs) {
    answer.trouble = QString::fromStdString((survey ? slabs.error() : survey.error()).message);
    return answer;
  }
  answer.report = std::move(survey->instants.front());
  answer.advice = analysis::adviseOn(scan, answer.report, survey->evidence);
  answer.slabs = std::make_shared<const std::vector<analysis::SlabRow>>(std::move(*slabs));
  answer.slab_bytes = answer.report.pool.bytes + answer.report.native_pool.bytes;
  addRows(answer);
  return answer;
}

QString nameOf(const Loaded& recording, const RetentionRow& row) {
  if (row.kind == Kind::kUnknown) {
    return recording.scan.knowsSlices() ? QString("(no live slice: holder unknown)")
                                        : QString("(slices not recorded: holder unknown)");
  }
  if (row.kind == Kind::kYounger) return QString("(younger than the last full collection)");
  return recording.callerName(row.owner);
}

QString describe(const Loaded& recording, const RetentionAnswer& answer, const RetentionRow& row) {
  QStringList lines{nameOf(recording, row)};
  const QString share = percentOf(row.held, answer.slab_bytes);
  if (!recording.scan.knowsSlices()) {
    lines << QString("%1, %2 (%3 of all slabs)").arg(counted(row.slabs, "slab"), bytes(row.held), share);
  } else if (row.kind == Kind::kUnknown) {
    lines << QString("%1, %2 (%3 of all slabs): held by their ArrayBuffer, or not collected yet")
                 .arg(counted(row.slabs, "slab"), bytes(row.held), share);
  } else if (row.kind == Kind::kYounger) {
    lines << QString("%1, %2 (%3 of all slabs), with %4 under %5: may be garbage")
                 .arg(counted(row.slabs, "slab"), bytes(row.held), share, bytes(row.live),
                      counted(row.slices, "slice"));
    for (const Holder& holder : answer.report.survivors.younger.holders) {
      if (lines.size() > 4) break;
      lines << QString("of it %1: %2").arg(bytes(holder.held), recording.callerName(holder.owner));
    }
  } else {
    lines << QString("holds %1 of slabs (%2 of all), %3 of them alone")
                 .arg(bytes(row.held), share, bytes(row.alone));
    lines << QString("with %1 under %2: %3 for each live byte")
                 .arg(bytes(row.live), counted(row.slices, "slice"),
                      QString::fromStdString(analysis::factorInWords(row.held, row.live)));
    if (answer.knowsSurvivors())
      lines << QString("that survived a full collection; %1 with what is younger").arg(bytes(row.held_now));
  }
  return lines.join('\n');
}

QString evidenceOf(const analysis::Advice& advice) {
  struct Evidence {
    QString operator()(const analysis::SmallSlicesPinSlabs& one) const {
      return QString("%1 of %2 have survived a full collection; %3 of slabs are held by nobody else")
          .arg(counted(one.holder.slices, "slice"), bytes(one.holder.live), bytes(one.holder.alone));
    }
    QString operator()(const analysis::SurvivorsGrow& one) const {
      QStringList points;
      for (const analysis::GrowthPoint& point : one.growth.points)
        points << QString("%1 at %2").arg(bytes(point.bytes), timeText(point.t));
      return points.join(", ");
    }
    QString operator()(const analysis::SlabsCloned& one) const {
      return QString("%1, %2 in all").arg(counted(one.cloner.clones, "clone"), bytes(one.cloner.bytes));
    }
    QString operator()(const analysis::TailsAbandoned& one) const {
      return QString("%1 of %2 left, %3 of it never cut; %4 of them although the next string fitted")
          .arg(counted(one.maker.slabs, "slab"), bytes(one.maker.slab_bytes), bytes(one.maker.tail_bytes))
          .arg(one.maker.by_strings);
    }
    QString operator()(const analysis::ManyTemporaryStores& one) const {
      return QString("%1, %2 of them temporary, %3")
          .arg(counted(one.stores, "store"), countText(one.temporary), bytes(one.bytes));
    }
  };
  return std::visit(Evidence{}, advice);
}

}  // namespace slabscope::viewer
