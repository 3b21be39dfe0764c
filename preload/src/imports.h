// SPDX-License-Identifier: Apache-2.0
// The functions that a loaded module takes from others, as its global offset table has them.
#pragma once

#include <cstddef>

struct dl_phdr_info;

namespace slabscope::preload {

struct Import {
  const char* name;  ///< as it is linked
  void* hook;        ///< what is to be called instead; null: leave it
  /// Not null: what must be linked there, if anything is yet; else it is left.
  const void* original;
};

struct ImportList {
  const Import* list;
  size_t count;
};

/// Lets the module call the hooks instead of the functions of these names. What is redirected already stays
/// so.
void redirectImports(const dl_phdr_info& module, ImportList imports);

/// The first word of the module's global offset table that holds the function; nullptr when it imports none
/// of that name.
void** slotOfImport(const dl_phdr_info& module, const char* name);

/// Whether the module says itself where the modules that it loads are to be looked for (RPATH, RUNPATH).
bool hasSearchPath(const dl_phdr_info& module);

}  // namespace slabscope::preload
