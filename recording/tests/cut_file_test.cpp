// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

TEST(CutFile, opens_up_to_its_last_whole_batch_wherever_it_is_cut) {
  const Folder folder;
  const std::string path = folder.file("whole.slab");
  const Content written = writeRandom(path, 5, 6, 40);
  const std::string whole = readFile(path);
  const std::vector<size_t> frames = frameOffsets(whole);
  ASSERT_EQ(frames.size(), 10U);  // header, six batches, index, footer, end
  const std::string cut = folder.file("cut.slab");
  for (size_t size = 0; size < whole.size(); ++size) {
    writeFile(cut, std::string_view(whole).substr(0, size));
    const auto read = readBack(cut);
    ASSERT_EQ(read.has_value(), size >= frames[1]) << "cut at " << size;
    if (!read) continue;
    const auto next = std::upper_bound(frames.begin(), frames.end(), size);
    const size_t good = *std::prev(next);
    const auto whole_frames = static_cast<size_t>(next - frames.begin()) - 1;
    const size_t batches = std::min<size_t>(whole_frames - 1, 6);
    ASSERT_EQ(read->batch_events, std::vector<size_t>(batches, 40)) << "cut at " << size;
    ASSERT_TRUE(isPrefix(read->content, written)) << "cut at " << size;
    ASSERT_FALSE(read->integrity.finished);
    ASSERT_FALSE(read->footer);
    ASSERT_EQ(read->integrity.good_bytes, good);
    ASSERT_EQ(read->integrity.file_bytes, size);
    ASSERT_EQ(read->integrity.batches, batches);
    ASSERT_EQ(read->integrity.events, batches * 40);
    ASSERT_EQ(read->integrity.damage.empty(), good == size) << read->integrity.damage;
  }
}

TEST(CutFile, a_file_that_grows_while_it_is_read_is_read_on) {
  const Folder folder;
  const std::string path = folder.file("whole.slab");
  const Content written = writeRandom(path, 6, 3, 40);
  const std::string whole = readFile(path);
  const std::vector<size_t> frames = frameOffsets(whole);
  const std::string growing = folder.file("growing.slab");
  writeFile(growing, whole.substr(0, frames[2]));
  auto reader = Reader::open(growing);
  ASSERT_TRUE(reader);
  Batch batch;
  ASSERT_TRUE(reader->next(batch));
  writeFile(growing, whole);
  EXPECT_TRUE(reader->next(batch));
  EXPECT_TRUE(reader->next(batch));
  EXPECT_TRUE(batch.events.back() == written.events.back());
  EXPECT_FALSE(reader->next(batch));
  EXPECT_TRUE(reader->integrity().finished);
  EXPECT_EQ(reader->integrity().file_bytes, whole.size());
}

TEST(CutFile, a_file_that_shrinks_while_it_is_read_ends_there) {
  const Folder folder;
  const std::string path = folder.file("shrinking.slab");
  writeRandom(path, 7, 12, 40000);
  const std::string whole = readFile(path);
  const std::vector<size_t> frames = frameOffsets(whole);
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Batch batch;
  ASSERT_TRUE(reader->next(batch));
  writeFile(path, whole.substr(0, frames[1]));
  size_t batches = 1;
  while (reader->next(batch)) ++batches;
  EXPECT_LT(batches, 12U);
  EXPECT_FALSE(reader->integrity().finished);
}

TEST(CutFile, zeros_behind_the_last_batch_are_damage_not_events) {
  const Folder folder;
  const std::string path = folder.file("zeros.slab");
  const Content written = writeRandom(path, 8, 2, 40);
  const std::string whole = readFile(path);
  const size_t good = frameOffsets(whole)[3];
  writeFile(path, whole.substr(0, good) + std::string(5000, '\0'));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->content.events == written.events);
  EXPECT_FALSE(read->integrity.finished);
  EXPECT_EQ(read->integrity.good_bytes, good);
  EXPECT_EQ(read->integrity.damage, "the frame of a block is malformed");
}

}  // namespace
}  // namespace slabscope::recording
