// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "files.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

// No file of this process grows past the limit, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(FullDisk, is_told_when_the_recording_starts) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto writer = Writer::create("/dev/full", {});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().message,
            "cannot write /dev/full: No space left on device; nothing is recorded: free some space, or name "
            "another "
            "file");
}

TEST(FullDisk, in_the_middle_keeps_the_first_error_and_the_batches_before_it) {
  const Folder folder;
  const std::string path = folder.file("full.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  RandomRecording recording(**writer, 11);
  const auto batch = [&] {
    for (int i = 0; i < 500; ++i) recording.step();
    return (*writer)->flush();
  };
  ASSERT_TRUE(batch());
  ASSERT_TRUE(batch());
  const Content good = recording.written();
  const std::string expected =
      "cannot write " + path + ": File too large; what was written up to here (2 batches) stays readable";
  {
    const FileSizeLimit limit((*writer)->bytesWritten() + 100);
    const Result<> failed = batch();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, expected);
  }
  EXPECT_EQ(std::filesystem::file_size(path), (*writer)->bytesWritten()) << "the batch that did not fit";
  for (uint64_t i = 0; i < 3 * Writer::kBatchEvents; ++i) {
    (*writer)->add(ProcessRss{.t = 1U << 30U, .rss = i});
    ASSERT_LT((*writer)->eventsWritten(), 1000U + Writer::kBatchEvents);
  }
  EXPECT_FALSE((*writer)->flush());
  const Result<> finished = (*writer)->finish({});
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, expected);
  EXPECT_EQ((*writer)->eventsWritten(), 1000U);

  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->content.events == good.events);
  EXPECT_TRUE(read->integrity.finished) << "there was room for the footer";
  EXPECT_EQ(read->integrity.damage, "");
  ASSERT_TRUE(read->footer);
  EXPECT_EQ(read->footer->stopped_by, "File too large");
  EXPECT_EQ(read->footer->events, 1000U);
}

TEST(FullDisk, at_the_footer_is_told_by_finish) {
  const Folder folder;
  const std::string path = folder.file("footer.slab");
  auto writer = Writer::create(path, {});
  ASSERT_TRUE(writer);
  (*writer)->add(ProcessRss{.t = 1, .rss = 2});
  ASSERT_TRUE((*writer)->flush());
  const FileSizeLimit limit((*writer)->bytesWritten());
  EXPECT_FALSE((*writer)->finish({}));
  const auto read = readBack(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->content.events.size(), 1U);
}

}  // namespace
}  // namespace slabscope::recording
