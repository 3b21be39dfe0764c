// SPDX-License-Identifier: Apache-2.0
// Every input that is kept, the ones that once broke something among them, in the ordinary build too.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "targets.h"

namespace slabscope::fuzz {
namespace {

void runAll(const char* folder, void (*target)(std::string_view)) {
  size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::string(FUZZ_CORPUS "/") + folder)) {
    SCOPED_TRACE(file.path());
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    target(bytes);
    ++files;
  }
  EXPECT_GT(files, 0U);
}

TEST(Corpus, OfTheReader) {
  runAll("reader", reader);
}

TEST(Corpus, OfFailIf) {
  runAll("fail_if", failIf);
}

TEST(Corpus, OfSourceMaps) {
  runAll("source_map", sourceMap);
}

TEST(Corpus, OfSharedMemory) {
  runAll("shared_memory", sharedMemory);
}

}  // namespace
}  // namespace slabscope::fuzz
