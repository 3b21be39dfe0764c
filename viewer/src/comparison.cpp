// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison.h"

#include <utility>
#include <vector>

#include "slabscope/analysis/diff_words.h"
#include "slabscope/analysis/source_maps.h"

namespace slabscope::viewer {
namespace {

struct Run {
  ComparedRun compared;
  analysis::RunFigures figures;
};

Result<Run> readRun(const std::string& path, const std::string& at, const analysis::Progress& progress) {
  Run run;
  Result<analysis::Scan> scan = analysis::scan(path, progress);
  if (!scan) return scan.error();
  run.compared.scan = std::move(*scan);
  analysis::applySourceMaps(run.compared.scan);
  Result<analysis::RunFigures> figures = analysis::runFigures(run.compared.scan, at, progress);
  if (!figures) return figures.error();
  run.figures = std::move(*figures);
  Result<analysis::Timeline> timeline = analysis::Timeline::build(run.compared.scan, {}, progress);
  if (!timeline) return timeline.error();
  run.compared.timeline = std::move(*timeline);
  return run;
}

ComparisonAnswer trouble(const std::string& why) {
  return {nullptr, QString::fromStdString(why)};
}

}  // namespace

ComparisonAnswer compareRecordings(const ComparisonQuestion& question, const analysis::Progress& progress) {
  Result<Run> before = readRun(question.before, question.at_before, progress);
  if (!before) return trouble(before.error().message);
  Result<Run> after = readRun(question.after, question.at_after, progress);
  if (!after) return trouble(after.error().message);
  auto comparison = std::make_shared<Comparison>();
  comparison->diff =
      analysis::compare({std::move(before->figures)}, {std::move(after->figures)}, question.per);
  if (const std::string why = analysis::whyNotComparable(comparison->diff); !why.empty()) return trouble(why);
  comparison->before = std::move(before->compared);
  comparison->after = std::move(after->compared);
  return {std::move(comparison), {}};
}

}  // namespace slabscope::viewer
