// SPDX-License-Identifier: Apache-2.0
// collector_bench [--benchmark_…]: what the way of an event from a ring into the file costs, in processor
// time of the collector, and what writing it into the ring costs the program.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "pipeline.h"
#include "slabscope/recording/writer.h"
#include "slabscope/wire/ring.h"
#include "slabscope/wire/ring_claim.h"
#include "test_mapping.h"

namespace slabscope::bench {
namespace {

using collector::Pipeline;

/// A thread that cuts slices from slabs as fast as it can. Each collection finds dead what is older than the
/// `survivors` latest ones.
class Program {
 public:
  Program(const wire::TestMapping& mapping, uint64_t start, uint64_t survivors)
      : ring_(wire::ringHeader(mapping.get(), wire::claimRing(mapping.get())),
              wire::ringData(mapping.get(), 0)),
        t_(start),
        survivors_(survivors) {
    wire::ringHeader(mapping.get(), 0)->thread = 1;
  }

  /// Writes for so many nanoseconds of its own time.
  void run(uint64_t nanoseconds) {
    for (const uint64_t until = t_ + nanoseconds; t_ < until;) {
      if (collecting_) {
        collect();
      } else {
        cut();
      }
    }
  }
  uint64_t now() const { return t_; }
  uint64_t events() const { return events_; }

 private:
  static constexpr uint64_t kSlabBytes = 65536;
  static constexpr uint32_t kSliceBytes = 40;
  static constexpr uint64_t kBetweenCollections = 20'000;
  static constexpr uint64_t kNanosecondsAnEvent = 250;

  struct Cut {
    uint64_t slice;
    uint64_t store;
    bool last_of_store;
  };

  template <class Record>
  void write(Record record, wire::RecordKind kind) {
    t_ += kNanosecondsAnEvent;
    record.header = {kind, 0, sizeof(Record) / 8, 0, t_};
    char* at = ring_.reserve(sizeof record);
    std::memcpy(at, &record, sizeof record);
    ring_.commit(sizeof record);
    ++events_;
  }

  /// As the shim tells what a collection finds.
  void writeDeaths() {
    if (dead_.empty()) return;
    wire::SliceDeaths deaths{};
    deaths.first = dead_.front();
    const uint64_t others = dead_.size() - 1;
    const uint64_t bytes = sizeof deaths + (others + 1) / 2 * 8;
    t_ += kNanosecondsAnEvent * dead_.size();
    deaths.header = {wire::RecordKind::kSliceDeaths, 0, static_cast<uint16_t>(bytes / 8),
                     static_cast<uint32_t>(dead_.size()), t_};
    char* at = ring_.reserve(bytes);
    std::memcpy(at, &deaths, sizeof deaths);
    for (size_t index = 0; index < others; ++index) {
      const auto above = static_cast<int32_t>(dead_[index + 1] - dead_[index]);
      std::memcpy(at + sizeof deaths + index * sizeof above, &above, sizeof above);
    }
    ring_.commit(bytes);
    events_ += dead_.size();
    dead_.clear();
  }

  void cut() {
    if (offset_ + kSliceBytes > kSlabBytes) {
      store_ = free_.empty() ? kSlabBytes * ++stores_ : free_.front();
      if (!free_.empty()) free_.pop_front();
      offset_ = 0;
      wire::StoreAlloc alloc{};
      alloc.address = store_;
      alloc.size = kSlabBytes;
      write(alloc, wire::RecordKind::kStoreAlloc);
    }
    wire::SmallSlice slice{};
    slice.store_address = store_;
    slice.offset = static_cast<uint32_t>(offset_);
    slice.length = kSliceBytes;
    slice.slice = ++slice_;
    write(slice, wire::RecordKind::kSmallSlice);
    offset_ += kSliceBytes;
    slices_.push_back({slice_, store_, offset_ + kSliceBytes > kSlabBytes});
    collecting_ = slices_.size() >= survivors_ + kBetweenCollections;
    if (collecting_) writeCollection(wire::RecordKind::kGcBegin);
  }

  void collect() {
    dead_.push_back(slices_.front().slice);
    if (dead_.size() == wire::kMaxSliceDeaths || slices_.front().last_of_store) writeDeaths();
    if (slices_.front().last_of_store) {
      wire::StoreFree free{};
      free.address = slices_.front().store;
      write(free, wire::RecordKind::kStoreFree);
      free_.push_back(free.address);
    }
    slices_.pop_front();
    collecting_ = slices_.size() > survivors_;
    if (collecting_) return;
    writeDeaths();
    writeCollection(wire::RecordKind::kGcEnd);
  }

  void writeCollection(wire::RecordKind kind) {
    wire::Gc gc{};
    gc.type = 1;
    write(gc, kind);
  }

  wire::RingWriter ring_;
  uint64_t t_;
  uint64_t survivors_;
  uint64_t events_ = 0;
  uint64_t stores_ = 0;
  uint64_t store_ = 0;
  uint64_t offset_ = kSlabBytes;
  uint64_t slice_ = 0;
  bool collecting_ = false;
  std::deque<Cut> slices_;
  std::vector<uint64_t> dead_;  ///< and not told yet
  std::deque<uint64_t> free_;
};

class NoNatives : public collector::NativeResolver {
 public:
  std::span<const collector::NativeFrame> resolve(uint64_t) override { return {}; }
  void learn(const collector::ModuleText&) override {}
};

double processorTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

constexpr uint64_t kStart = 1'000'000'000;
constexpr uint64_t kRoundNs = 4'000'000;
constexpr uint64_t kFlushNs = 1'000'000'000;

/// range(0): slices that survive each collection.
void pipeline(benchmark::State& state) {
  const std::string path = "/tmp/collector_bench." + std::to_string(getpid()) + ".slab";
  auto writer = recording::Writer::create(path, {});
  if (!writer) {
    state.SkipWithError(writer.error().message.c_str());
    return;
  }
  const wire::TestMapping mapping;
  NoNatives natives;
  Pipeline pipeline(mapping.get(), **writer, natives, kStart);
  Program program(mapping, kStart, static_cast<uint64_t>(state.range(0)));
  uint64_t flushed = kStart;
  while (state.KeepRunning()) {
    program.run(kRoundNs);
    const double before = processorTime();
    pipeline.drain(program.now());
    pipeline.emit(program.now());
    if (program.now() - flushed > kFlushNs) {
      flushed = program.now();
      if (!(*writer)->flush()) state.SkipWithError("the file cannot be written");
    }
    if (!(*writer)->continueSnapshot()) state.SkipWithError("the file cannot be written");
    state.SetIterationTime(processorTime() - before);
  }
  const auto events = static_cast<double>(program.events());
  state.counters["time/event"] =
      benchmark::Counter(events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes/event"] = static_cast<double>((*writer)->bytesWritten()) / events;
  unlink(path.c_str());
}

/// What the producer pays.
void ringWrite(benchmark::State& state) {
  const wire::TestMapping mapping;
  wire::RingHeader* header = wire::ringHeader(mapping.get(), 0);
  wire::RingWriter ring(header, wire::ringData(mapping.get(), 0));
  wire::Slice slice{};
  slice.header = {wire::RecordKind::kSlice, 0, sizeof slice / 8, 0, 0};
  while (state.KeepRunning()) {
    char* at = ring.reserve(sizeof slice);
    if (at == nullptr) {
      header->tail.store(header->head.load(std::memory_order_relaxed), std::memory_order_release);
      at = ring.reserve(sizeof slice);
    }
    ++slice.slice;
    std::memcpy(at, &slice, sizeof slice);
    ring.commit(sizeof slice);
  }
}

void registerAll() {
#ifndef __clang_analyzer__  // does not see that the library keeps them
  benchmark::RegisterBenchmark("ring, write a slice", ringWrite);
  benchmark::RegisterBenchmark("pipeline, slices that survive", pipeline)
      ->Arg(100)
      ->Arg(200'000)
      ->UseManualTime();
#endif
}

}  // namespace
}  // namespace slabscope::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 1) {
    std::fprintf(stderr, "usage: collector_bench [--benchmark_…]\n");
    return 2;
  }
  slabscope::bench::registerAll();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
