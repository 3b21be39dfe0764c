// SPDX-License-Identifier: Apache-2.0
// What a reader knows that starts at a snapshot is what it would know if it had read from the start.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

constexpr SnapshotSpacing kAfterEachBatch{.least_growth = 1, .growth_factor = 0};

/// Slow and obvious.
struct LiveState {
  std::map<StoreId, StoreAlloc> stores;
  std::map<SliceId, Slice> slices;
  std::map<uint32_t, Gc> full_collections;
  std::map<uint32_t, IsolateStart> isolates;
  std::optional<Pause> paused;

  void on(const StoreAlloc& event) { stores[event.store] = event; }
  void on(const StoreFree& event) {
    stores.erase(event.store);
    std::erase_if(slices, [&](const auto& slice) { return slice.second.store == event.store; });
  }
  void on(const StoreResize& event) {
    if (stores.contains(event.store)) stores[event.store].size = event.size;
  }
  void on(const StoreMove& event) {
    if (stores.contains(event.store)) stores[event.store].isolate = event.isolate;
  }
  void on(const StoreKindKnown& event) {
    if (stores.contains(event.store)) stores[event.store].kind = event.kind;
  }
  void on(const Slice& event) {
    if (stores.contains(event.store)) slices[event.slice] = event;
  }
  void on(const SliceFree& event) { slices.erase(event.slice); }
  void on(const Gc& event) {
    if (event.kind == GcKind::kMarkCompact) full_collections[event.isolate] = event;
  }
  void on(const IsolateStart& event) { isolates[event.isolate] = event; }
  void on(const IsolateEnd& event) { isolates.erase(event.isolate); }
  void on(const Pause& event) { paused = event; }
  void on(const Resume&) { paused.reset(); }
  template <class Other>
  void on(const Other&) {}

  void apply(const Event& event) {
    std::visit([this](const auto& one) { on(one); }, event);
  }
  // A snapshot tells a store as it is. What only one of two kinds can have is not compared where the kind
  // was found out late.
  void forgetSpace() {
    for (auto& [id, store] : stores) {
      store.reserved = 0;
      store.allocation_stack = {};
    }
  }
  friend bool operator==(const LiveState&, const LiveState&) = default;
};

struct Target : LiveTarget {
  LiveState state;
  void begin() override { state = {}; }
  void take(const std::vector<Event>& events) override {
    for (const Event& event : events) state.apply(event);
  }
};

Nanoseconds timeOf(const Event& event) {
  return std::visit([](const auto& one) { return one.t; }, event);
}

/// A recording with a snapshot after each batch.
Content writeWithSnapshots(const std::string& path, unsigned seed, int batches, int events) {
  return writeRandom(path, seed, batches, events, kAfterEachBatch);
}

/// The states after each of the events, asked for in any order but cheapest in theirs.
class States {
 public:
  explicit States(const std::vector<Event>& events) : events_(events) {}
  const LiveState& after(size_t count) {
    if (count < count_) {
      state_ = {};
      count_ = 0;
    }
    for (; count_ < count; ++count_) state_.apply(events_[count_]);
    return state_;
  }

 private:
  const std::vector<Event>& events_;
  LiveState state_;
  size_t count_ = 0;
};

struct Place {
  Nanoseconds t = 0;
  uint64_t events = 0;
};

std::vector<Place> randomPlaces(const std::vector<Event>& events, size_t count) {
  std::mt19937_64 random(7);
  const auto upTo = [&](uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random); };
  std::vector<Place> places;
  while (places.size() < count) {
    const Nanoseconds t = upTo(3) == 0 ? UINT64_MAX : timeOf(events[upTo(events.size() - 1)]);
    places.push_back({t, upTo(2) == 0 ? UINT64_MAX : upTo(events.size())});
  }
  return places;
}

/// Goes to each of the places and compares; returns how often there was a snapshot to start at.
size_t expectSameStates(const std::string& path, const Content& written, size_t places) {
  const std::vector<Event>& events = written.events;
  std::vector<Place> all = randomPlaces(events, places);
  const auto happened = [&](const Place& place) {
    const auto later = std::upper_bound(events.begin(), events.end(), place.t,
                                        [](Nanoseconds t, const Event& event) { return t < timeOf(event); });
    return std::min<uint64_t>(place.events, static_cast<uint64_t>(later - events.begin()));
  };
  std::sort(all.begin(), all.end(),
            [&](const Place& a, const Place& b) { return happened(a) < happened(b); });
  States states(events);
  size_t found = 0;
  for (const Place& place : all) {
    auto reader = Reader::open(path);
    if (!reader) {
      ADD_FAILURE() << reader.error().message;
      return 0;
    }
    Target target;
    const bool moved = reader->seek(place.t, place.events, target);
    const uint64_t position = reader->position().events;
    EXPECT_EQ(moved, position != 0);
    EXPECT_LE(position, happened(place));
    found += moved ? 1 : 0;
    // On from there, batch by batch, to the instant.
    if (!moved) target.state = {};
    uint64_t seen = position;
    Batch batch;
    while (seen < happened(place) && reader->next(batch)) {
      for (const Event& event : batch.events) {
        if (seen == happened(place)) break;
        EXPECT_TRUE(event == events[seen]) << "event " << seen;
        target.state.apply(event);
        ++seen;
      }
    }
    LiveState expected = states.after(happened(place));
    expected.forgetSpace();
    target.state.forgetSpace();
    EXPECT_TRUE(target.state == expected) << "t " << place.t << " events " << place.events;
    if (testing::Test::HasFailure()) return found;
  }
  return found;
}

std::vector<size_t> snapshotFrames(std::string_view file) {
  std::vector<size_t> found;
  const std::vector<size_t> offsets = frameOffsets(file);
  for (size_t i = 0; i + 1 < offsets.size(); ++i)
    if (blockAt(file, offsets[i]).kind() == proto::BLOCK_SNAPSHOT) found.push_back(offsets[i]);
  return found;
}

/// The file without the frames from the index on.
std::string withoutIndex(const std::string& file) {
  const std::vector<size_t> offsets = frameOffsets(file);
  return file.substr(0, offsets[offsets.size() - 3]);
}

TEST(Snapshot, tells_at_any_instant_what_reading_from_the_start_tells) {
  const Folder folder;
  const std::string path = folder.file("random.slab");
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const Content written = writeWithSnapshots(path, seed, 40, 120);
    EXPECT_GT(expectSameStates(path, written, 250), 150U) << "seed " << seed;
  }
}

TEST(Snapshot, is_found_without_the_index_too) {
  const Folder folder;
  const std::string path = folder.file("cut.slab");
  const Content written = writeWithSnapshots(path, 5, 40, 120);
  const std::string file = readFile(path);
  auto whole = Reader::open(path);
  ASSERT_TRUE(whole);

  writeFile(path, withoutIndex(file));
  auto cut = Reader::open(path);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->index().blocks, whole->index().blocks);
  EXPECT_GT(expectSameStates(path, written, 1000), 600U);
}

TEST(Snapshot, is_found_when_the_end_names_no_index_or_another_place) {
  const Folder folder;
  const std::string path = folder.file("end.slab");
  writeWithSnapshots(path, 6, 5, 50);
  const std::string file = readFile(path);
  auto whole = Reader::open(path);
  ASSERT_TRUE(whole);
  const std::vector<BlockPlace> blocks = whole->index().blocks;
  for (size_t at = file.size() - 9; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x11);
    writeFile(path, damaged);
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    // The heads, unlike the index, tell of the index and the footer too.
    ASSERT_EQ(reader->index().blocks.size(), blocks.size() + 2) << "byte " << at;
    EXPECT_TRUE(std::equal(blocks.begin(), blocks.end(), reader->index().blocks.begin()));
  }
}

TEST(Snapshot, that_is_not_whole_is_passed_over_for_an_earlier_one) {
  const Folder folder;
  const std::string path = folder.file("damaged.slab");
  const Content written = writeWithSnapshots(path, 7, 20, 120);
  const std::string file = readFile(path);
  const std::vector<size_t> frames = frameOffsets(file);
  const std::vector<size_t> snapshots = snapshotFrames(file);
  ASSERT_GE(snapshots.size(), 19U);
  using Change = void (*)(proto::Block&, proto::Snapshot&);
  const std::vector<Change> changes = {
      [](proto::Block&, proto::Snapshot& told) { told.set_events(told.events() + 1); },
      [](proto::Block&, proto::Snapshot& told) { told.set_batches(told.batches() + 1); },
      [](proto::Block&, proto::Snapshot& told) { told.set_t(told.t() + 1); },
      [](proto::Block&, proto::Snapshot& told) { told.set_part(1); },
      [](proto::Block&, proto::Snapshot& told) { told.set_stores(0); },
      [](proto::Block&, proto::Snapshot& told) { told.set_stacks(0); },
      [](proto::Block&, proto::Snapshot& told) { told.mutable_live_stores()->mutable_times()->Clear(); },
      [](proto::Block&, proto::Snapshot& told) {
        told.mutable_live_stores()->mutable_kinds()->assign("\x02");
      },
      [](proto::Block&, proto::Snapshot& told) { told.mutable_state()->mutable_kinds()->assign("\x07"); },
      [](proto::Block& block, proto::Snapshot&) { block.set_last_part(false); },
  };
  // Each of the later snapshots is damaged in one of these ways; the first few are left as they are.
  std::string damaged;
  constexpr size_t kSound = 4;
  for (size_t i = 0; i + 1 < frames.size(); ++i) {
    const auto at = std::find(snapshots.begin(), snapshots.end(), frames[i]);
    const auto number = static_cast<size_t>(at - snapshots.begin());
    if (at == snapshots.end() || number < kSound) {
      damaged += file.substr(frames[i], frames[i + 1] - frames[i]);
      continue;
    }
    proto::Block block = blockAt(file, frames[i]);
    proto::Snapshot told;
    ASSERT_TRUE(told.ParseFromString(payloadOf(block)));
    block.set_compression(proto::COMPRESSION_NONE);
    changes[number % changes.size()](block, told);
    block.set_payload(told.SerializeAsString());
    block.set_unpacked_size(block.payload().size());
    damaged += frameOf(block);
  }
  writeFile(path, damaged);
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->content.events == written.events) << "who reads from the start opens no snapshot";
  EXPECT_GT(expectSameStates(path, written, 1000), 500U);
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Target target;
  ASSERT_TRUE(reader->seek(UINT64_MAX, UINT64_MAX, target));
  EXPECT_EQ(reader->position().batches, kSound);
}

TEST(Snapshot, where_none_is_whole_leaves_the_reader_where_it_was) {
  const Folder folder;
  const std::string path = folder.file("none.slab");
  const Content written = writeWithSnapshots(path, 8, 6, 100);
  const std::string file = readFile(path);
  const std::vector<size_t> frames = frameOffsets(file);
  std::string damaged;
  for (size_t i = 0; i + 1 < frames.size(); ++i) {
    proto::Block block = blockAt(file, frames[i]);
    if (block.kind() != proto::BLOCK_SNAPSHOT) {
      damaged += file.substr(frames[i], frames[i + 1] - frames[i]);
      continue;
    }
    block.set_last_part(false);
    damaged += frameOf(block);
  }
  writeFile(path, damaged);
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Batch batch;
  ASSERT_TRUE(reader->next(batch));
  const Reader::Position before = reader->position();
  Target target;
  EXPECT_FALSE(reader->seek(UINT64_MAX, UINT64_MAX, target));
  EXPECT_EQ(reader->position(), before);
  uint64_t events = batch.events.size();
  while (reader->next(batch)) events += batch.events.size();
  EXPECT_EQ(events, written.events.size());
  EXPECT_EQ(reader->integrity().damage, "");
}

TEST(Snapshot, is_passed_on_the_way_to_a_later_instant_but_never_gone_back_to) {
  const Folder folder;
  const std::string path = folder.file("forward.slab");
  const Content written = writeWithSnapshots(path, 9, 30, 200);
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Target target;
  ASSERT_TRUE(reader->seek(UINT64_MAX, 3000, target));
  const Reader::Position first = reader->position();
  EXPECT_LE(first.events, 3000U);
  EXPECT_FALSE(reader->seek(UINT64_MAX, 2000, target)) << "that is behind";
  EXPECT_EQ(reader->position(), first);
  ASSERT_TRUE(reader->seek(UINT64_MAX, 6000, target));
  EXPECT_GT(reader->position().events, first.events);
  Batch batch;
  while (reader->next(batch)) continue;
  EXPECT_TRUE(reader->integrity().finished) << reader->integrity().damage;
  EXPECT_EQ(reader->integrity().events, written.events.size());
  EXPECT_EQ(reader->integrity().batches, 30U);
}

// ---- large ones, of several parts

/// One store with many slices, all alive at the first snapshot. While its parts are written they begin to
/// die, change, and others are born.
struct Large {
  static constexpr uint64_t kSlices = 60'000;

  explicit Large(const std::string& path) : writer(std::move(*Writer::create(path, {}, kAfterEachBatch))) {
    put(StoreAlloc{.t = 1, .store = {1}, .address = 4096, .size = 1 << 20});
    for (uint64_t i = 1; i <= kSlices; ++i)
      put(Slice{.t = 1 + i, .slice = {i}, .store = {1}, .offset = i, .length = 8});
    EXPECT_TRUE(writer->flush());
  }
  template <class T>
  void put(const T& event) {
    writer->add(event);
    content.events.emplace_back(event);
  }
  void goOn() {
    for (uint64_t round = 0; round < 12; ++round) {
      const Nanoseconds t = 100'000 + round;
      for (uint64_t i = 1 + round; i <= kSlices; i += 12) put(SliceFree{.t = t, .slice = {i}});
      put(StoreResize{.t = t, .store = {1}, .size = (1 << 20) + round});
      put(StoreAlloc{.t = t, .store = {2 + round}, .address = 1, .size = round});
      EXPECT_TRUE(writer->flush());
    }
  }

  std::unique_ptr<Writer> writer;
  Content content;
};

TEST(Snapshot, in_many_parts_tells_of_one_instant_though_the_recording_goes_on) {
  const Folder folder;
  const std::string path = folder.file("large.slab");
  Large large(path);
  large.goOn();
  ASSERT_TRUE(large.writer->finish({}));
  const std::string file = readFile(path);
  const std::vector<size_t> snapshots = snapshotFrames(file);
  ASSERT_GE(snapshots.size(), 4U);
  EXPECT_EQ(blockAt(file, snapshots[0]).snapshot(), 1U);
  EXPECT_FALSE(blockAt(file, snapshots[0]).last_part());
  EXPECT_EQ(blockAt(file, snapshots[1]).snapshot(), 1U);
  EXPECT_GT(expectSameStates(path, large.content, 60), 1U);

  // Of a file that was cut before the last part the snapshot is not whole.
  writeFile(path, file.substr(0, snapshots[2]));
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Target target;
  EXPECT_FALSE(reader->seek(UINT64_MAX, UINT64_MAX, target));
}

TEST(Snapshot, is_continued_between_batches_and_completed_at_the_end) {
  const Folder folder;
  const std::string path = folder.file("continued.slab");
  {
    Large large(path);
    const uint64_t begun = large.writer->bytesWritten();
    ASSERT_TRUE(large.writer->continueSnapshot());
    const uint64_t more = large.writer->bytesWritten();
    EXPECT_GT(more, begun);
    ASSERT_TRUE(large.writer->finish({}));
  }
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->integrity.snapshots, 1U);
  EXPECT_EQ(read->integrity.damage, "");
}

TEST(Snapshot, takes_less_than_a_twentieth_of_the_file) {
  const Folder folder;
  const std::string path = folder.file("share.slab");
  for (const uint64_t live : {100U, 2'000U, 10'000U}) {
    auto writer = Writer::create(path, {});
    ASSERT_TRUE(writer);
    std::mt19937_64 random(live);
    Nanoseconds t = 0;
    const StoreId store = (*writer)->add(StoreAlloc{.t = 0, .address = 4096, .size = 1ULL << 40});
    std::vector<SliceId> alive;
    for (int i = 0; i < 1'500'000; ++i) {
      t += random() % 10'000;
      if (alive.size() < live) {
        alive.push_back((*writer)->add(
            Slice{.t = t, .store = store, .offset = random() % 65536, .length = random() % 4096}));
      } else {
        SliceId& victim = alive[random() % alive.size()];
        (*writer)->add(SliceFree{.t = t, .slice = victim});
        victim = alive.back();
        alive.pop_back();
      }
    }
    ASSERT_TRUE((*writer)->finish({}));
    const auto read = readBack(path);
    ASSERT_TRUE(read);
    EXPECT_LT(read->integrity.snapshot_bytes * 20, read->integrity.file_bytes) << live << " alive";
    EXPECT_GE(read->integrity.snapshots, 2U) << live << " alive";
  }
}

}  // namespace
}  // namespace slabscope::recording
