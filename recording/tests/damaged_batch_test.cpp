// SPDX-License-Identifier: Apache-2.0
// Batches whose checksum is right and whose content does not add up: each is refused with words of its own,
// and what was read before it stays.
#include <gtest/gtest.h>

#include <functional>

#include "files.h"
#include "format.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

// A string, a frame, a stack, a store, a slice of it and a mark.
proto::Batch soundBatch() {
  proto::Batch batch;
  batch.add_strings("f");
  batch.mutable_frames()->add_kind(proto::FRAME_JS);
  batch.mutable_frames()->add_function(1);
  batch.mutable_frames()->add_file(1);
  batch.mutable_frames()->add_line(1);
  batch.mutable_frames()->add_column(1);
  batch.mutable_stacks()->add_parent(0);
  batch.mutable_stacks()->add_frame(1);
  *batch.mutable_kinds() = {proto::EVENT_STORE_ALLOC, proto::EVENT_SLICE,        proto::EVENT_SLICE_FREE,
                            proto::EVENT_MARK,        proto::EVENT_STORE_RESIZE, proto::EVENT_STORE_MOVE,
                            proto::EVENT_STORE_KIND,  proto::EVENT_STORE_FREE};
  for (size_t i = 0; i < batch.kinds().size(); ++i) batch.add_times(5);
  proto::StoreAllocColumns& alloc = *batch.mutable_store_allocs();
  alloc.add_address(4096);
  alloc.add_size(8192);
  alloc.add_kind(proto::STORE_RESIZABLE);
  alloc.add_isolate(0);
  alloc.add_allocator(0);
  alloc.add_thread(1);
  alloc.add_stack(1);
  alloc.add_reserved(16384);
  proto::SliceColumns& slice = *batch.mutable_slices();
  slice.add_store(1);
  slice.add_parent(0);
  slice.add_offset(8);
  slice.add_length(4);
  slice.add_isolate(0);
  slice.add_stack(1);
  batch.mutable_slice_frees()->add_slice(1);
  batch.mutable_slice_frees()->add_teardown(false);
  batch.mutable_marks()->add_isolate(0);
  batch.mutable_marks()->add_name(1);
  batch.mutable_store_resizes()->add_store(1);
  batch.mutable_store_resizes()->add_size(1);
  batch.mutable_store_moves()->add_store(1);
  batch.mutable_store_moves()->add_isolate(1);
  batch.mutable_store_kinds()->add_store(1);
  batch.mutable_store_kinds()->add_kind(proto::STORE_POOL);
  batch.mutable_store_frees()->add_store(1);
  batch.mutable_store_frees()->add_teardown(false);
  return batch;
}

proto::Batch emptyOneEventBatch(uint64_t t) {
  proto::Batch batch;
  batch.mutable_kinds()->assign(1, proto::EVENT_PROCESS_RSS);
  batch.add_times(t);
  batch.add_process_rss(1);
  return batch;
}

// What the reader says of a file with a sound batch of one event at t = 1, and this block behind.
std::string damageOf(const proto::Block& block) {
  const Folder folder;
  const std::string path = folder.file("made.slab");
  const std::string before = headerFrame() + frameOf(blockOf(emptyOneEventBatch(1)));
  writeFile(path, before + frameOf(block));
  const auto read = readBack(path);
  if (!read) return "does not open";
  if (read->integrity.damage.empty()) return "";
  EXPECT_EQ(read->integrity.good_bytes, before.size());
  EXPECT_EQ(read->content.events.size(), 1U);
  EXPECT_TRUE(read->content.strings.empty());
  EXPECT_FALSE(read->integrity.finished);
  return read->integrity.damage;
}

std::string damageOfChanged(const std::function<void(proto::Batch&)>& change) {
  proto::Batch batch = soundBatch();
  change(batch);
  return damageOf(blockOf(batch));
}

TEST(DamagedBatch, the_batch_that_the_others_are_made_from_is_sound) {
  EXPECT_EQ(damageOfChanged([](proto::Batch&) {}), "");
}

TEST(DamagedBatch, an_event_of_something_undefined_is_damage) {
  const std::string expected = "an event names something that is not defined";
  using B = proto::Batch;
  const std::vector<std::function<void(B&)>> changes = {
      [](B& b) { b.mutable_store_frees()->set_store(0, 2); },
      [](B& b) { b.mutable_store_frees()->set_store(0, 0); },
      [](B& b) { b.mutable_store_frees()->set_store(0, -1); },
      [](B& b) { b.mutable_store_resizes()->set_store(0, 2); },
      [](B& b) { b.mutable_store_moves()->set_store(0, 2); },
      [](B& b) { b.mutable_store_kinds()->set_store(0, 2); },
      [](B& b) { b.mutable_slices()->set_store(0, 2); }, [](B& b) { b.mutable_slices()->set_parent(0, 1); },
      [](B& b) { b.mutable_slices()->set_stack(0, 2); },
      [](B& b) { b.mutable_slice_frees()->set_slice(0, 2); },
      [](B& b) { b.mutable_store_allocs()->set_stack(0, 2); },
      [](B& b) { b.mutable_marks()->set_name(0, 2); },
      // The slice comes before its store.
      [](B& b) { std::swap((*b.mutable_kinds())[0], (*b.mutable_kinds())[1]); }};
  for (size_t i = 0; i < changes.size(); ++i)
    EXPECT_EQ(damageOfChanged(changes[i]), expected) << "change " << i;
}

TEST(DamagedBatch, what_allocated_external_stores_is_told_of_all_in_a_batch_or_of_none) {
  const auto damage = [](const std::vector<uint32_t>& stacks) {
    return damageOfChanged([&](proto::Batch& b) {
      b.mutable_store_allocs()->set_kind(0, proto::STORE_EXTERNAL);
      proto::StoreAllocColumns one = b.store_allocs();
      b.mutable_store_allocs()->MergeFrom(one);
      b.mutable_kinds()->push_back(static_cast<char>(proto::EVENT_STORE_ALLOC));
      b.add_times(5);
      for (const uint32_t stack : stacks) b.mutable_store_allocs()->add_allocation_stack(stack);
    });
  };
  EXPECT_EQ(damage({}), "");
  EXPECT_EQ(damage({0, 1}), "");
  EXPECT_EQ(damage({1}), "a batch has events without their data");
  EXPECT_EQ(damage({1, 2}), "an event names something that is not defined");
}

TEST(DamagedBatch, a_definition_of_something_undefined_is_damage) {
  const std::string frame = "a frame is incomplete or names a string that is not defined";
  const std::string stack = "a stack is incomplete or names a stack or frame that is not defined";
  using B = proto::Batch;
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_frames()->set_function(0, 2); }), frame);
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_frames()->set_file(0, 2); }), frame);
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_frames()->clear_line(); }), frame);
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_stacks()->set_parent(0, 1); }), stack);
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_stacks()->set_frame(0, 2); }), stack);
  EXPECT_EQ(damageOfChanged([](B& b) { b.mutable_stacks()->clear_frame(); }), stack);
}

TEST(DamagedBatch, a_column_shorter_than_its_events_is_damage_whichever_it_is) {
  const proto::Batch sound = soundBatch();
  std::vector<const google::protobuf::FieldDescriptor*> tables;
  proto::Batch::GetReflection()->ListFields(sound, &tables);
  size_t columns = 0;
  for (const auto* table : tables) {
    if (table->is_repeated() || table->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE)
      continue;
    for (int i = 0; i < table->message_type()->field_count(); ++i) {
      // Without its first column, a table of definitions is empty.
      if (i == 0 && (table->name() == "frames" || table->name() == "stacks")) continue;
      // May be left out.
      if (table->message_type()->field(i)->name() == "allocation_stack") continue;
      proto::Batch batch = sound;
      google::protobuf::Message* message = proto::Batch::GetReflection()->MutableMessage(&batch, table);
      message->GetReflection()->ClearField(message, table->message_type()->field(i));
      EXPECT_NE(damageOf(blockOf(batch)), "") << table->message_type()->field(i)->full_name();
      ++columns;
    }
  }
  EXPECT_EQ(columns, 31U);
  EXPECT_EQ(damageOfChanged([](proto::Batch& b) { b.mutable_times()->RemoveLast(); }),
            "a batch has events without their data");
  for (const proto::EventKind kind :
       {proto::EVENT_GC, proto::EVENT_MEMORY, proto::EVENT_PROCESS_RSS, proto::EVENT_LOST,
        proto::EVENT_ISOLATE_START, proto::EVENT_ISOLATE_END}) {
    EXPECT_EQ(
        damageOfChanged([kind](proto::Batch& b) { b.mutable_kinds()->back() = static_cast<char>(kind); }),
        "a batch has events without their data");
  }
}

TEST(DamagedBatch, time_that_runs_backwards_is_damage) {
  const std::string expected = "the time of an event runs backwards";
  EXPECT_EQ(damageOfChanged([](proto::Batch& b) { b.set_times(1, UINT64_MAX); }), expected);
  EXPECT_EQ(damageOf(blockOf(emptyOneEventBatch(0))), expected);
  EXPECT_EQ(damageOf(blockOf(emptyOneEventBatch(1))), "");
}

TEST(DamagedBatch, a_block_that_claims_other_than_it_holds_is_damage) {
  proto::Block block = blockOf(soundBatch());
  block.set_event_count(3);
  EXPECT_EQ(damageOf(block), "a batch does not hold the events that its block claims");
  block = blockOf(soundBatch());
  block.set_last_t(1000);
  EXPECT_EQ(damageOf(block), "a batch does not span the time that its block claims");
  block = blockOf(soundBatch());
  block.set_unpacked_size(block.unpacked_size() + 1);
  EXPECT_EQ(damageOf(block), "the size of a block is not that of its content");
  block.set_compression(proto::COMPRESSION_ZSTD);
  EXPECT_EQ(damageOf(block), "the size of a block is not that of its content");
  block.set_compression(static_cast<proto::Compression>(9));
  EXPECT_EQ(damageOf(block),
            "a block is packed in a way that this slabscope does not know; update slabscope");
}

TEST(DamagedBatch, what_claims_more_than_any_writer_writes_is_not_believed) {
  proto::Block block = blockOf(soundBatch());
  block.set_unpacked_size(kMaxUnpackedBytes + 1);
  EXPECT_EQ(damageOf(block), "a block claims 67108865 unpacked bytes, more than any that slabscope writes");
  proto::Batch many;
  many.mutable_kinds()->assign(kMaxEventsPerBatch + 1, '\xFF');
  EXPECT_EQ(damageOf(blockOf(many)), "a batch claims more events than any that slabscope writes");

  const Folder folder;
  const std::string path = folder.file("long.slab");
  writeFile(path, headerFrame() + "\xFF\xFF\xFF\xFF\x7F");
  EXPECT_EQ(readBack(path)->integrity.damage,
            "a block claims 34359738367 bytes, more than any that slabscope writes");
  writeFile(path, headerFrame() + std::string(11, '\xFF'));
  EXPECT_EQ(readBack(path)->integrity.damage, "no block begins here");
}

TEST(DamagedBatch, text_that_is_not_utf8_is_damage_and_says_nothing_on_stderr) {
  proto::Batch batch = soundBatch();
  batch.set_strings(0, "abc");
  proto::Block block = blockOf(batch);
  const size_t at = block.payload().find("abc");
  (*block.mutable_payload())[at] = '\xFF';
  testing::internal::CaptureStderr();
  EXPECT_EQ(damageOf(block), "the content of a block is malformed");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(DamagedFile, a_missing_batch_is_noticed_by_the_footer) {
  const Folder folder;
  const std::string path = folder.file("gap.slab");
  writeFile(path, headerFrame() + frameOf(blockOf(emptyOneEventBatch(1))) + footerFrame(2, 2));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->integrity.finished);
  EXPECT_FALSE(read->footer);
  EXPECT_EQ(read->integrity.damage,
            "the end of the recording counts 2 events in 2 batches, but 1 in 1 were read");
}

TEST(DamagedFile, two_recordings_in_one_file_are_not_mixed) {
  const Folder folder;
  const std::string path = folder.file("two.slab");
  const std::string one = headerFrame() + frameOf(blockOf(emptyOneEventBatch(1)));
  writeFile(path, one + one);
  EXPECT_EQ(readBack(path)->integrity.damage, "another recording begins here");
  EXPECT_EQ(readBack(path)->integrity.good_bytes, one.size());
  writeFile(path, one + footerFrame(1, 1) + frameOf(blockOf(emptyOneEventBatch(2))));
  const auto read = readBack(path);
  EXPECT_EQ(read->integrity.damage, "something follows the end of the recording");
  EXPECT_TRUE(read->integrity.finished);
  EXPECT_EQ(read->content.events.size(), 1U);
}

TEST(DamagedFile, a_frame_that_takes_in_the_next_one_is_damage) {
  const Folder folder;
  const std::string path = folder.file("swallowed.slab");
  const std::string first = frameOf(blockOf(emptyOneEventBatch(1)));
  std::string second = frameOf(blockOf(emptyOneEventBatch(2)));
  // The second frame's length prefix, read as a tag, opens a field that is unknown: here a varint of one
  // byte.
  std::string swallowed = first + std::string("\x78\x01") + second.substr(1);
  ASSERT_LT(swallowed.size() - 1, 128U);
  swallowed[0] = static_cast<char>(swallowed.size() - 1);
  writeFile(path, headerFrame() + swallowed);
  const auto read = readBack(path);
  EXPECT_EQ(read->integrity.damage, "the frame of a block is malformed");
  EXPECT_TRUE(read->content.events.empty());
}

}  // namespace
}  // namespace slabscope::recording
