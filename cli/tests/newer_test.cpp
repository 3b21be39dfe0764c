// SPDX-License-Identifier: Apache-2.0
// A recording of a slabscope that is newer than this one: what is known of it is shown, by every command, as
// if there was nothing else in it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "files.h"
#include "hand_made.h"
#include "made_up.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

namespace proto = recording::proto;

constexpr uint32_t kNewerFormat = 1000;
constexpr const char* kUnknown = "something new";

template <class Message>
Message payloadAs(const proto::Block& block) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(recording::payloadOf(block)));
  return message;
}

void addUnknownField(google::protobuf::Message& message) {
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(1000, kUnknown);
}

/// Puts what this version does not know into everything that it knows: an event into each batch, a field into
/// each message, and a block behind each.
std::string newer(const std::string& file, uint32_t min_reader) {
  std::string made;
  uint64_t batches = 0;
  uint64_t events = 0;
  const std::vector<size_t> offsets = recording::frameOffsets(file);
  for (size_t i = 0; i + 1 < offsets.size(); ++i) {
    proto::Block block = recording::blockAt(file, offsets[i]);
    if (block.kind() == proto::BLOCK_HEADER) {
      auto header = payloadAs<proto::Header>(block);
      header.set_format(kNewerFormat);
      header.set_min_reader(min_reader);
      addUnknownField(header);
      block = recording::blockOf(proto::BLOCK_HEADER, header);
    } else if (block.kind() == proto::BLOCK_BATCH) {
      auto batch = payloadAs<proto::Batch>(block);
      *batch.mutable_kinds() += '\xC8';
      batch.add_times(0);
      addUnknownField(batch);
      block = recording::blockOf(batch);
      ++batches;
      events += block.event_count();
    } else if (block.kind() == proto::BLOCK_FOOTER) {
      block = recording::blockOf(proto::BLOCK_FOOTER, [&] {
        auto footer = payloadAs<proto::Footer>(block);
        footer.set_batches(batches);
        footer.set_events(events);
        footer.clear_index_offset();
        addUnknownField(footer);
        return footer;
      }());
    } else {
      continue;
    }
    const bool is_last = block.kind() == proto::BLOCK_FOOTER;
    addUnknownField(block);
    made += recording::frameOf(block, made.empty());
    if (is_last) break;
    proto::Block unknown;
    unknown.set_kind(static_cast<proto::BlockKind>(77));
    unknown.set_payload("not for us");
    made += recording::frameOf(unknown);
  }
  return made;
}

std::vector<std::vector<std::string>> everyCommandOn(const std::string& path) {
  return {{"info", path, "--verify"},
          {"report", path},
          {"report", path, "--at", "peak", "--json"},
          {"slabs", path},
          {"explain", path},
          {"export", path, "--format", "csv"},
          {"export", path, "--format", "folded"},
          {"diff", path, path}};
}

std::string behindFirstLine(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

TEST(Newer, a_recording_that_this_version_may_read_shows_what_is_known_of_it) {
  const tests::TemporaryFile known("known");
  const tests::TemporaryFile made("newer");
  {
    tests::Maker maker(known.path());
    tests::makeUpRandom(maker, 3, 600);
  }
  recording::writeFile(made.path(), newer(recording::readFile(known.path()), 1));
  for (const std::vector<std::string>& command : everyCommandOn(made.path())) {
    SCOPED_TRACE(command[0]);
    const tests::Ran ran = tests::slabscope(command);
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_NE(ran.out, "");
  }
  const tests::Ran before = tests::slabscope({"export", known.path(), "--format", "jsonl"});
  const tests::Ran after = tests::slabscope({"export", made.path(), "--format", "jsonl"});
  EXPECT_EQ(behindFirstLine(before.out), behindFirstLine(after.out));
  const auto info = nlohmann::json::parse(tests::slabscope({"info", made.path(), "--json"}).out);
  EXPECT_GT(info["batches"], 0);
  EXPECT_EQ(info["unknown_events"], info["batches"]);
  EXPECT_TRUE(tests::has(tests::slabscope({"info", made.path()}).out, "of a newer slabscope; left out"));
}

/// All bytes of the blocks of a file, unpacked.
std::string unpacked(const std::string& file) {
  std::string all;
  const std::vector<size_t> offsets = recording::frameOffsets(file);
  for (size_t i = 0; i + 1 < offsets.size(); ++i)
    all += recording::payloadOf(recording::blockAt(file, offsets[i]));
  return all;
}

TEST(Newer, an_anonymous_copy_has_nothing_of_what_is_not_known) {
  const tests::TemporaryFile made("newer");
  const tests::TemporaryFile copy("copy");
  {
    tests::Maker maker(made.path());
    tests::makeUpRandom(maker, 3, 100);
  }
  recording::writeFile(made.path(), newer(recording::readFile(made.path()), 1));
  ASSERT_TRUE(tests::has(unpacked(recording::readFile(made.path())), kUnknown));
  const tests::Ran ran = tests::slabscope({"anonymize", made.path(), "-o", copy.path()});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
  const std::string file = recording::readFile(copy.path());
  EXPECT_FALSE(tests::has(file, kUnknown));
  EXPECT_FALSE(tests::has(file, "not for us"));
  EXPECT_FALSE(tests::has(unpacked(file), kUnknown));
}

TEST(Newer, a_recording_that_this_version_would_misread_is_refused_by_every_command) {
  const tests::TemporaryFile made("newer");
  {
    tests::Maker maker(made.path());
    tests::makeUpRandom(maker, 3, 100);
  }
  recording::writeFile(made.path(), newer(recording::readFile(made.path()), kNewerFormat));
  for (const std::vector<std::string>& command : everyCommandOn(made.path())) {
    SCOPED_TRACE(command[0]);
    const tests::Ran ran = tests::slabscope(command);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "slabscope: " + made.path() +
                           ": written by a newer slabscope (format 1000); update slabscope\n");
  }
}

}  // namespace
}  // namespace slabscope::cli
