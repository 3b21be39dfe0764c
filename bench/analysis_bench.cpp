// SPDX-License-Identifier: Apache-2.0
// analysis_bench FILE [--benchmark_…]: what the parts of the analysis cost on a recording, in events per
// second of one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/timeline.h"
#include "slabscope/recording/reader.h"

namespace slabscope::bench {
namespace {

using recording::Reader;

std::string file;  // NOLINT: benchmarks take no arguments of their own

void count(benchmark::State& state, uint64_t events) {
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate,
                                                benchmark::Counter::kIs1000);
}

template <class AnyBatch>
void decode(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    Result<Reader> reader = Reader::open(file);
    AnyBatch batch;
    while (reader->next(batch)) events += batch.events.size();
  }
  count(state, events);
}

void liveSet(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    Result<Reader> reader = Reader::open(file);
    recording::BatchByKind batch;
    analysis::LiveSet live;
    while (reader->next(batch)) {
      batch.events.forEach([&](const auto& event) { live.apply(event); });
      events += batch.events.size();
    }
  }
  count(state, events);
}

void scan(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    const Result<analysis::Scan> found = analysis::scan(file);
    events += found->integrity.events;
  }
  count(state, events);
}

void scanOfStores(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    const Result<analysis::Scan> found = analysis::scanStores(file);
    events += found->integrity.events;
  }
  count(state, events);
}

void wholeReport(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    const auto survey = analysis::surveyWhole(file);
    benchmark::DoNotOptimize(survey);
    events += (*survey)->scan.integrity.events;
  }
  count(state, events);
}

void timeline(benchmark::State& state) {
  const Result<analysis::Scan> scan = analysis::scan(file);
  uint64_t events = 0;
  while (state.KeepRunning()) {
    const auto line = analysis::Timeline::build(*scan);
    benchmark::DoNotOptimize(line);
    events += scan->integrity.events;
  }
  count(state, events);
}

void report(benchmark::State& state) {
  uint64_t events = 0;
  while (state.KeepRunning()) {
    const Result<analysis::Scan> found = analysis::scanStores(file);
    const auto survey = analysis::survey(*found, {{"end", found->end}, {"peak", found->peak}});
    benchmark::DoNotOptimize(survey);
    events += found->integrity.events;
  }
  count(state, events);
}

// What a window that is zoomed in asks for, somewhere in the recording.
void oneSecond(benchmark::State& state) {
  const Result<analysis::Scan> scan = analysis::scan(file);
  const Result<analysis::Timeline> whole = analysis::Timeline::build(*scan);
  constexpr recording::Nanoseconds kSecond = 1'000'000'000;
  recording::Nanoseconds from = 0;
  double longest = 0;
  while (state.KeepRunning()) {
    from = (from + 1'234'567'891'011) % scan->duration;
    const auto before = std::chrono::steady_clock::now();
    const auto part = whole->finer(*scan, {from, from + kSecond});
    benchmark::DoNotOptimize(part);
    longest = std::max(
        longest,
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
  }
  state.counters["longest_ms"] = longest;
}

void registerAll() {
  const auto add = []([[maybe_unused]] const char* name,
                      [[maybe_unused]] void (*function)(benchmark::State&)) {
#ifndef __clang_analyzer__  // does not see that the library keeps it
    benchmark::RegisterBenchmark(name, function)->Unit(benchmark::kMillisecond);
#endif
  };
  add("decode/lists", decode<recording::BatchByKind>);
  add("decode/variants", decode<recording::Batch>);
  add("decode and live set", liveSet);
  add("scan", scan);
  add("scan of stores", scanOfStores);
  add("scan of stores and report", report);
  add("report in one pass", wholeReport);
  add("timeline", timeline);
  add("one second of the timeline", oneSecond);
}

}  // namespace
}  // namespace slabscope::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: analysis_bench FILE [--benchmark_…]\n");
    return 2;
  }
  slabscope::bench::file = argv[1];
  const auto reader = slabscope::recording::Reader::open(slabscope::bench::file);
  if (!reader) {
    std::fprintf(stderr, "%s\n", reader.error().message.c_str());
    return 2;
  }
  slabscope::bench::registerAll();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
