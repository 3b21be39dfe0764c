// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

TEST(Index, tells_where_every_block_before_it_is_and_what_time_it_spans) {
  const Folder folder;
  const std::string path = folder.file("index.slab");
  {
    auto writer = Writer::create(path, {});
    ASSERT_TRUE(writer);
    RandomRecording recording(**writer, 3);
    for (int i = 0; i < 300; ++i) recording.step();
    ASSERT_TRUE((*writer)->flush());
    (*writer)->addString("a batch without events has time 0");
    ASSERT_TRUE((*writer)->flush());
    for (int i = 0; i < 300; ++i) recording.step();
    ASSERT_TRUE((*writer)->finish({}));
  }
  const std::string file = readFile(path);
  const std::vector<size_t> offsets = frameOffsets(file);
  ASSERT_EQ(offsets.size(), 7U);  // header, three batches, index, footer, end
  proto::Index index;
  ASSERT_EQ(blockAt(file, offsets[4]).kind(), proto::BLOCK_INDEX);
  ASSERT_TRUE(index.ParseFromString(payloadOf(blockAt(file, offsets[4]))));
  ASSERT_EQ(index.offset_size(), 4);
  uint64_t offset = 0;
  uint64_t first_t = 0;
  uint64_t last_t = 0;
  for (int i = 0; i < 4; ++i) {
    offset += index.offset(i);
    first_t += index.first_t(i);
    last_t += index.last_t(i);
    EXPECT_EQ(offset, offsets[static_cast<size_t>(i)]);
    const proto::Block block = blockAt(file, offset);
    EXPECT_EQ(index.kind(i), block.kind());
    EXPECT_EQ(first_t, block.first_t());
    EXPECT_EQ(last_t, block.last_t());
    EXPECT_EQ(index.event_count(i), block.event_count());
    EXPECT_EQ(index.snapshot(i), 0U);
  }
  EXPECT_GT(last_t, 0U);
}

TEST(Index, is_found_by_the_last_bytes_of_the_file) {
  const Folder folder;
  const std::string path = folder.file("end.slab");
  writeRandom(path, 12, 3, 40);
  const std::string file = readFile(path);
  const std::vector<size_t> offsets = frameOffsets(file);
  const size_t index = offsets[offsets.size() - 3];
  std::string end = "\x21";
  for (size_t byte = 0; byte < 8; ++byte) end.push_back(static_cast<char>(index >> (8 * byte)));
  EXPECT_EQ(file.substr(file.size() - 9), end);
  proto::Footer footer;
  ASSERT_TRUE(footer.ParseFromString(payloadOf(blockAt(file, offsets[offsets.size() - 2]))));
  EXPECT_EQ(footer.index_offset(), index);
}

TEST(Format, is_read_by_plain_protobuf_and_zstd_with_the_magic_in_the_first_frame_only) {
  const Folder folder;
  const std::string path = folder.file("plain.slab");
  const Content written = writeRandom(path, 4, 2, 50);
  const std::string file = readFile(path);
  EXPECT_EQ(file.substr(file.find('\n'), 12), "\n\nslabscope\n");
  EXPECT_EQ(file.rfind("slabscope\n"), file.find("slabscope\n"));
  const std::vector<size_t> offsets = frameOffsets(file);
  proto::Batch batch;
  ASSERT_TRUE(batch.ParseFromString(payloadOf(blockAt(file, offsets[1]))));
  EXPECT_EQ(batch.kinds().size(), 50U);
  EXPECT_EQ(batch.times_size(), 50);
  EXPECT_EQ(batch.strings(0), written.strings[0]);
}

}  // namespace
}  // namespace slabscope::recording
