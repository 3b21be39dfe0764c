// SPDX-License-Identifier: Apache-2.0
// Batches that were changed before they were sealed: the checksum is right, and what is in them is not.
// (Damage that the checksum finds ends the reading there; here the commands meet what a wrong or hostile
// writer makes.)
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "files.h"
#include "hand_made.h"
#include "made_up.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using recording::proto::Block;

constexpr uint64_t kFiles = 50;

class Damage {
 public:
  explicit Damage(uint64_t seed) : random_(seed) {}

  size_t upTo(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit)(random_); }

  std::string bytes(std::string text) {
    for (size_t changes = 1 + upTo(2); changes > 0 && !text.empty(); --changes) {
      const size_t at = upTo(text.size() - 1);
      const size_t length = upTo(std::min<size_t>(text.size() - at, 16));
      switch (upTo(3)) {
        case 0:
          text[at] = static_cast<char>(upTo(255));
          break;
        case 1:
          text[at] = static_cast<char>(text[at] ^ (1 << upTo(7)));
          break;
        case 2:
          text.replace(at, length, length, upTo(1) == 0 ? '\xFF' : '\0');
          break;
        default:
          text.insert(at, text.substr(upTo(text.size() - 1), length));
      }
    }
    return text;
  }

  /// The file with one block changed, and sealed again.
  std::string file(const std::string& whole) {
    const std::vector<size_t> frames = recording::frameOffsets(whole);
    const size_t victim = upTo(frames.size() - 2);
    Block block = recording::blockAt(whole, frames[victim]);
    block.set_payload(bytes(recording::payloadOf(block)));
    block.set_compression(recording::proto::COMPRESSION_NONE);
    block.set_unpacked_size(block.payload().size());
    return whole.substr(0, frames[victim]) + recording::frameOf(block, victim == 0) +
           whole.substr(frames[victim + 1]);
  }

 private:
  std::mt19937_64 random_;
};

std::vector<std::vector<std::string>> commandsOn(const std::string& path, const std::string& whole) {
  return {{"info", path, "--verify", "--json"},  {"report", path, "--json"},
          {"report", path, "--by", "function"},  {"slabs", path},
          {"explain", path, "--json"},           {"export", path, "--format", "jsonl"},
          {"export", path, "--format", "pprof"}, {"diff", whole, path, "--json"}};
}

void expectAnswered(const std::vector<std::string>& command, const std::string& path,
                    std::vector<int>& ended) {
  const tests::Ran ran = tests::slabscope(command);
  const bool may_find = command[0] == "info";
  ASSERT_TRUE(ran.status == 0 || ran.status == 2 || (may_find && ran.status == 1)) << ran.err;
  ++ended[static_cast<size_t>(ran.status)];
  if (ran.status == 2) {
    EXPECT_TRUE(tests::isOneErrorLine(ran.err)) << ran.err;
    EXPECT_NE(ran.err.find(path), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
    return;
  }
  EXPECT_EQ(ran.err, "");
  EXPECT_NE(ran.out, "");
  EXPECT_TRUE(command.back() != "--json" || nlohmann::json::accept(ran.out));
}

TEST(Damaged, what_is_wrong_under_a_right_checksum_is_refused_or_shown_by_every_command) {
  const tests::TemporaryFile whole("whole");
  const tests::TemporaryFile damaged("damaged");
  std::vector<int> ended(3);
  for (uint64_t seed = 0; seed < kFiles; ++seed) {
    if (seed % 10 == 0) {
      tests::Maker maker(whole.path());
      tests::makeUpRandom(maker, static_cast<uint32_t>(seed), 600);
    }
    recording::writeFile(damaged.path(), Damage(seed).file(recording::readFile(whole.path())));
    for (const std::vector<std::string>& command : commandsOn(damaged.path(), whole.path())) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + command[0]);
      ASSERT_NO_FATAL_FAILURE(expectAnswered(command, damaged.path(), ended));
    }
  }
  for (const int times : ended) EXPECT_GT(times, 0);
}

}  // namespace
}  // namespace slabscope::cli
