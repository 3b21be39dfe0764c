// SPDX-License-Identifier: Apache-2.0
// The test program looks at itself.
#include "native_symbols.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "files.h"

namespace slabscope::collector {

/// Where the call of this function returns to.
[[gnu::noinline]] uint64_t returnAddress() {
  return reinterpret_cast<uint64_t>(__builtin_return_address(0));
}

constexpr uint32_t kInlinedLine = __LINE__ + 3;
/// The caller's own frame, in so far as the compiler does what it is told.
[[gnu::always_inline]] inline uint64_t returnAddressInlined() {
  return returnAddress();
}

namespace {

TEST(NativeSymbols, NameTheFunctionThatHoldsTheCall) {
  NativeSymbols symbols(getpid());
  const std::span<const NativeFrame> frames = symbols.resolve(returnAddress());
  ASSERT_FALSE(frames.empty());
  const NativeFrame* frame = &frames.back();
  EXPECT_NE(frame->function.find("NativeSymbols_NameTheFunctionThatHoldsTheCall_Test::TestBody()"),
            std::string::npos)
      << frame->function;
}

TEST(NativeSymbols, KnowTheLineWhereThereIsDebuggingInformation) {
  NativeSymbols symbols(getpid());
  constexpr uint32_t kLine = __LINE__ + 1;
  const std::span<const NativeFrame> frames = symbols.resolve(returnAddress());
  ASSERT_FALSE(frames.empty());
  const NativeFrame* frame = &frames.back();
  EXPECT_TRUE(frame->file.ends_with("native_symbols_test.cpp")) << frame->file;
  EXPECT_EQ(frame->line, kLine);
}

TEST(NativeSymbols, ExpandWhatWasInlined) {
  NativeSymbols symbols(getpid());
  constexpr uint32_t kLine = __LINE__ + 1;
  const std::span<const NativeFrame> frames = symbols.resolve(returnAddressInlined());
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_NE(frames[0].function.find("returnAddressInlined()"), std::string::npos) << frames[0].function;
  EXPECT_EQ(frames[0].line, kInlinedLine);
  EXPECT_NE(frames[1].function.find("ExpandWhatWasInlined_Test::TestBody()"), std::string::npos)
      << frames[1].function;
  EXPECT_EQ(frames[1].line, kLine);
  EXPECT_TRUE(frames[1].file.ends_with("native_symbols_test.cpp")) << frames[1].file;
  EXPECT_TRUE(symbols.namelessModules().empty());
}

TEST(NativeSymbols, NameAFunctionOfALibrary) {
  NativeSymbols symbols(getpid());
  // Its own first instruction: the byte before the return address.
  const std::span<const NativeFrame> frames = symbols.resolve(reinterpret_cast<uint64_t>(&std::qsort) + 1);
  ASSERT_FALSE(frames.empty());
  const NativeFrame* frame = &frames.back();
  EXPECT_NE(frame->function.find("qsort"), std::string::npos) << frame->function;
}

TEST(NativeSymbols, GiveOneNameToAllGeneratedCode) {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  NativeSymbols symbols(getpid());
  const std::span<const NativeFrame> frames = symbols.resolve(reinterpret_cast<uint64_t>(page) + 16);
  ASSERT_FALSE(frames.empty());
  const NativeFrame* frame = &frames.back();
  EXPECT_EQ(frame->function, "(no symbol)");
  EXPECT_EQ(symbols.resolve(1).front().function, "(no symbol)");
  munmap(page, 4096);
}

ModuleText moduleOf(uint64_t begin, uint64_t end, uint64_t bias, const char* path, uint64_t inode) {
  wire::Module record{};
  record.begin = begin;
  record.end = end;
  record.bias = bias;
  record.inode = inode;
  return {record, path};
}

// Only what the process said tells what lies where: none of these addresses is mapped.
TEST(NativeSymbols, BelieveTheProcessAboutItsModules) {
  Dl_info here;
  ASSERT_NE(dladdr(reinterpret_cast<void*>(&returnAddress), &here), 0);
  struct stat status;
  ASSERT_EQ(stat("/proc/self/exe", &status), 0);
  const std::string path = std::filesystem::read_symlink("/proc/self/exe");
  auto base = reinterpret_cast<uint64_t>(here.dli_fbase);
  const uint64_t far_away = uint64_t{1} << 52;
  NativeSymbols symbols(0x3ffffff);
  symbols.learn(moduleOf(far_away, far_away + (64 << 20), far_away, path.c_str(), status.st_ino));
  EXPECT_NE(symbols.resolve(returnAddress() - base + far_away).back().function.find("BelieveTheProcess"),
            std::string::npos);

  symbols.learn(moduleOf(far_away, far_away + 4096, far_away, "/not/there.node", 1));
  EXPECT_EQ(symbols.resolve(far_away + 0x11).back().function, "there.node+0x10") << "another module since";
  EXPECT_TRUE(symbols.namelessModules().empty()) << "that it has no symbols is not known";
}

TEST(NativeSymbols, ForgetAllModulesThatANewOneCovers) {
  NativeSymbols symbols(0x3ffffff);
  symbols.learn(moduleOf(0x1000, 0x3000, 0, "/one", 1));
  symbols.learn(moduleOf(0x3000, 0x5000, 0, "/two", 1));
  symbols.learn(moduleOf(0x5000, 0x7000, 0, "/three", 1));
  symbols.learn(moduleOf(0x2000, 0x4000, 0, "/new", 1));
  EXPECT_EQ(symbols.resolve(0x1001).back().function, "(no symbol)");
  EXPECT_EQ(symbols.resolve(0x2001).back().function, "new+0x0");
  EXPECT_EQ(symbols.resolve(0x4001).back().function, "(no symbol)");
  EXPECT_EQ(symbols.resolve(0x5001).back().function, "three+0x0");
}

TEST(NativeSymbols, DoNotWaitForAPipeThatIsCalledAModule) {
  const recording::Folder folder;
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  struct stat status;
  ASSERT_EQ(stat(pipe.c_str(), &status), 0);
  NativeSymbols symbols(0x3ffffff);
  symbols.learn(moduleOf(0x1000, 0x2000, 0, pipe.c_str(), status.st_ino));
  EXPECT_EQ(symbols.resolve(0x1001).back().function, "pipe+0x0");
}

TEST(NativeSymbols, AreThoseOfTheFilesThatAProcessHadBeforeItWasGone) {
  NativeSymbols symbols(0x3ffffff);
  symbols.learn(mapsOf(getpid()));
  EXPECT_NE(symbols.resolve(returnAddress()).back().function.find("BeforeItWasGone"), std::string::npos);
}

TEST(NativeSymbols, SeeWhatHasComeSinceTheMapsWereTold) {
  NativeSymbols symbols(getpid());
  std::vector<MemoryRange> maps = mapsOf(getpid());
  for (MemoryRange& range : maps) range.path.clear();
  symbols.learn(maps);
  EXPECT_NE(symbols.resolve(returnAddress()).back().function.find("MapsWereTold"), std::string::npos);
}

TEST(NativeSymbols, OfAProcessThatIsGoneAreNone) {
  NativeSymbols symbols(0x3ffffff);
  EXPECT_EQ(symbols.resolve(returnAddress()).front().function, "(no symbol)");
}

}  // namespace
}  // namespace slabscope::collector
