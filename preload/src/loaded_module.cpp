// SPDX-License-Identifier: Apache-2.0
#include "loaded_module.h"

#include <elf.h>

#include <cstddef>

namespace slabscope::preload {

bool contains(const dl_phdr_info& module, const void* address) {
  auto wanted = reinterpret_cast<ElfW(Addr)>(address);
  for (size_t index = 0; index < module.dlpi_phnum; ++index) {
    const ElfW(Phdr)& segment = module.dlpi_phdr[index];
    ElfW(Addr) begin = module.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && wanted >= begin && wanted - begin < segment.p_memsz) return true;
  }
  return false;
}

const ElfW(Dyn) * dynamicOf(const dl_phdr_info& module) {
  for (size_t index = 0; index < module.dlpi_phnum; ++index) {
    const ElfW(Phdr)& segment = module.dlpi_phdr[index];
    if (segment.p_type == PT_DYNAMIC)
      return reinterpret_cast<const ElfW(Dyn)*>(module.dlpi_addr + segment.p_vaddr);
  }
  return nullptr;
}

}  // namespace slabscope::preload
