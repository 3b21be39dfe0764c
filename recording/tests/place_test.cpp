// SPDX-License-Identifier: Apache-2.0
// Reading on at a place that another reader was at.
#include <gtest/gtest.h>

#include "files.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

// What one reader finds behind each of its batches, and where that is.
struct Passed {
  std::vector<Reader::Place> places;
  std::vector<std::vector<Event>> events;
};

Passed passThrough(const std::string& path) {
  Passed passed;
  auto reader = Reader::open(path);
  Batch batch;
  passed.places.push_back(reader->place());
  while (reader->next(batch)) {
    passed.places.push_back(reader->place());
    passed.events.push_back(batch.events);
  }
  return passed;
}

void expectRestAt(const std::string& path, const Passed& passed, size_t at, bool finished) {
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->goTo(passed.places[at]));
  EXPECT_EQ(reader->position(), passed.places[at].position);
  Batch batch;
  for (size_t i = at; i < passed.events.size(); ++i) {
    ASSERT_TRUE(reader->next(batch)) << reader->integrity().damage;
    ASSERT_EQ(batch.events, passed.events[i]) << "batch " << i << " from " << at;
  }
  EXPECT_FALSE(reader->next(batch));
  EXPECT_EQ(reader->integrity().finished, finished) << reader->integrity().damage;
  EXPECT_EQ(reader->integrity().batches, passed.events.size());
}

TEST(Place, is_where_any_reader_of_the_file_reads_on) {
  const Folder folder;
  const std::string path = folder.file("places.slab");
  writeRandom(path, 21, 20, 150, {.least_growth = 1, .growth_factor = 0});
  const Passed passed = passThrough(path);
  ASSERT_EQ(passed.events.size(), 20U);
  for (size_t at = 0; at < passed.places.size(); ++at)
    ASSERT_NO_FATAL_FAILURE(expectRestAt(path, passed, at, true));
}

TEST(Place, is_found_in_a_file_that_was_cut_off) {
  const Folder folder;
  const std::string path = folder.file("cut.slab");
  writeRandom(path, 22, 20, 150);
  const uint64_t end = passThrough(path).places[12].offset;
  writeFile(path, readFile(path).substr(0, end));
  const Passed passed = passThrough(path);
  ASSERT_EQ(passed.events.size(), 12U);
  for (size_t at = 0; at < 12; ++at) ASSERT_NO_FATAL_FAILURE(expectRestAt(path, passed, at, false));
}

TEST(Place, can_be_behind) {
  const Folder folder;
  const std::string path = folder.file("behind.slab");
  writeRandom(path, 23, 6, 150);
  const Passed passed = passThrough(path);
  auto reader = Reader::open(path);
  Batch batch;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader->next(batch));
  ASSERT_TRUE(reader->goTo(passed.places[2]));
  ASSERT_TRUE(reader->next(batch));
  EXPECT_EQ(batch.events, passed.events[2]);
}

TEST(Place, is_refused_where_the_file_is_another) {
  const Folder folder;
  const std::string path = folder.file("this.slab");
  const std::string other = folder.file("other.slab");
  writeRandom(path, 24, 6, 150);
  writeRandom(other, 25, 6, 160);
  const Passed passed = passThrough(path);
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  for (const Reader::Place& place : passThrough(other).places) {
    if (place.position.batches != 0) {
      EXPECT_FALSE(reader->goTo(place));
    }
  }
  Reader::Place fewer = passed.places[3];
  --fewer.position.events;
  EXPECT_FALSE(reader->goTo(fewer));
  Reader::Place inside = passed.places[3];
  ++inside.offset;
  EXPECT_FALSE(reader->goTo(inside));
  Batch batch;
  ASSERT_TRUE(reader->next(batch));
  EXPECT_EQ(batch.events, passed.events[0]) << "the reader is where it was";
}

}  // namespace
}  // namespace slabscope::recording
