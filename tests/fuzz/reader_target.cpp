// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/reader.h"

#include <cstdio>
#include <cstdlib>

#include "memory_file.h"
#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/pseudonyms.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/run_figures.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_layout.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/analysis/timeline.h"
#include "slabscope/analysis/verify.h"
#include "slabscope/recording/renaming.h"
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

/// What the copy holds is what was whole of the recording.
void anonymize(const std::string& path) {
  const MemoryFile output;
  analysis::Pseudonyms pseudonyms({});
  const auto whole = recording::rename(path, output.path(), pseudonyms);
  if (!whole) return;
  std::string damage = "it cannot be opened";
  if (auto copy = recording::Reader::open(output.path())) {
    recording::BatchByKind batch;
    while (copy->next(batch)) {
    }
    const recording::Integrity& copied = copy->integrity();
    if (copied.damage.empty() && copied.finished == whole->finished && copied.batches == whole->batches &&
        copied.events == whole->events)
      return;
    damage = copied.damage.empty() ? "something is left out or added" : copied.damage;
  }
  std::fprintf(stderr, "the anonymous copy is not as whole as the recording: %s\n", damage.c_str());
  std::abort();
}

}  // namespace

void reader(std::string_view bytes) {
  const MemoryFile file(bytes);
  anonymize(file.path());
  analysis::Verifier verifier;
  const auto scan = analysis::scan(file.path(), {}, [&](const auto& batch) { verifier.take(batch); });
  if (!scan) return;
  analyse(*scan);
  (void)analysis::scanStores(file.path());
  if (auto again = recording::Reader::open(file.path())) (void)again->index();
}

}  // namespace slabscope::fuzz
