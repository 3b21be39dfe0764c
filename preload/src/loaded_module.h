// SPDX-License-Identifier: Apache-2.0
// A module as the loader lists it (dl_iterate_phdr): where it lies, and its dynamic section. For the time in
// which the loader shows it; any thread.
#pragma once

#include <link.h>

namespace slabscope::preload {

/// Whether the module takes this address.
bool contains(const dl_phdr_info& module, const void* address);

/// The first entry of the module's dynamic section, which ends with DT_NULL; nullptr when it has none.
const ElfW(Dyn) * dynamicOf(const dl_phdr_info& module);

/// What an entry that is an address leads to.
template <class T>
const T* placeOf(const dl_phdr_info& module, const ElfW(Dyn) & entry) {
  ElfW(Addr) value = entry.d_un.d_ptr;
  // The loader has made addresses of these, but not in every module (the kernel's own has none to write).
  return reinterpret_cast<const T*>(value < module.dlpi_addr ? value + module.dlpi_addr : value);
}

}  // namespace slabscope::preload
