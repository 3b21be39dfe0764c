// SPDX-License-Identifier: Apache-2.0
#include "fail_if.h"

#include "targets.h"

namespace slabscope::fuzz {
namespace {

// Two runs of a program with one caller of its own and one of a package.
analysis::Diff twoRuns() {
  analysis::RunFigures before;
  analysis::CallerSpans own;
  own.place.function = "get";
  own.place.file = "src/cache.js";
  analysis::CallerSpans package;
  package.place.function = "read";
  package.place.file = "lib/index.js";
  package.place.package = "ws";
  own[analysis::CallerFigure::kHeldBytes] = package[analysis::CallerFigure::kHeldBytes] = {1, 2, 3};
  before.callers = {own, package};
  analysis::RunFigures after = before;
  after.callers.front()[analysis::CallerFigure::kHeldBytes] = {5, 6, 7};
  after.metrics[analysis::metricOf("held_bytes")] = {8, 8, 8};
  return analysis::compare({before}, {after}, analysis::Per::kRun);
}

}  // namespace

void failIf(std::string_view text) {
  static const analysis::Diff diff = twoRuns();
  const Result<cli::Condition> condition = cli::parseCondition(text);
  if (!condition) return;
  cli::check(*condition, diff);
  cli::callersOf(*condition, diff);
}

}  // namespace slabscope::fuzz
