// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <random>
#include <variant>

#include "files.h"
#include "slabscope/recording/reader.h"
#include "slabscope/recording/writer.h"

namespace slabscope::recording {
namespace {

constexpr uint64_t kLimit = Writer::kMinMaxSize;

uint64_t sizeOf(const std::string& path) {
  return std::filesystem::file_size(path);
}

/// What a reader ends up with: by ids, what is alive, and what it knows of the past.
struct State {
  Header header;
  Definitions definitions;
  std::map<uint64_t, StoreAlloc> stores;
  std::map<uint64_t, uint64_t> sizes;
  std::map<uint64_t, uint32_t> isolates;
  std::map<uint64_t, StoreKind> kinds;
  std::map<uint64_t, Slice> slices;
  Tally born;
  Tally died;
  Tally cut;
  Tally freed;
  uint64_t lost = 0;
  uint64_t events = 0;
  std::map<uint64_t, std::string> marks;  ///< by time
  std::map<uint64_t, StoreAlloc> alive_before_main_end;
  bool main_ended = false;
  Integrity integrity;
  std::optional<Footer> footer;

  void on(const StoreAlloc& event) {
    EXPECT_TRUE(stores.emplace(event.store.value, event).second);
    sizes[event.store.value] = event.size;
    ++born.count;
    born.bytes += event.size;
  }
  void on(const StoreFree& event) {
    EXPECT_EQ(stores.erase(event.store.value), 1U) << "store " << event.store.value;
    ++died.count;
    died.bytes += sizes[event.store.value];
  }
  void on(const StoreResize& event) {
    EXPECT_TRUE(stores.contains(event.store.value));
    uint64_t& size = sizes[event.store.value];
    if (event.size > size) born.bytes += event.size - size;
    if (event.size < size) died.bytes += size - event.size;
    size = event.size;
  }
  void on(const StoreMove& event) { isolates[event.store.value] = event.isolate; }
  void on(const StoreKindKnown& event) { kinds[event.store.value] = event.kind; }
  void on(const Slice& event) {
    EXPECT_TRUE(stores.contains(event.store.value));
    EXPECT_LE(event.offset + event.length, sizes[event.store.value]);
    EXPECT_TRUE(slices.emplace(event.slice.value, event).second);
    ++cut.count;
    cut.bytes += event.length;
  }
  void on(const SliceFree& event) {
    const auto found = slices.find(event.slice.value);
    ASSERT_NE(found, slices.end()) << "slice " << event.slice.value;
    ++freed.count;
    freed.bytes += found->second.length;
    slices.erase(found);
  }
  void on(const Lost& event) { lost += event.count; }
  void on(const Mark& event) { marks[event.t] = definitions.string(event.name); }
  void on(const IsolateEnd& event) {
    if (event.isolate != 0) return;
    main_ended = true;
    alive_before_main_end = stores;
  }
  template <class Other>
  void on(const Other&) {}
};

State read(const std::string& path) {
  State state;
  Result<Reader> reader = Reader::open(path);
  EXPECT_TRUE(reader) << reader.error().message;
  if (!reader) return state;
  state.header = reader->header();
  const Dropped& dropped = state.header.dropped;
  state.born = dropped.stores;
  state.died = dropped.freed_stores;
  state.cut = dropped.slices;
  state.freed = dropped.freed_slices;
  state.events = dropped.events;
  Batch batch;
  bool retold = true;
  while (reader->next(batch)) {
    EXPECT_TRUE(retold || !batch.retold) << "what is told again comes first";
    retold = batch.retold;
    state.definitions.add(batch);
    for (const Event& event : batch.events) {
      const Nanoseconds t = std::visit([](const auto& one) { return one.t; }, event);
      EXPECT_TRUE(batch.retold ? t <= dropped.until : t >= dropped.until);
      std::visit([&](const auto& one) { state.on(one); }, event);
      ++state.events;
    }
  }
  state.integrity = reader->integrity();
  state.footer = reader->footer();
  EXPECT_EQ(state.integrity.damage, "");
  return state;
}

/// The same life of stores and slices for any writer. A long-lived part stays, so that something old is
/// always alive.
class Life {
 public:
  Life(Writer& writer, unsigned seed) : writer_(writer), random_(seed) {
    writer_.addRuntimeInfo({"node", "v24.0.0"});
    for (int i = 0; i < 40; ++i) {
      const StringId name = writer_.addString("function " + std::to_string(i));
      const FrameId frame = writer_.addFrame({.function = name, .line = static_cast<uint32_t>(i) + 1});
      stacks_.push_back(writer_.addStack({stacks_.empty() ? StackId{} : stacks_.back(), frame}));
    }
    tick_ = writer_.addString("tick");
    writer_.add(IsolateStart{1, 0, 1, 0});
  }

  void step() {
    t_ += upTo(5000);
    switch (upTo(11)) {
      case 0:
      case 1:
        if (stores_.size() >= 200) break;
        stores_.push_back(
            {writer_.add(StoreAlloc{.t = t_, .address = random_(), .size = 8192, .stack = stack()}), {}});
        break;
      case 2:
        if (stores_.size() > 30) endStore(20 + upTo(stores_.size() - 21));
        break;
      case 3:
        if (!stores_.empty()) writer_.add(StoreResize{t_, oneStore().id, 8192 * (1 + upTo(3))});
        break;
      case 4:
        if (!stores_.empty()) writer_.add(StoreMove{t_, oneStore().id, static_cast<uint32_t>(upTo(3))});
        break;
      case 5:
        if (!stores_.empty()) writer_.add(StoreKindKnown{t_, oneStore().id, StoreKind::kPool});
        break;
      case 6:
        writer_.add(
            Mark{t_, 0, upTo(2) == 0 ? tick_ : writer_.addString("mark " + std::to_string(++marks_))});
        break;
      case 7:
        if (upTo(99) == 0) writer_.add(Lost{t_, t_, 3});
        break;
      default:
        slice();
    }
  }

  /// The end of the main isolate, and the death of everything.
  void end() {
    writer_.add(IsolateEnd{t_, 0, 1, 0});
    while (!stores_.empty()) endStore(stores_.size() - 1);
  }

 private:
  struct Store {
    StoreId id;
    std::vector<SliceId> slices;
  };
  uint64_t upTo(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random_); }
  StackId stack() { return stacks_[upTo(stacks_.size() - 1)]; }
  Store& oneStore() { return stores_[upTo(stores_.size() - 1)]; }

  void slice() {
    if (stores_.empty()) return;
    Store& store = oneStore();
    if (!store.slices.empty() && upTo(1) == 0) {
      writer_.add(SliceFree{t_, store.slices.back(), false});
      store.slices.pop_back();
      return;
    }
    const SliceId parent = store.slices.empty() || upTo(3) != 0 ? SliceId{} : store.slices.front();
    store.slices.push_back(writer_.add(Slice{.t = t_,
                                             .store = store.id,
                                             .parent = parent,
                                             .offset = upTo(8000),
                                             .length = upTo(192),
                                             .stack = stack()}));
  }
  void endStore(size_t at) {
    for (const SliceId slice : stores_[at].slices) writer_.add(SliceFree{t_, slice, false});
    writer_.add(StoreFree{t_, stores_[at].id, false});
    stores_.erase(stores_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  Writer& writer_;
  std::mt19937_64 random_;
  std::vector<StackId> stacks_;
  std::vector<Store> stores_;
  StringId tick_;
  uint64_t marks_ = 0;
  Nanoseconds t_ = 1;
};

std::unique_ptr<Writer> create(const std::string& path, uint64_t limit) {
  auto writer = Writer::create(path, {.pid = 7, .argv = {"node"}, .max_size = limit});
  EXPECT_TRUE(writer) << writer.error().message;
  return std::move(*writer);
}

void expectSameEnd(const State& capped, const State& whole) {
  EXPECT_EQ(capped.stores, whole.stores);
  EXPECT_EQ(capped.slices, whole.slices);
  EXPECT_EQ(capped.alive_before_main_end, whole.alive_before_main_end);
  EXPECT_EQ(capped.born, whole.born);
  EXPECT_EQ(capped.died, whole.died);
  EXPECT_EQ(capped.cut, whole.cut);
  EXPECT_EQ(capped.freed, whole.freed);
  EXPECT_EQ(capped.lost, whole.lost);
  for (const auto& [id, store] : whole.stores) {
    EXPECT_EQ(capped.sizes.at(id), whole.sizes.at(id));
    EXPECT_EQ(capped.isolates.contains(id), whole.isolates.contains(id));
    EXPECT_EQ(capped.kinds.contains(id), whole.kinds.contains(id));
    if (whole.isolates.contains(id)) {
      EXPECT_EQ(capped.isolates.at(id), whole.isolates.at(id));
    }
    EXPECT_FALSE(capped.definitions.framesOf(store.stack).empty());
    for (const FrameId frame : capped.definitions.framesOf(store.stack)) {
      EXPECT_EQ(capped.definitions.string(capped.definitions.frame(frame).function),
                whole.definitions.string(whole.definitions.frame(frame).function));
    }
  }
  EXPECT_EQ(capped.definitions.runtime("node"), "v24.0.0");
  for (const auto& [t, name] : capped.marks) EXPECT_EQ(name, whole.marks.at(t));
}

TEST(Capped, agrees_at_its_end_with_a_recording_without_limit) {
  const Folder folder;
  for (const bool teardown : {false, true}) {
    const std::string small = folder.file("small.slab");
    const std::string large = folder.file("large.slab");
    for (const auto& [path, limit] : {std::pair{small, kLimit}, std::pair{large, uint64_t{0}}}) {
      const auto writer = create(path, limit);
      Life life(*writer, 5);
      for (int i = 0; i < 400'000; ++i) life.step();
      if (teardown) life.end();
      ASSERT_TRUE(writer->finish({.end = EndKind::kExit, .end_status = 0}));
    }
    const State capped = read(small);
    const State whole = read(large);
    EXPECT_LE(sizeOf(small), kLimit);
    EXPECT_GE(sizeOf(small), kLimit / 4);
    EXPECT_GT(sizeOf(large), 5 * kLimit);
    EXPECT_FALSE(std::filesystem::exists(small + ".next"));
    EXPECT_GT(capped.header.dropped.events, 0U);
    EXPECT_EQ(capped.events, whole.events) << "each event is in the file or counted as dropped";
    EXPECT_GT(capped.marks.size(), 100U);
    EXPECT_EQ(capped.main_ended, teardown);
    EXPECT_EQ(capped.footer->end, EndKind::kExit);
    expectSameEnd(capped, whole);
  }
}

TEST(Capped, is_whole_and_within_its_limit_whenever_it_is_looked_at) {
  const Folder folder;
  const std::string path = folder.file("live.slab");
  const auto writer = create(path, kLimit);
  Life life(*writer, 6);
  uint64_t dropped = 0;
  uint64_t drops = 0;
  for (int i = 0; i < 120'000; ++i) {
    life.step();
    if (i % 512 != 0) continue;
    EXPECT_LE(sizeOf(path), kLimit);
    if (i % 4096 != 0) continue;
    const State state = read(path);
    EXPECT_FALSE(state.footer);
    EXPECT_EQ(state.integrity.good_bytes, sizeOf(path));
    if (state.header.dropped.events != dropped) ++drops;
    EXPECT_GE(state.header.dropped.events, dropped);
    dropped = state.header.dropped.events;
  }
  EXPECT_GE(drops, 3U);
}

TEST(Capped, keeps_its_peak_and_says_what_it_dropped) {
  const Folder folder;
  const std::string path = folder.file("peak.slab");
  const auto writer = create(path, kLimit);
  const StoreId high = writer->add(StoreAlloc{.t = 100, .size = 1 << 30});
  writer->add(StoreFree{200, high, false});
  writer->add(ProcessRss{300, 12345});
  std::mt19937_64 random(1);
  for (Nanoseconds t = 1000; t < 200'000; ++t) {
    const StoreId store = writer->add(StoreAlloc{.t = t, .address = random(), .size = 10});
    writer->add(StoreFree{t, store, false});
  }
  ASSERT_TRUE(writer->finish({}));
  const Dropped dropped = read(path).header.dropped;
  EXPECT_EQ(dropped.peak_t, 100U);
  EXPECT_EQ(dropped.peak_stores, (Tally{1, 1 << 30}));
  EXPECT_EQ(dropped.rss_max, 12345U);
  EXPECT_EQ(dropped, writer->dropped());
  EXPECT_GT(dropped.until, 1000U);
}

TEST(Capped, that_does_not_reach_its_limit_is_as_any_other) {
  const Folder folder;
  for (const uint64_t limit : {uint64_t{0}, kLimit}) {
    const auto writer = create(folder.file("x.slab"), limit);
    Life life(*writer, 7);
    for (int i = 0; i < 1000; ++i) life.step();
    ASSERT_TRUE(writer->finish({}));
    const State state = read(folder.file("x.slab"));
    EXPECT_EQ(state.header.dropped, Dropped{});
    EXPECT_EQ(state.header.format, 1U);
    EXPECT_EQ(state.header.max_size, limit);
  }
}

TEST(Capped, ends_where_what_is_alive_does_not_fit_any_more) {
  const Folder folder;
  const std::string path = folder.file("full.slab");
  const auto writer = create(path, kLimit);
  std::mt19937_64 random(2);
  Result<> outcome = Nothing{};
  uint64_t stores = 0;
  while (outcome) {
    for (int i = 0; i < 1000; ++i)
      writer->add(StoreAlloc{.t = ++stores, .address = random(), .size = random() % 100});
    outcome = writer->flush();
    ASSERT_LT(stores, 1'000'000U);
  }
  EXPECT_NE(outcome.error().message.find("what is alive does not fit into --max-size any more"),
            std::string::npos)
      << outcome.error().message;
  EXPECT_FALSE(writer->finish({.end = EndKind::kExit, .end_status = 0}));
  EXPECT_LE(sizeOf(path), kLimit);
  const State state = read(path);
  ASSERT_TRUE(state.footer);
  EXPECT_TRUE(state.footer->full);
  EXPECT_EQ(state.footer->end, EndKind::kDetached);
  EXPECT_FALSE(std::filesystem::exists(path + ".next"));
}

TEST(Capped, replaces_the_file_behind_a_link_and_refuses_what_is_no_file) {
  const Folder folder;
  const std::string real = folder.file("real.slab");
  writeFile(real, "");
  std::filesystem::create_symlink(real, folder.file("link.slab"));
  // What somebody put where the second file goes is not written through.
  writeFile(folder.file("victim"), "untouched");
  std::filesystem::create_symlink(folder.file("victim"), real + ".next");
  {
    const auto writer = create(folder.file("link.slab"), kLimit);
    Life life(*writer, 8);
    for (int i = 0; i < 100'000; ++i) life.step();
    ASSERT_TRUE(writer->finish({}));
  }
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.slab")));
  EXPECT_GT(read(real).header.dropped.events, 0U);
  EXPECT_EQ(readFile(folder.file("victim")), "untouched");

  const auto device = Writer::create("/dev/null", {.max_size = kLimit});
  ASSERT_FALSE(device);
  EXPECT_NE(device.error().message.find("only a regular file"), std::string::npos) << device.error().message;
}

}  // namespace
}  // namespace slabscope::recording
