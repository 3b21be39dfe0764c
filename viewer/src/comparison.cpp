// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison.h"

#include <utility>
#include <vector>

#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/diff_words.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/source_maps.h"
#include "slabscope/analysis/stack_costs.h"

namespace slabscope::viewer {
namespace {

struct Run {
  ComparedRun compared;
  analysis::RunFigures figures;
  analysis::CostTable costs;
};

Result<Run> readRun(const std::string& path, const analysis::RunRange& range,
                    const analysis::Progress& progress) {
  Run run;
  Result<analysis::Scan> scan = analysis::scan(path, progress);
  if (!scan) return scan.error();
  run.compared.scan = std::move(*scan);
  analysis::applySourceMaps(run.compared.scan);
  Result<analysis::RunFigures> figures = analysis::runFigures(run.compared.scan, range, progress);
  if (!figures) return figures.error();
  run.figures = std::move(*figures);
  Result<analysis::Timeline> timeline = analysis::Timeline::build(run.compared.scan, {}, progress);
  if (!timeline) return timeline.error();
  run.compared.timeline = std::move(*timeline);
  const Result<analysis::NamedInstant> at = analysis::chooseInstant(run.compared.scan, range.at);
  if (!at) return at.error();
  Result<analysis::CostTable> costs = analysis::stackCostsBetween(
      run.compared.scan, at->instant, run.figures.from_t, at->instant.t, progress);
  if (!costs) return costs.error();
  run.costs = std::move(*costs);
  const Result<std::vector<analysis::SlabRow>> slabs =
      analysis::slabTable(run.compared.scan, at->instant, progress);
  if (!slabs) return slabs.error();
  run.compared.slabs = samplesOf(*slabs, at->instant, run.compared.scan.knowsSlices());
  return run;
}

ComparisonAnswer trouble(const std::string& why) {
  return {nullptr, QString::fromStdString(why)};
}

}  // namespace

ComparisonAnswer compareRecordings(const ComparisonQuestion& question, const analysis::Progress& progress) {
  Result<Run> before = readRun(question.before, {question.at_before, question.from_before}, progress);
  if (!before) return trouble(before.error().message);
  Result<Run> after = readRun(question.after, {question.at_after, question.from_after}, progress);
  if (!after) return trouble(after.error().message);
  auto comparison = std::make_shared<Comparison>();
  comparison->diff =
      analysis::compare({std::move(before->figures)}, {std::move(after->figures)}, question.per);
  const analysis::Diff& diff = comparison->diff;
  if (const std::string why = analysis::whyNotComparable(diff); !why.empty()) return trouble(why);
  auto flames = makeDiffFlames({before->compared.scan, before->costs}, {after->compared.scan, after->costs});
  flames->sums_comparable = analysis::coverTheSamePart(diff.before, diff.after);
  flames->slices_comparable = diff.slices_comparable;
  comparison->flames = std::move(flames);
  comparison->before = std::move(before->compared);
  comparison->after = std::move(after->compared);
  return {std::move(comparison), {}};
}

}  // namespace slabscope::viewer
