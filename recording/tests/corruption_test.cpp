// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

class Corruption : public testing::Test {
 protected:
  void SetUp() override {
    written_ = writeRandom(path_, 9, 6, 200);
    whole_ = readFile(path_);
  }

  uint64_t upTo(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random_); }

  /// One to four changes of any kind.
  std::string mutated(std::string bytes) {
    for (uint64_t changes = 1 + upTo(3); changes > 0 && !bytes.empty(); --changes) {
      const size_t at = upTo(bytes.size() - 1);
      const size_t length = upTo(std::min<size_t>(bytes.size() - at, 64));
      switch (upTo(5)) {
        case 0:
          bytes[at] = static_cast<char>(upTo(255));
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << upTo(7)));
          break;
        case 2:
          bytes.erase(at, length);
          break;
        case 3:
          bytes.insert(upTo(bytes.size()), bytes.substr(at, length));
          break;
        case 4:
          bytes.replace(at, length, length, upTo(1) == 0 ? '\xFF' : '\0');
          break;
        default:
          bytes.resize(at);
      }
    }
    return bytes;
  }

  Folder folder_;
  std::string path_ = folder_.file("damaged.slab");
  Content written_;
  std::string whole_;
  std::mt19937_64 random_{10};
};

// What a batch refers to is there, however the batch came about.
void expectSound(const Batch& batch, Content& before, uint64_t& stores, uint64_t& slices, Nanoseconds& t) {
  for (const std::string& string : batch.strings) before.strings.push_back(string);
  for (const Frame& frame : batch.frames) {
    ASSERT_LE(frame.function.value, before.strings.size());
    ASSERT_LE(frame.file.value, before.strings.size());
    ASSERT_LE(frame.kind, FrameKind::kNative);
    before.frames.push_back(frame);
  }
  for (const StackNode& node : batch.stacks) {
    ASSERT_LE(node.parent.value, before.stacks.size());
    ASSERT_LE(node.frame.value, before.frames.size());
    before.stacks.push_back(node);
  }
  for (const Event& event : batch.events) {
    std::visit(
        [&](const auto& e) {
          ASSERT_GE(e.t, t);
          t = e.t;
          if constexpr (requires { e.offset; }) {
            ASSERT_EQ(e.slice.value, ++slices);
          }
          if constexpr (requires { e.address; }) {
            ASSERT_EQ(e.store.value, ++stores);
          }
          if constexpr (requires { e.store; }) {
            ASSERT_TRUE(e.store && e.store.value <= stores);
          }
          if constexpr (requires { e.slice; }) {
            ASSERT_TRUE(e.slice && e.slice.value <= slices);
          }
          if constexpr (requires { e.parent; }) {
            ASSERT_LT(e.parent.value, e.slice.value);
          }
          if constexpr (requires { e.stack; }) {
            ASSERT_LE(e.stack.value, before.stacks.size());
          }
          if constexpr (requires { e.name; }) {
            ASSERT_LE(e.name.value, before.strings.size());
          }
        },
        event);
  }
}

TEST_F(Corruption, one_changed_byte_anywhere_is_noticed_and_yields_no_event_that_was_not_written) {
  size_t opened = 0;
  for (size_t round = 0; round < 4000; ++round) {
    const size_t at = upTo(whole_.size() - 1);
    std::string bytes = whole_;
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + upTo(254)));
    writeFile(path_, bytes);
    const auto read = readBack(path_);
    if (!read) continue;
    ++opened;
    ASSERT_TRUE(isPrefix(read->content, written_)) << "byte " << at;
    ASSERT_NE(read->integrity.damage, "") << "byte " << at;
    ASSERT_LE(read->integrity.good_bytes, at);
  }
  EXPECT_GT(opened, 3000U);
}

TEST_F(Corruption, no_mutation_of_a_file_makes_the_reader_yield_what_was_not_written) {
  for (int round = 0; round < 2000; ++round) {
    writeFile(path_, mutated(whole_));
    const auto read = readBack(path_);
    if (!read) continue;
    ASSERT_TRUE(isPrefix(read->content, written_)) << "round " << round;
    ASSERT_LE(read->integrity.good_bytes, read->integrity.file_bytes);
  }
}

TEST_F(Corruption, a_mutated_batch_under_a_right_checksum_is_refused_or_sound) {
  const std::vector<size_t> frames = frameOffsets(whole_);
  size_t refused = 0;
  size_t accepted = 0;
  for (int round = 0; round < 2000; ++round) {
    const size_t victim = 1 + upTo(5);
    proto::Block block = blockAt(whole_, frames[victim]);
    block.set_payload(mutated(payloadOf(block)));
    block.set_compression(proto::COMPRESSION_NONE);
    block.set_unpacked_size(block.payload().size());
    writeFile(path_, whole_.substr(0, frames[victim]) + frameOf(block) + whole_.substr(frames[victim + 1]));
    auto reader = Reader::open(path_);
    ASSERT_TRUE(reader);
    Batch batch;
    Content before;
    uint64_t stores = 0;
    uint64_t slices = 0;
    Nanoseconds t = 0;
    while (reader->next(batch)) {
      ASSERT_NO_FATAL_FAILURE(expectSound(batch, before, stores, slices, t)) << "round " << round;
    }
    (reader->integrity().batches < victim ? refused : accepted) += 1;
  }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace slabscope::recording
