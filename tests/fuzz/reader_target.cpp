// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/reader.h"

#include "memory_file.h"
#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/run_figures.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_layout.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/analysis/timeline.h"
#include "slabscope/analysis/verify.h"
#include "targets.h"

namespace slabscope::fuzz {
namespace {

void analyse(const analysis::Scan& scan) {
  (void)analysis::endInWords(scan);
  (void)analysis::survey(scan, {{"end", scan.end}, {"peak", scan.peak}});
  (void)analysis::slabTable(scan, scan.end);
  (void)analysis::stackCosts(scan, scan.end);
  (void)analysis::poolFacts(scan);
  if (const auto line = analysis::Timeline::build(scan, {}, {}, {.least_events = 1}))
    (void)line->finer(scan, {scan.duration / 2, scan.duration});
  if (const auto lives = analysis::lifetimesOf(scan)) {
    for (const auto& slab : lives->slabs) (void)analysis::slabLayout(*lives, slab, scan.peak);
  }
  if (const auto figures = analysis::runFigures(scan, {}))
    (void)analysis::compare({*figures}, {*figures}, analysis::Per::kSecond);
}

}  // namespace

void reader(std::string_view bytes) {
  const MemoryFile file(bytes);
  analysis::Verifier verifier;
  const auto scan = analysis::scan(file.path(), {}, [&](const auto& batch) { verifier.take(batch); });
  if (!scan) return;
  analyse(*scan);
  (void)analysis::scanStores(file.path());
  if (auto again = recording::Reader::open(file.path())) (void)again->index();
}

}  // namespace slabscope::fuzz
