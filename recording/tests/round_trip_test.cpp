// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "files.h"
#include "random_recording.h"
#include "slabscope/recording/version.h"

namespace slabscope::recording {
namespace {

TEST(RoundTrip, random_events_of_every_kind_come_back_as_they_were_written) {
  const Folder folder;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::string path = folder.file("random.slab");
    const Content written = writeRandom(path, seed, 5, 2000);
    std::array<size_t, std::variant_size_v<Event>> kinds{};
    for (const Event& event : written.events) ++kinds[event.index()];
    for (const size_t count : kinds) ASSERT_GT(count, 0U);

    const auto read = readBack(path);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->content.events == written.events) << "seed " << seed;
    EXPECT_EQ(read->content.strings, written.strings);
    EXPECT_TRUE(read->content.frames == written.frames);
    EXPECT_TRUE(read->content.stacks == written.stacks);
    EXPECT_EQ(read->integrity.damage, "");
    EXPECT_TRUE(read->integrity.finished);
    EXPECT_EQ(read->integrity.batches, 5U);
    EXPECT_EQ(read->integrity.events, written.events.size());
    EXPECT_EQ(read->integrity.good_bytes, readFile(path).size());
    EXPECT_EQ(read->integrity.file_bytes, read->integrity.good_bytes);
  }
}

// A file with two stores and some slices, and so many of them freed at a time.
std::string recordingWithFrees(const std::string& path, bool together, uint64_t slices, bool teardown) {
  auto writer = std::move(*Writer::create(path, {}));
  const StoreId store = writer->add(StoreAlloc{.t = 1, .size = 8192});
  std::vector<SliceId> ids;
  for (uint64_t index = 0; index < slices; ++index)
    ids.push_back(writer->add(Slice{.t = 2 + index, .store = store, .offset = index % 100, .length = 1}));
  for (size_t from = 0; from < ids.size(); from += 16) {
    const auto some = std::span(ids).subspan(from, std::min<size_t>(16, ids.size() - from));
    const Nanoseconds t = 1000 + slices + from;
    if (together) writer->addFrees(t, some, teardown);
    for (const SliceId id : some) {
      if (!together) writer->add(SliceFree{.t = t, .slice = id, .teardown = teardown});
    }
  }
  EXPECT_TRUE(writer->finish({}));
  return readFile(path);
}

TEST(RoundTrip, slices_freed_together_are_written_as_if_one_by_one) {
  const Folder folder;
  // The last have batches that are full in the midst of what dies together.
  for (const uint64_t slices : {1U, 16U, 100U, 33'000U, 66'001U}) {
    for (const bool teardown : {false, true}) {
      EXPECT_TRUE(recordingWithFrees(folder.file("together.slab"), true, slices, teardown) ==
                  recordingWithFrees(folder.file("apart.slab"), false, slices, teardown))
          << slices;
    }
  }
}

TEST(RoundTrip, of_slices_freed_together_those_that_are_not_defined_are_losses) {
  const Folder folder;
  auto writer = std::move(*Writer::create(folder.file("undefined.slab"), {}));
  const StoreId store = writer->add(StoreAlloc{.t = 1, .size = 8192});
  const SliceId slice = writer->add(Slice{.t = 2, .store = store, .length = 1});
  const std::array<SliceId, 3> dead{SliceId{7}, slice, SliceId{}};
  writer->addFrees(3, dead, false);
  ASSERT_TRUE(writer->finish({}));
  const auto read = readBack(folder.file("undefined.slab"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->integrity.damage, "");
  ASSERT_EQ(read->content.events.size(), 5U);
  EXPECT_TRUE(std::holds_alternative<Lost>(read->content.events[2]));
  EXPECT_TRUE(read->content.events[3] == Event(SliceFree{.t = 3, .slice = slice}));
  EXPECT_TRUE(std::holds_alternative<Lost>(read->content.events[4]));
}

// What is written of a batch of stores that come and go in much the same order again and again, each so many
// nanoseconds after the one before, or a little more.
uint64_t bytesOfBatch(const std::string& path, Nanoseconds each) {
  std::mt19937_64 random(1);
  auto writer = std::move(*Writer::create(path, {}));
  Nanoseconds t = 0;
  for (uint64_t request = 0; request < 8000; ++request) {
    std::vector<StoreId> made;
    for (uint64_t store = 0; store < 3 + random() % 2; ++store) {
      made.push_back(writer->add(StoreAlloc{.t = t += each + random() % 64,
                                            .address = random() % 512 * 4096,
                                            .size = 100 * store + request % 3,
                                            .stack = {}}));
    }
    for (const StoreId store : made) writer->add(StoreFree{.t = t += each + random() % 64, .store = store});
  }
  const uint64_t before = writer->bytesWritten();
  EXPECT_TRUE(writer->flush());
  return writer->bytesWritten() - before;
}

TEST(RoundTrip, a_batch_is_packed_smaller_where_its_events_came_slowly) {
  const Folder folder;
  // On either side of 250,000 a second, with times that are as easily packed.
  EXPECT_LT(bytesOfBatch(folder.file("slow.slab"), 4100), bytesOfBatch(folder.file("fast.slab"), 3900));
}

TEST(RoundTrip, header_footer_and_facts_about_the_process_come_back) {
  const Folder folder;
  const std::string path = folder.file("facts.slab");
  {
    auto writer = Writer::create(path, {.pid = 4,
                                        .parent_pid = 3,
                                        .argv = {"node", "", "--x=\xFF"},
                                        .executable = "/usr/bin/node",
                                        .working_directory = "/home/me",
                                        .start_unix_ns = 1700000000000000000,
                                        .start_monotonic_ns = 12345,
                                        .stack_depth = 32,
                                        .slices = false,
                                        .liveness = false,
                                        .native = true,
                                        .arguments_left_out = true});
    ASSERT_TRUE(writer);
    (*writer)->addRuntimeInfo({"node", "v24.21.0"});
    (*writer)->addCapability({"slices", false, "no agent"});
    (*writer)->add(Lost{.t = 5, .until = 6, .count = 7});
    ASSERT_TRUE((*writer)->flush());
    (*writer)->add(Lost{.t = 8, .until = 8, .count = 10});
    ASSERT_TRUE((*writer)->finish({.end_t = 99, .end = EndKind::kSignal, .end_status = 9}));
  }
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  const Header& header = reader->header();
  EXPECT_EQ(header.pid, 4U);
  EXPECT_EQ(header.parent_pid, 3U);
  EXPECT_EQ(header.argv, (std::vector<std::string>{"node", "", "--x=\xEF\xBF\xBD"}));
  EXPECT_EQ(header.executable, "/usr/bin/node");
  EXPECT_EQ(header.working_directory, "/home/me");
  EXPECT_EQ(header.start_unix_ns, 1700000000000000000U);
  EXPECT_EQ(header.start_monotonic_ns, 12345U);
  EXPECT_EQ(header.stack_depth, 32U);
  EXPECT_FALSE(header.slices);
  EXPECT_FALSE(header.liveness);
  EXPECT_TRUE(header.native);
  EXPECT_TRUE(header.arguments_left_out);
  EXPECT_FALSE(header.anonymized);
  EXPECT_EQ(header.format, 1U);
  EXPECT_EQ(header.writer, programVersion());

  Batch batch;
  ASSERT_TRUE(reader->next(batch));
  ASSERT_EQ(batch.runtime.size(), 1U);
  EXPECT_EQ(batch.runtime[0].value, "v24.21.0");
  ASSERT_EQ(batch.capabilities.size(), 1U);
  EXPECT_EQ(batch.capabilities[0].name, "slices");
  EXPECT_FALSE(batch.capabilities[0].present);
  EXPECT_EQ(batch.capabilities[0].detail, "no agent");
  EXPECT_FALSE(reader->footer());
  ASSERT_TRUE(reader->next(batch));
  EXPECT_TRUE(batch.runtime.empty());
  ASSERT_FALSE(reader->next(batch));
  EXPECT_TRUE(batch.events.empty());
  EXPECT_FALSE(reader->next(batch));
  ASSERT_TRUE(reader->footer());
  EXPECT_EQ(reader->footer()->end_t, 99U);
  EXPECT_EQ(reader->footer()->end, EndKind::kSignal);
  EXPECT_EQ(reader->footer()->end_status, 9);
  EXPECT_EQ(reader->footer()->batches, 2U);
  EXPECT_EQ(reader->footer()->events, 2U);
  EXPECT_EQ(reader->footer()->lost_events, 17U);
}

TEST(RoundTrip, a_batch_closes_by_itself_when_it_is_full) {
  const Folder folder;
  const std::string path = folder.file("full.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  const uint64_t header_bytes = (*writer)->bytesWritten();
  for (uint64_t i = 0; i < Writer::kBatchEvents - 1; ++i) (*writer)->add(ProcessRss{.t = i, .rss = i});
  EXPECT_EQ((*writer)->bytesWritten(), header_bytes);
  (*writer)->add(ProcessRss{.t = Writer::kBatchEvents, .rss = 1});
  EXPECT_GT((*writer)->bytesWritten(), header_bytes);
  (*writer)->add(ProcessRss{.t = Writer::kBatchEvents, .rss = 1});
  EXPECT_EQ((*writer)->eventsWritten(), Writer::kBatchEvents + 1);
  ASSERT_TRUE((*writer)->finish({}));
  EXPECT_EQ((*writer)->bytesWritten(), readFile(path).size());
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->batch_events, (std::vector<size_t>{Writer::kBatchEvents, 1}));
}

TEST(RoundTrip, definitions_alone_close_a_batch_before_it_grows_without_bound) {
  const Folder folder;
  const std::string path = folder.file("strings.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  for (int i = 0; i < 100; ++i) (*writer)->addString(std::string(500000, static_cast<char>('a' + i % 26)));
  ASSERT_TRUE((*writer)->finish({}));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->integrity.finished);
  EXPECT_GT(read->integrity.batches, 4U);
  ASSERT_EQ(read->content.strings.size(), 100U);
  EXPECT_EQ(read->content.strings[27], std::string(500000, 'b'));
}

TEST(RoundTrip, an_event_older_than_the_last_one_gets_its_time) {
  const Folder folder;
  const std::string path = folder.file("old.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  (*writer)->add(ProcessRss{.t = 100, .rss = 1});
  (*writer)->add(ProcessRss{.t = 50, .rss = 2});
  ASSERT_TRUE((*writer)->flush());
  (*writer)->add(ProcessRss{.t = 60, .rss = 3});
  ASSERT_TRUE((*writer)->finish({.end_t = 10}));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->content.events ==
              (std::vector<Event>{ProcessRss{100, 1}, ProcessRss{100, 2}, ProcessRss{100, 3}}));
  EXPECT_EQ(read->footer->end_t, 100U);
}

TEST(RoundTrip, an_event_of_something_undefined_is_counted_as_lost_and_does_not_spoil_the_file) {
  const Folder folder;
  const std::string path = folder.file("undefined.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  const StoreId store = (*writer)->add(StoreAlloc{.t = 1, .size = 8, .stack = {77}});
  EXPECT_FALSE((*writer)->add(Slice{.t = 2, .store = {store.value + 1}}));
  (*writer)->add(StoreFree{.t = 3, .store = {}});
  (*writer)->add(SliceFree{.t = 4, .slice = {1}});
  (*writer)->add(Mark{.t = 5, .name = {3}});
  const StackId stack = (*writer)->addStack({.parent = {9}, .frame = {9}});
  ASSERT_TRUE((*writer)->finish({}));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->integrity.finished);
  EXPECT_EQ(read->footer->lost_events, 3U);
  EXPECT_TRUE(read->content.events ==
              (std::vector<Event>{StoreAlloc{.t = 1, .store = store, .size = 8}, Lost{2, 2, 1}, Lost{3, 3, 1},
                                  Lost{4, 4, 1}, Mark{.t = 5}}));
  ASSERT_EQ(stack.value, 1U);
  EXPECT_EQ(read->content.stacks[0], StackNode{});
}

TEST(RoundTrip, a_recording_is_for_its_owner_only_even_where_it_replaces_an_open_file) {
  const Folder folder;
  const std::string path = folder.file("mode.slab");
  writeFile(path, std::string(100000, 'x'));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  writeRandom(path, 1, 1, 10);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_TRUE(readBack(path)->integrity.finished);
}

TEST(RoundTrip, a_writer_that_goes_away_unfinished_leaves_what_it_was_given) {
  const Folder folder;
  const std::string path = folder.file("left.slab");
  {
    auto writer = Writer::create(path, {});
    ASSERT_TRUE(writer);
    (*writer)->add(ProcessRss{.t = 1, .rss = 2});
  }
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->integrity.finished);
  EXPECT_EQ(read->integrity.damage, "");
  EXPECT_EQ(read->content.events.size(), 1U);
}

}  // namespace
}  // namespace slabscope::recording
