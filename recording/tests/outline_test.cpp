// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "files.h"
#include "hand_made.h"
#include "outline_keeper.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

// Goes through the events in the most obvious way.
Outline slowOutline(const std::vector<Event>& events) {
  Outline outline;
  std::map<StoreId, uint64_t> live;
  std::map<StoreId, StoreKind> kinds;
  uint64_t peak = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    if (const auto* alloc = std::get_if<StoreAlloc>(&events[i])) live[alloc->store] = alloc->size;
    if (const auto* gone = std::get_if<StoreFree>(&events[i])) live.erase(gone->store);
    if (const auto* change = std::get_if<StoreResize>(&events[i]); change && live.contains(change->store))
      live[change->store] = change->size;
    if (const auto* known = std::get_if<StoreKindKnown>(&events[i])) kinds[known->store] = known->kind;
    if (const auto* gc = std::get_if<Gc>(&events[i]))
      outline.full_collections += gc->kind == GcKind::kMarkCompact ? 1 : 0;
    uint64_t bytes = 0;
    for (const auto& [store, size] : live) bytes += size;
    if (bytes <= peak) continue;
    peak = bytes;
    outline.peak_t = std::visit([](const auto& event) { return event.t; }, events[i]);
    outline.peak_events = i + 1;
  }
  for (const auto& [store, kind] : kinds) outline.kinds.push_back({store, kind});
  return outline;
}

TEST(Outline, of_random_recordings_is_what_the_events_come_to) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Folder folder;
    const std::string path = folder.file("outline.slab");
    const Content content = writeRandom(path, seed, 4, 150);
    Result<Reader> reader = Reader::open(path);
    ASSERT_TRUE(reader);
    ASSERT_TRUE(reader->outline()) << seed;
    EXPECT_EQ(*reader->outline(), slowOutline(content.events)) << seed;
  }
}

TEST(Outline, to_ask_for_it_changes_nothing_of_what_is_read) {
  const Folder folder;
  const std::string path = folder.file("outline.slab");
  const Content content = writeRandom(path, 1, 3, 100);
  Result<Reader> reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Batch batch;
  std::vector<Event> events;
  while (reader->next(batch)) {
    events.insert(events.end(), batch.events.begin(), batch.events.end());
    EXPECT_TRUE(reader->outline());
  }
  EXPECT_EQ(events, content.events);
  EXPECT_TRUE(reader->integrity().finished);
}

TEST(Outline, is_not_told_by_a_file_that_was_cut_or_has_a_limit) {
  const Folder folder;
  const std::string path = folder.file("outline.slab");
  writeRandom(path, 1, 3, 100);
  const std::string file = readFile(path);
  const std::string cut = folder.file("cut.slab");
  writeFile(cut, file.substr(0, file.size() - 1));
  EXPECT_FALSE(Reader::open(cut)->outline());

  const std::string capped = folder.file("capped.slab");
  Header header;
  header.max_size = 1 << 20;
  auto writer = Writer::create(capped, header);
  ASSERT_TRUE(writer);
  (*writer)->add(StoreAlloc{.t = 1, .size = 100});
  ASSERT_TRUE((*writer)->finish({}));
  EXPECT_FALSE(Reader::open(capped)->outline());
}

TEST(Outline, of_more_kinds_than_it_is_worth_is_left_out) {
  OutlineKeeper keeper;
  const auto tell = [&](uint64_t store) {
    keeper.on(StoreKindKnown{.t = 1, .store = {store}, .kind = StoreKind::kPool}, 0, 0);
  };
  for (uint64_t store = 1; store <= 1 << 16; ++store) tell(store);
  tell(7);
  ASSERT_TRUE(keeper.message());
  EXPECT_EQ(keeper.message()->known_stores_size(), 1 << 16);
  tell((1 << 16) + 1);
  EXPECT_FALSE(keeper.message());
}

TEST(Outline, whose_stores_do_not_ascend_is_not_believed) {
  proto::Outline message;
  Outline outline;
  message.add_known_stores(3);
  EXPECT_FALSE(fromMessage(message, outline));
  message.add_known_kinds(proto::STORE_POOL);
  EXPECT_TRUE(fromMessage(message, outline));
  message.add_known_stores(0);
  message.add_known_kinds(proto::STORE_POOL);
  EXPECT_FALSE(fromMessage(message, outline));
}

}  // namespace
}  // namespace slabscope::recording
