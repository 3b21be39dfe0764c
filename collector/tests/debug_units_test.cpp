// SPDX-License-Identifier: Apache-2.0
// The test program looks at itself.
#include "debug_units.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "symbol_table.h"

namespace slabscope::collector {
namespace {

/// The debugging information of this program, without its index of addresses.
class DebugUnitsTest : public testing::Test {
 protected:
  void SetUp() override {
    elf_version(EV_CURRENT);
    fd_ = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    elf_ = elf_begin(fd_, ELF_C_READ_MMAP_PRIVATE, nullptr);
    ASSERT_NE(elf_, nullptr);
    hideIndex();
    dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
    ASSERT_NE(dwarf_, nullptr);
    Dwarf_Aranges* index = nullptr;
    size_t count = 0;
    ASSERT_TRUE(dwarf_getaranges(dwarf_, &index, &count) != 0 || count == 0);
  }
  void TearDown() override {
    dwarf_end(dwarf_);
    elf_end(elf_);
    close(fd_);
  }

  /// Some places in each hundredth function, and two that are in none.
  std::vector<uint64_t> places() {
    std::vector<uint64_t> places = {0, ~uint64_t{0}};
    const auto table = SymbolTable::find(elf_, SHT_SYMTAB);
    if (table) {
      table->forEachFunction([&](uint32_t number, const GElf_Sym& symbol) {
        if (number % 100 == 0)
          places.insert(places.end(), {symbol.st_value, symbol.st_value + symbol.st_size / 2});
      });
    }
    return places;
  }
  /// Of the unit that tells about the address, by asking all; 0 when there is none.
  Dwarf_Off expected(uint64_t address) {
    Dwarf_CU* at = nullptr;
    Dwarf_Die unit;
    while (dwarf_get_units(dwarf_, at, &at, nullptr, nullptr, &unit, nullptr) == 0) {
      if (dwarf_haspc(&unit, address) > 0) return dwarf_dieoffset(&unit);
    }
    return 0;
  }

  Dwarf* dwarf_ = nullptr;

 private:
  void hideIndex() {
    size_t names = 0;
    ASSERT_EQ(elf_getshdrstrndx(elf_, &names), 0);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section)) != nullptr;) {
      GElf_Shdr header;
      ASSERT_NE(gelf_getshdr(section, &header), nullptr);
      char* name = elf_strptr(elf_, names, header.sh_name);
      if (name != nullptr && std::string_view(name) == ".debug_aranges") name[1] = 'x';
    }
  }

  int fd_ = -1;
  Elf* elf_ = nullptr;
};

TEST_F(DebugUnitsTest, AreTheSameThatAskingEachFinds) {
  const std::vector<uint64_t> all = places();
  // The last remembers nothing, so that each unit is asked; the one before, a part of them.
  for (const size_t limit : {size_t{1} << 20, size_t{1000}, size_t{0}}) {
    DebugUnits units(dwarf_, limit);
    size_t known = 0;
    for (const uint64_t address : all) {
      Dwarf_Die unit;
      const Dwarf_Off found = units.find(address, unit) ? dwarf_dieoffset(&unit) : 0;
      ASSERT_EQ(found, expected(address)) << limit << ' ' << address;
      known += found != 0 ? 1 : 0;
    }
    EXPECT_GT(known, 0U);
    EXPECT_LT(known, all.size());
  }
}

}  // namespace
}  // namespace slabscope::collector
