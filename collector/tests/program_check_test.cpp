// SPDX-License-Identifier: Apache-2.0
#include "program_check.h"

#include <elf.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "record_fixture.h"

namespace slabscope::collector {
namespace {

/// The smallest file that is an executable: headers, and the name of a loader or none.
std::string makeExecutable(const std::string& loader) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof header;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  Elf64_Phdr segments[2] = {};
  segments[0].p_type = PT_LOAD;
  segments[1].p_type = loader.empty() ? PT_NULL : PT_INTERP;
  segments[1].p_offset = sizeof header + sizeof segments;
  segments[1].p_filesz = loader.size() + 1;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(segments), sizeof segments);
  return bytes + loader + '\0';
}

class ProgramCheck : public RecordTest {
 protected:
  std::string put(const std::string& name, const std::string& bytes) const {
    std::string path = directory() + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
};

TEST_F(ProgramCheck, KnowsWhatTheShimCannotGetInto) {
  EXPECT_TRUE(cannotBePreloaded(put("static", makeExecutable(""))));
  EXPECT_TRUE(cannotBePreloaded(put("musl", makeExecutable("/lib/ld-musl-x86_64.so.1"))));
  EXPECT_FALSE(cannotBePreloaded(put("glibc", makeExecutable("/lib64/ld-linux-x86-64.so.2"))));
  EXPECT_FALSE(cannotBePreloaded(put("script", "#!/bin/sh\n")));
  EXPECT_FALSE(cannotBePreloaded(put("empty", "")));
  EXPECT_FALSE(cannotBePreloaded(directory() + "/missing"));
}

TEST_F(ProgramCheck, SaysWhyAStaticProgramIsNotRecorded) {
  std::string program = put("static", makeExecutable(""));
  Outcome outcome = record(options({program}));
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "slabscope: " + program +
                ": statically linked (or musl) programs cannot be recorded: the dynamic loader does not "
                "load the shim\n");
}

TEST_F(ProgramCheck, LooksAProgramUpAsTheShellDoes) {
  std::string program = put("tool", "#!/bin/sh\n");
  std::ofstream(directory() + "/data") << "";
  std::string path = std::getenv("PATH");
  setenv("PATH", ("/nowhere:" + directory()).c_str(), 1);
  EXPECT_EQ(findProgram("tool"), program);
  EXPECT_EQ(findProgram("data"), "");
  EXPECT_EQ(findProgram("./tool"), "");
  EXPECT_EQ(findProgram(program), program);
  EXPECT_EQ(findProgram(directory()), "");
  setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace slabscope::collector
