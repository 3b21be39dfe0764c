// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "hand_made.h"
#include "random_recording.h"

namespace slabscope::recording {
namespace {

std::string openError(const std::string& path) {
  const auto reader = Reader::open(path);
  return reader ? "" : reader.error().message;
}

TEST(RefusedFile, what_is_no_recording_is_called_so) {
  const Folder folder;
  const std::string path = folder.file("other");
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise.push_back(static_cast<char>(i * 7919 >> 3));
  for (const std::string& bytes :
       {std::string("\x89PNG\r\n\x1a\n0000"), std::string("hello"), std::string("x"), std::string("\xFF"),
        std::string(100000, '\0'), std::string(100, '\xFF'), noise, std::string("slabscope\n"),
        std::string("\x14\x0A\x0Aslabscopx\n12345678")}) {
    writeFile(path, bytes);
    EXPECT_EQ(openError(path),
              path + ": not a slabscope recording; name a .slab file that slabscope record wrote");
  }
  EXPECT_EQ(openError("/dev/zero"),
            "/dev/zero: not a slabscope recording; name a .slab file that slabscope record wrote");
}

TEST(RefusedFile, empty_missing_pipe_and_folder_each_have_their_own_words) {
  const Folder folder;
  const std::string empty = folder.file("empty.slab");
  writeFile(empty, "");
  EXPECT_EQ(openError(empty), empty + ": the file is empty; nothing was recorded into it, record again");
  const std::string missing = folder.file("missing.slab");
  EXPECT_EQ(openError(missing), missing + ": No such file or directory; check the name of the file");
  EXPECT_EQ(openError(folder.file("")),
            folder.file("") + ": is a folder, not a recording; name a .slab file in it");
  const std::string pipe = folder.file("pipe.slab");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(openError(pipe),
            pipe + ": is a pipe, which can be read only once; write the recording to a file");
  EXPECT_EQ(openError(empty + "/x"), empty + "/x: Not a directory; check the name of the file");
}

// Root may read everything: it becomes somebody else for as long as it takes to ask.
class AsNobody {
 public:
  AsNobody() : root_(::geteuid() == 0) {
    if (root_) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  ~AsNobody() {
    if (root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool root_;
};

TEST(RefusedFile, that_may_not_be_read_says_who_may) {
  const Folder folder;
  const std::string path = folder.file("secret.slab");
  writeFile(path, "x");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  ASSERT_EQ(::chmod(path.substr(0, path.rfind('/')).c_str(), 0755), 0);
  std::string error;
  {
    const AsNobody nobody;
    error = openError(path);
  }
  EXPECT_EQ(error, path + ": Permission denied; a recording can be read by the user who made it");
}

TEST(RefusedFile, the_error_is_one_line_whatever_the_name) {
  EXPECT_EQ(openError("/nowhere/a\nb\x1b[1m"),
            "/nowhere/a?b?[1m: No such file or directory; check the name of the file");
}

TEST(RefusedFile, of_a_newer_slabscope_asks_for_an_update) {
  const Folder folder;
  const std::string path = folder.file("newer.slab");
  writeFile(path, headerFrame(3, 3));
  EXPECT_EQ(openError(path), path + ": written by a newer slabscope (format 3); update slabscope");
  writeFile(path, headerFrame(3, 1));
  EXPECT_EQ(openError(path), "");
}

TEST(RefusedFile, with_a_damaged_header_is_not_taken_for_something_else) {
  const Folder folder;
  const std::string path = folder.file("header.slab");
  std::string bytes = headerFrame();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  writeFile(path, bytes);
  EXPECT_EQ(
      openError(path),
      path + ": the start of the recording cannot be read: the checksum of a block is wrong; record again");
  writeFile(path, frameOf(blockOf(proto::BLOCK_BATCH, proto::Batch()), true));
  EXPECT_EQ(openError(path), path + ": the start of the recording cannot be read: no header; record again");
}

TEST(RefusedFile, that_cannot_be_created_says_what_to_do) {
  const Folder folder;
  const auto writeError = [](const std::string& path) {
    const auto writer = Writer::create(path, {});
    return writer ? "" : writer.error().message;
  };
  EXPECT_EQ(writeError(folder.file("no/such.slab")),
            "cannot create " + folder.file("no/such.slab") +
                ": No such file or directory; create its folder first, or name another file");
  EXPECT_EQ(writeError(folder.file("")),
            "cannot create " + folder.file("") + ": Is a directory; name a file, not a folder");
}

}  // namespace
}  // namespace slabscope::recording
