// SPDX-License-Identifier: Apache-2.0
// What a newer writer may put into a file that this reader may still read.
#include <gtest/gtest.h>
#include <xxhash.h>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

void addUnknownFields(google::protobuf::Message& message) {
  auto* fields = message.GetReflection()->MutableUnknownFields(&message);
  fields->AddVarint(1000, 42);
  fields->AddFixed64(1001, 43);
  fields->AddLengthDelimited(1002, "something new");
  fields->AddGroup(1003)->AddVarint(1, 2);
}

ReadBack readBytes(const std::string& bytes) {
  const Folder folder;
  writeFile(folder.file("made.slab"), bytes);
  const auto read = readBack(folder.file("made.slab"));
  if (!read) throw std::runtime_error("does not open");
  return *read;
}

// Two values of the resident set at t = 10 and 15.
proto::Batch smallBatch() {
  proto::Batch batch;
  batch.mutable_kinds()->assign(2, proto::EVENT_PROCESS_RSS);
  batch.add_times(10);
  batch.add_times(5);
  batch.add_process_rss(100);
  batch.add_process_rss(200);
  return batch;
}

const std::vector<Event> kSmallEvents{ProcessRss{10, 100}, ProcessRss{15, 200}};

TEST(Compatibility, an_unknown_event_takes_its_place_and_its_time_and_is_counted) {
  proto::Batch batch = smallBatch();
  *batch.mutable_kinds() = std::string(1, proto::EVENT_PROCESS_RSS) + '\xC8' + '\0' +
                           std::string(1, proto::EVENT_PROCESS_RSS) + '\x0F';
  batch.clear_times();
  for (int i = 0; i < 5; ++i) batch.add_times(5);
  const Folder folder;
  const std::string path = folder.file("made.slab");
  writeFile(path, headerFrame() + frameOf(blockOf(batch)) + footerFrame(1, 5));
  auto reader = Reader::open(path);
  ASSERT_TRUE(reader);
  Batch read;
  ASSERT_TRUE(reader->next(read));
  EXPECT_TRUE(read.events == (std::vector<Event>{ProcessRss{5, 100}, ProcessRss{20, 200}}));
  EXPECT_EQ(read.unknown_events, 3U);
  EXPECT_FALSE(reader->next(read));
  EXPECT_EQ(reader->integrity().damage, "");
  EXPECT_EQ(reader->integrity().events, 5U);
  EXPECT_TRUE(reader->integrity().finished);
}

TEST(Compatibility, unknown_fields_are_stepped_over_at_every_level) {
  proto::Header header;
  header.set_format(9);
  header.set_min_reader(1);
  addUnknownFields(header);
  proto::Batch batch = smallBatch();
  addUnknownFields(batch);
  addUnknownFields(*batch.mutable_gcs());
  proto::Block block = blockOf(batch);
  addUnknownFields(block);
  proto::Frame frame;
  addUnknownFields(frame);
  frame.set_block(block.SerializeAsString());
  frame.set_checksum(XXH64(frame.block().data(), frame.block().size(), 0));
  const ReadBack read =
      readBytes(frameOf(blockOf(proto::BLOCK_HEADER, header), true) + delimited(frame) + footerFrame(1, 2));
  EXPECT_EQ(read.integrity.damage, "");
  EXPECT_TRUE(read.integrity.finished);
  EXPECT_TRUE(read.content.events == kSmallEvents);
}

TEST(Compatibility, unknown_blocks_and_snapshots_are_stepped_over_unopened) {
  proto::Block unknown;
  unknown.set_kind(static_cast<proto::BlockKind>(42));
  unknown.set_compression(static_cast<proto::Compression>(17));
  unknown.set_unpacked_size(UINT64_MAX);
  unknown.set_payload("not for us");
  proto::Snapshot snapshot;
  snapshot.set_t(5);
  const ReadBack read =
      readBytes(headerFrame() + frameOf(unknown) + frameOf(blockOf(smallBatch())) +
                frameOf(blockOf(proto::BLOCK_SNAPSHOT, snapshot)) + frameOf(unknown) + footerFrame(1, 2));
  EXPECT_EQ(read.integrity.damage, "");
  EXPECT_TRUE(read.integrity.finished);
  EXPECT_EQ(read.integrity.good_bytes, read.integrity.file_bytes);
  EXPECT_TRUE(read.content.events == kSmallEvents);
}

TEST(Compatibility, unknown_kinds_become_those_that_claim_least) {
  proto::Batch batch;
  batch.mutable_frames()->add_kind(static_cast<proto::FrameKind>(99));
  batch.mutable_frames()->add_function(0);
  batch.mutable_frames()->add_file(0);
  batch.mutable_frames()->add_line(0);
  batch.mutable_frames()->add_column(0);
  *batch.mutable_kinds() = {proto::EVENT_STORE_ALLOC, proto::EVENT_STORE_KIND, proto::EVENT_GC};
  for (int i = 0; i < 3; ++i) batch.add_times(0);
  proto::StoreAllocColumns& alloc = *batch.mutable_store_allocs();
  alloc.add_address(1);
  alloc.add_size(2);
  alloc.add_kind(static_cast<proto::StoreKind>(-1));
  alloc.add_isolate(0);
  alloc.add_allocator(0);
  alloc.add_thread(1);
  alloc.add_stack(0);
  batch.mutable_store_kinds()->add_store(1);
  batch.mutable_store_kinds()->add_kind(static_cast<proto::StoreKind>(7));
  batch.mutable_gcs()->add_duration(1);
  batch.mutable_gcs()->add_isolate(0);
  batch.mutable_gcs()->add_kind(static_cast<proto::GcKind>(300));
  proto::Footer footer;
  footer.set_batches(1);
  footer.set_events(3);
  footer.set_end(static_cast<proto::EndKind>(8));
  const ReadBack read =
      readBytes(headerFrame() + frameOf(blockOf(batch)) + frameOf(blockOf(proto::BLOCK_FOOTER, footer)));
  EXPECT_EQ(read.integrity.damage, "");
  ASSERT_EQ(read.content.events.size(), 3U);
  EXPECT_EQ(read.content.frames[0].kind, FrameKind::kNative);
  EXPECT_EQ(std::get<StoreAlloc>(read.content.events[0]).kind, StoreKind::kArrayBuffer);
  EXPECT_EQ(std::get<StoreKindKnown>(read.content.events[1]).kind, StoreKind::kArrayBuffer);
  EXPECT_EQ(std::get<Gc>(read.content.events[2]).kind, GcKind::kIncremental);
  EXPECT_EQ(read.footer->end, EndKind::kUnknown);
}

}  // namespace
}  // namespace slabscope::recording
