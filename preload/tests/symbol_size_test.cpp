// SPDX-License-Identifier: Apache-2.0
#include "symbol_size.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

#include <cstdint>

namespace slabscope::preload {
namespace {

/// What the loader says, which goes through all symbols.
size_t sizeToldByLoader(const void* address) {
  Dl_info info;
  const ElfW(Sym)* symbol = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT) ==
          0 ||
      symbol == nullptr || info.dli_saddr != address)
    return 0;
  return symbol->st_size;
}

/// By the path of a library.
class SymbolSize : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    library_ = dlopen(GetParam(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library_, nullptr) << dlerror();
  }
  void TearDown() override { dlclose(library_); }
  const void* find(const char* name) { return dlsym(library_, name); }

 private:
  void* library_ = nullptr;
};

TEST_P(SymbolSize, OfAnObjectIsThatOfItsType) {
  EXPECT_EQ(sizeOfSymbol("sample_object", find("sample_object")), 6 * sizeof(int));
}

TEST_P(SymbolSize, OfAFunctionIsWhatTheLoaderSays) {
  const void* function = find("sampleFunction");
  ASSERT_GT(sizeToldByLoader(function), 0U);
  EXPECT_EQ(sizeOfSymbol("sampleFunction", function), sizeToldByLoader(function));
}

TEST_P(SymbolSize, OfAnAddressThatIsInsideIsUnknown) {
  const auto* inside = static_cast<const char*>(find("sample_object")) + 4;
  EXPECT_EQ(sizeOfSymbol("sample_object", inside), 0U);
}

INSTANTIATE_TEST_SUITE_P(InLibrariesOfEachKind, SymbolSize, testing::Values(EXPORTS_GNU, EXPORTS_SYSV),
                         [](const auto& each) { return each.index == 0 ? "Gnu" : "SystemV"; });

TEST(SymbolSizes, OfAnotherNameAreUnknown) {
  void* library = dlopen(EXPORTS_GNU, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  EXPECT_EQ(sizeOfSymbol("noFunction", dlsym(library, "sampleFunction")), 0U);
  EXPECT_EQ(sizeOfSymbol("otherFunction", dlsym(library, "sampleFunction")), 0U);
  dlclose(library);
}

// The C library has this function twice under one name.
TEST(SymbolSizes, AreOfTheVersionThatIsAsked) {
  const void* old_one = dlvsym(RTLD_DEFAULT, "posix_spawn", "GLIBC_2.2.5");
  const void* new_one = dlvsym(RTLD_DEFAULT, "posix_spawn", "GLIBC_2.15");
  ASSERT_NE(old_one, nullptr);
  ASSERT_NE(new_one, nullptr);
  ASSERT_NE(old_one, new_one);
  for (const void* function : {old_one, new_one}) {
    EXPECT_GT(sizeToldByLoader(function), 0U);
    EXPECT_EQ(sizeOfSymbol("posix_spawn", function), sizeToldByLoader(function));
  }
}

TEST(SymbolSizes, OutsideOfAllModulesAreUnknown) {
  const int here = 0;
  EXPECT_EQ(sizeOfSymbol("here", &here), 0U);
  EXPECT_EQ(sizeOfSymbol("nothing", nullptr), 0U);
}

}  // namespace
}  // namespace slabscope::preload
