// SPDX-License-Identifier: Apache-2.0
#include "elf_module.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "elf_file.h"
#include "files.h"
#include "function_index.h"
#include "symbol_table.h"

namespace slabscope::collector {
namespace {

constexpr std::string_view kWanted = "_ZWanted";
// Where names begin in it: 1 _ZWantedOne, 13 pre_ZWantedTwo, 28 other.
const std::string kNames("\0_ZWantedOne\0pre_ZWantedTwo\0other", 34);
constexpr uint32_t kOne = 1;
constexpr uint32_t kBeforeTwo = 13;
constexpr uint32_t kTwo = 16;  // the end of another name
constexpr uint32_t kOther = 28;

template <class Kind>
class ElfModules : public testing::Test {
 protected:
  using Table = SymbolSection<Kind>;

  std::unique_ptr<ElfModule> open(const std::vector<Table>& tables, bool is_odd = false) {
    const std::string path = folder_.file("module");
    recording::writeFile(path, elfFile<Kind>(tables, is_odd));
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? ElfModule::open(path, status.st_ino) : nullptr;
  }
  static auto symbol(uint32_t name, uint64_t address, uint64_t size, int type = STT_FUNC,
                     uint16_t section = 1) {
    return symbolOf<Kind>(name, type, address, size, section);
  }
  static std::vector<uint64_t> wantedIn(const ElfModule& module, ElfModule::Symbols among) {
    std::vector<uint64_t> begins;
    for (const NamedFunction& function : module.functionsNamed(kWanted, among))
      begins.push_back(function.code.begin);
    return begins;
  }

 private:
  recording::Folder folder_;
};

using Kinds = testing::Types<Elf64, Elf32>;
TYPED_TEST_SUITE(ElfModules, Kinds);

TYPED_TEST(ElfModules, FindFunctionsByHowTheirNamesBegin) {
  using Self = ElfModules<TypeParam>;
  const auto module = this->open(
      {{SHT_SYMTAB,
        {Self::symbol(0, 0, 0, STT_NOTYPE, 0), Self::symbol(kOther, 0x10, 8), Self::symbol(kTwo, 0x300, 8),
         Self::symbol(kBeforeTwo, 0x20, 8), Self::symbol(kOne, 0x200, 16), Self::symbol(kOne, 0x100, 8)},
        kNames}});
  ASSERT_NE(module, nullptr);
  const std::vector<NamedFunction> found = module->functionsNamed(kWanted, ElfModule::Symbols::kAll);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "_ZWantedTwo") << "though it is the end of another's name";
  EXPECT_EQ(found[0].code.begin, 0x300U);
  EXPECT_EQ(found[1].name, "_ZWantedOne");
  EXPECT_EQ(found[1].code.begin, 0x200U) << "in the order of the table";
  EXPECT_EQ(found[1].code.end, 0x210U);
  EXPECT_EQ(found[2].code.begin, 0x100U);
  EXPECT_TRUE(module->functionsNamed(kWanted, ElfModule::Symbols::kForLoader).empty());
  EXPECT_TRUE(module->functionsNamed("_ZWantedThree", ElfModule::Symbols::kAll).empty());
}

TYPED_TEST(ElfModules, TakeOnlyWhatTheModuleHasAsFunctionsOfASize) {
  using Self = ElfModules<TypeParam>;
  const auto module =
      this->open({{SHT_SYMTAB,
                   {Self::symbol(kOne, 0x100, 8, STT_FUNC, SHN_UNDEF), Self::symbol(kOne, 0x200, 0),
                    Self::symbol(kOne, 0x300, 8, STT_OBJECT), Self::symbol(kOne, 0x400, 8, STT_GNU_IFUNC),
                    Self::symbol(kOne, 0x500, 8)},
                   kNames}});
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(Self::wantedIn(*module, ElfModule::Symbols::kAll), std::vector<uint64_t>{0x500});
}

TYPED_TEST(ElfModules, KeepTheLoadersSymbolsApart) {
  using Self = ElfModules<TypeParam>;
  const auto module = this->open({{SHT_SYMTAB, {Self::symbol(kOne, 0x100, 8)}, kNames},
                                  {SHT_DYNSYM, {Self::symbol(kOne, 0x200, 8)}, kNames}});
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(Self::wantedIn(*module, ElfModule::Symbols::kForLoader), std::vector<uint64_t>{0x200});
  EXPECT_EQ(Self::wantedIn(*module, ElfModule::Symbols::kAll), std::vector<uint64_t>{0x100});
  EXPECT_EQ(module->functionAt(0x201), "") << "the loader's do only where there are no others";
  EXPECT_TRUE(module->hasSymbolTable());
}

TYPED_TEST(ElfModules, NameFunctionsByTheLoadersSymbolsWhereThereAreNoOthers) {
  using Self = ElfModules<TypeParam>;
  const auto module = this->open({{SHT_SYMTAB, {Self::symbol(kOne, 0x100, 8, STT_OBJECT)}, kNames},
                                  {SHT_DYNSYM, {Self::symbol(kOther, 0x200, 8)}, kNames}});
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->functionAt(0x207), "other");
  EXPECT_EQ(module->functionAt(0x208), "");
  EXPECT_EQ(module->functionAt(0x1ff), "");
}

TYPED_TEST(ElfModules, LetAFunctionWithoutASizeReachUpToTheNext) {
  using Self = ElfModules<TypeParam>;
  const auto module =
      this->open({{SHT_SYMTAB, {Self::symbol(kOther, 0x200, 8), Self::symbol(kOne, 0x100, 0)}, kNames}});
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->functionAt(0x1ff), "_ZWantedOne");
  EXPECT_EQ(module->functionAt(0x200), "other");
}

TYPED_TEST(ElfModules, MayHaveTheirTablesAnywhere) {
  using Self = ElfModules<TypeParam>;
  const auto module = this->open({{SHT_SYMTAB, {Self::symbol(kOne, 0x100, 8)}, kNames}}, true);
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(Self::wantedIn(*module, ElfModule::Symbols::kAll), std::vector<uint64_t>{0x100});
  EXPECT_EQ(module->functionAt(0x104), "_ZWantedOne");
}

TYPED_TEST(ElfModules, HaveNoFunctionsWhereTheirFilesAreDamaged) {
  using Self = ElfModules<TypeParam>;
  using Section = typename TypeParam::Section;
  Section names_nowhere{};
  names_nowhere.sh_link = 77;
  Section names_in_symbols{};
  names_in_symbols.sh_link = 1;
  Section beyond_the_end{};
  beyond_the_end.sh_size = 1 << 20;
  Section elsewhere{};
  elsewhere.sh_offset = 1 << 30;
  for (const Section& changes : {names_nowhere, names_in_symbols, beyond_the_end, elsewhere}) {
    const auto module = this->open({{SHT_SYMTAB, {Self::symbol(kOne, 0x100, 8)}, kNames, changes}});
    ASSERT_NE(module, nullptr);
    EXPECT_TRUE(module->functionsNamed(kWanted, ElfModule::Symbols::kAll).empty());
    EXPECT_EQ(module->functionAt(0x104), "");
  }
}

TYPED_TEST(ElfModules, ReadNoSymbolBeyondTheirTable) {
  using Self = ElfModules<TypeParam>;
  typename TypeParam::Section small_entries{};
  small_entries.sh_entsize = 1;
  const auto module = this->open({{SHT_SYMTAB, {Self::symbol(kOne, 0x100, 8)}, kNames, small_entries}});
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(Self::wantedIn(*module, ElfModule::Symbols::kAll), std::vector<uint64_t>{0x100});
  EXPECT_EQ(module->functionAt(0x104), "_ZWantedOne");
}

TYPED_TEST(ElfModules, HaveNoNameThatDoesNotEnd) {
  using Self = ElfModules<TypeParam>;
  const auto module =
      this->open({{SHT_SYMTAB, {Self::symbol(1, 0x100, 8)}, std::string("\0_ZWantedButWithoutEnd", 22)}});
  ASSERT_NE(module, nullptr);
  EXPECT_TRUE(module->functionsNamed(kWanted, ElfModule::Symbols::kAll).empty());
  EXPECT_EQ(module->functionAt(0x104), "");
}

/// What the index is to answer, by a look at all functions.
std::optional<GElf_Sym> lastBefore(const SymbolTable& table, uint64_t address) {
  std::optional<GElf_Sym> last;
  table.forEachFunction([&](uint32_t, const GElf_Sym& symbol) {
    if (symbol.st_value > address) return;
    if (!last || symbol.st_value > last->st_value ||
        (symbol.st_value == last->st_value && symbol.st_size > last->st_size))
      last = symbol;
  });
  return last;
}

template <class Kind>
class FunctionIndexes : public testing::Test {};
TYPED_TEST_SUITE(FunctionIndexes, Kinds);

TYPED_TEST(FunctionIndexes, FindWhatALookAtAllFunctionsFinds) {
  std::mt19937_64 random(7);
  // Close together, so that many begin at one place; and as far apart as there are addresses.
  for (const uint32_t bits : {4U, 12U, 20U, 32U, 64U}) {
    for (const uint32_t count : {1U, 2U, 3U, 50U, 700U}) {
      const auto address = [&] { return random() >> (64 - bits); };
      SymbolSection<TypeParam> section{SHT_SYMTAB, {}, std::string(1, '\0'), {}};
      for (uint32_t number = 0; number < count; ++number) {
        section.symbols.push_back(symbolOf<TypeParam>(number, random() % 8 != 0 ? STT_FUNC : STT_OBJECT,
                                                      address(), random() % 3 * 16));
      }
      std::string bytes = elfFile<TypeParam>({section});
      elf_version(EV_CURRENT);
      Elf* elf = elf_memory(bytes.data(), bytes.size());
      const std::optional<SymbolTable> table = SymbolTable::find(elf, SHT_SYMTAB);
      ASSERT_TRUE(table);
      const FunctionIndex index(*table);
      std::vector<uint64_t> asked = {0, ~uint64_t{0}, address(), address(), address()};
      for (uint32_t number = 0; number < table->count(); ++number) {
        const uint64_t begin = table->at(number).st_value;
        asked.insert(asked.end(), {begin - 1, begin, begin + 1});
      }
      for (const uint64_t place : asked) {
        const std::optional<GElf_Sym> expected = lastBefore(*table, place);
        const std::optional<GElf_Sym> found = index.lastBefore(place);
        ASSERT_EQ(found.has_value(), expected.has_value()) << bits << ' ' << count << ' ' << place;
        if (found) {
          ASSERT_EQ(found->st_name, expected->st_name) << bits << ' ' << count << ' ' << place;
        }
      }
      elf_end(elf);
    }
  }
}

}  // namespace
}  // namespace slabscope::collector
