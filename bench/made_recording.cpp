// SPDX-License-Identifier: Apache-2.0
#include "made_recording.h"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "slabscope/recording/writer.h"

namespace slabscope::bench {
namespace {

using namespace recording;  // NOLINT(google-build-using-namespace): one type for each kind of event

constexpr uint64_t kSlabSize = 64 << 10;
constexpr uint64_t kYoung = 16'384;  // births between two scavenges
constexpr uint64_t kScavengesPerFull = 40;

// SplitMix64: the distributions of the standard library differ from one to the next.
class Random {
 public:
  uint64_t below(uint64_t limit) { return next() % limit; }
  bool oneIn(uint64_t n) { return below(n) == 0; }

 private:
  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  uint64_t state_ = 1;
};

std::vector<StackId> makeStacks(Writer& writer, Random& random) {
  std::vector<FrameId> frames;
  for (uint32_t file = 0; file < 120; ++file) {
    const std::string folder =
        file % 3 == 0 ? "/srv/app/lib" : "/srv/app/node_modules/p" + std::to_string(file);
    const StringId name = writer.addString(folder + "/file" + std::to_string(file) + ".js");
    for (uint32_t i = 0; i < 8; ++i) {
      const StringId function = writer.addString("function" + std::to_string(file * 8 + i));
      frames.push_back(writer.addFrame(
          {.kind = FrameKind::kJs, .function = function, .file = name, .line = 10 * i + 3, .column = 5 + i}));
    }
  }
  // Requests come in by few ways and branch out.
  std::vector<StackId> level{StackId{}};
  std::vector<StackId> stacks;
  for (int depth = 1; depth <= 12; ++depth) {
    const size_t width = std::min<size_t>(size_t{2} << depth, 1000);
    std::vector<StackId> next;
    for (size_t i = 0; i < width; ++i) {
      const StackId parent = level[random.below(level.size())];
      next.push_back(writer.addStack({.parent = parent, .frame = frames[random.below(frames.size())]}));
    }
    level = std::move(next);
    if (depth >= 9) stacks.insert(stacks.end(), level.begin(), level.end());
  }
  return stacks;
}

struct Object {
  SliceId slice;  // 0: a store of its own
  StoreId store;
};

struct Store {
  uint64_t address = 0;
  uint64_t size = 0;
  uint64_t slices = 0;
};

class Program {
 public:
  Program(Writer& writer, const Workload& workload)
      : writer_(writer),
        workload_(workload),
        gap_(workload.seconds * 2'000'000'000 / workload.events),
        stacks_(makeStacks(writer, random_)) {}

  void run() {
    writer_.add(IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
    while (writer_.eventsWritten() + alive() < workload_.events) {
      request();
      if (young_.size() >= kYoung) scavenge();
    }
    tearDown();
  }
  Nanoseconds now() const { return t_; }

 private:
  uint64_t alive() const { return young_.size() + old_.size() + slabs_; }
  // Half of the events are births, which take all of the time.
  Nanoseconds tick() { return t_ += gap_ / 5 + random_.below(1 + gap_ * 8 / 5); }
  Nanoseconds died() { return 60 + random_.below(300); }
  // Few lines of a program do most of what it does.
  StackId stack() { return stacks_[random_.below(1 + random_.below(stacks_.size()))]; }

  uint64_t address(uint64_t size) {
    std::vector<uint64_t>& free = free_addresses_[size];
    if (free.empty()) return std::exchange(next_address_, next_address_ + size + 16);
    const uint64_t address = free.back();
    free.pop_back();
    return address;
  }

  StoreId allocate(uint64_t size, StoreKind kind) {
    const Store store{.address = address(size), .size = size};
    const StoreId id = writer_.add(StoreAlloc{
        .t = tick(), .address = store.address, .size = size, .kind = kind, .thread = 1, .stack = stack()});
    stores_.emplace(id.value, store);
    store_bytes_ += size;
    return id;
  }

  void free(StoreId id, bool teardown = false) {
    const auto found = stores_.find(id.value);
    free_addresses_[found->second.size].push_back(found->second.address);
    store_bytes_ -= found->second.size;
    stores_.erase(found);
    t_ += died();
    writer_.add(StoreFree{.t = t_, .store = id, .teardown = teardown});
  }

  void request() {
    const uint64_t choice = random_.below(100);
    if (choice < 8) {
      const uint64_t size = 4'096 << random_.below(6);
      young_.push_back({.slice = {}, .store = allocate(size, StoreKind::kArrayBuffer)});
    } else if (choice < 12 && last_.slice) {
      view();
    } else {
      cut();
    }
  }

  void cut() {
    uint64_t length = 8 + random_.below(120);
    if (random_.oneIn(4)) length = 128 + random_.below(1'500);
    if (!pool_ || used_ + length > kSlabSize) {
      if (pool_) leave(pool_);
      pool_ = allocate(kSlabSize, StoreKind::kPool);
      ++slabs_;
      used_ = 0;
    }
    last_ = {.store = pool_, .offset = used_, .length = length};
    used_ = (used_ + length + 7) & ~uint64_t{7};
    put({});
  }

  void view() {
    const uint64_t from = random_.below(last_.length);
    last_.offset += from;
    last_.length -= from;
    put(last_.slice);
  }

  void put(SliceId parent) {
    last_.t = tick();
    last_.parent = parent;
    last_.stack = stack();
    last_.slice = writer_.add(last_);
    ++stores_[last_.store.value].slices;
    young_.push_back({.slice = last_.slice, .store = last_.store});
  }

  void leave(StoreId slab) {
    if (stores_[slab.value].slices == 0) freeSlab(slab, false);
  }
  void freeSlab(StoreId slab, bool teardown) {
    --slabs_;
    free(slab, teardown);
  }

  void die(const Object& object, bool teardown = false) {
    if (!object.slice) return free(object.store, teardown);
    t_ += died();
    writer_.add(SliceFree{.t = t_, .slice = object.slice, .teardown = teardown});
    if (--stores_[object.store.value].slices == 0 && object.store != pool_) freeSlab(object.store, teardown);
  }

  // What is wanted alive: a cache that fills during the first half.
  uint64_t wanted() const {
    const double part = static_cast<double>(writer_.eventsWritten()) / static_cast<double>(workload_.events);
    return static_cast<uint64_t>(std::min(1.0, part * 2) * static_cast<double>(workload_.live_objects));
  }

  void scavenge() {
    const bool full = ++scavenges_ % kScavengesPerFull == 0;
    collected(GcKind::kScavenge, 900'000);
    const uint64_t room = wanted() > old_.size() ? wanted() - old_.size() : 0;
    // Something survives always, and a full collection finds what has died among the old.
    const uint64_t survivors = std::clamp<uint64_t>(room, 300, kYoung / 3);
    std::vector<Object> young;
    young.swap(young_);
    // V8 finds them nearly in the order of their birth.
    for (size_t i = 0; i + 32 < young.size(); i += 3) std::swap(young[i], young[i + random_.below(32)]);
    for (const Object& object : young) {
      if (random_.below(young.size()) < survivors) {
        old_.push_back(object);
      } else {
        die(object);
      }
    }
    last_ = {};
    if (full) collectOld();
    figures();
  }

  void collectOld() {
    collected(GcKind::kMarkCompact, 25'000'000);
    const uint64_t kept = std::min<uint64_t>(old_.size(), wanted());
    for (uint64_t surplus = old_.size() - kept + kept / 10; surplus > 0 && !old_.empty(); --surplus) {
      const size_t victim = random_.below(old_.size());
      die(old_[victim]);
      old_[victim] = old_.back();
      old_.pop_back();
    }
  }

  void collected(GcKind kind, Nanoseconds duration) {
    writer_.add(Gc{.t = tick(), .duration = duration + random_.below(duration), .kind = kind});
    t_ += duration;
  }

  void figures() {
    const uint64_t rss = (40 << 20) + store_bytes_;
    writer_.add(ProcessRss{.t = tick(), .rss = rss});
    writer_.add(Memory{.t = tick(),
                       .rss = rss,
                       .heap_used = (10 << 20) + 100 * alive(),
                       .heap_total = (20 << 20) + 120 * alive(),
                       .external = store_bytes_ + 4'096,
                       .array_buffers = store_bytes_});
    if (t_ < next_mark_) return;
    next_mark_ += 10'000'000'000;
    writer_.add(Mark{.t = tick(), .name = writer_.addString("ten seconds")});
  }

  void tearDown() {
    writer_.add(IsolateEnd{.t = tick(), .isolate = 0, .thread = 1, .allocator = 0});
    pool_ = {};
    for (const Object& object : young_) die(object, true);
    for (const Object& object : old_) die(object, true);
  }

  Writer& writer_;
  const Workload workload_;
  const Nanoseconds gap_;
  Random random_;
  std::vector<StackId> stacks_;
  Nanoseconds t_ = 0;
  Nanoseconds next_mark_ = 0;
  uint64_t next_address_ = 0x7F00'0000'0000;
  std::unordered_map<uint64_t, std::vector<uint64_t>> free_addresses_;
  std::unordered_map<uint64_t, Store> stores_;
  uint64_t store_bytes_ = 0;
  uint64_t slabs_ = 0;
  StoreId pool_;
  uint64_t used_ = 0;
  Slice last_;
  std::vector<Object> young_;
  std::vector<Object> old_;
  uint64_t scavenges_ = 0;
};

}  // namespace

Result<> makeRecording(const std::string& path, const Workload& workload) {
  recording::Header header;
  header.pid = 1;
  header.argv = {"node", "server.js"};
  header.executable = "/usr/bin/node";
  header.working_directory = "/srv/app";
  header.stack_depth = 64;
  Result<std::unique_ptr<Writer>> writer = Writer::create(path, header);
  if (!writer) return writer.error();
  (*writer)->addRuntimeInfo({.key = "node", .value = "v24.0.0"});
  (*writer)->addRuntimeInfo({.key = "pool_size", .value = "65536"});
  Program program(**writer, workload);
  program.run();
  return (*writer)->finish({.end_t = program.now(), .end = EndKind::kExit, .end_status = 0});
}

}  // namespace slabscope::bench
