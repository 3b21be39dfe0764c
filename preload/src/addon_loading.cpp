// SPDX-License-Identifier: Apache-2.0
#include "addon_loading.h"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "allocations.h"
#include "external_stores.h"
#include "imports.h"
#include "loaded_module.h"
#include "process.h"
#include "slot_patch.h"
#include "v8_abi.h"

namespace slabscope::preload {

namespace {

using Dlopen = void* (*)(const char* file, int flags);

constinit Dlopen original_dlopen = nullptr;
// What was loaded at the start comes first in the loader's list and stays: no addon is among it.
constinit size_t modules_at_start = 0;
constinit std::atomic<unsigned long long> seen_loads{0};

struct Search {
  size_t loaded_before;  ///< modules
  bool own_names_first;  ///< those that are new look among their own functions first
  size_t index;
};

int redirectModule(dl_phdr_info* module, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (search.index == 0) {
    // Nothing has been loaded since.
    if (seen_loads.exchange(module->dlpi_adds, std::memory_order_relaxed) == module->dlpi_adds) return 1;
  }
  size_t index = search.index++;
  if (index < modules_at_start) return 0;
  redirectImports(*module, externalImports());
  // A module that has an allocator of its own keeps it for all that it does: what others loaded may be such.
  if (allocationsWatched() && index >= search.loaded_before && !search.own_names_first)
    redirectImports(*module, allocationImports());
  return 0;
}

int countModule(dl_phdr_info*, size_t, void* count) {
  ++*static_cast<size_t*>(count);
  return 0;
}

void* openAndRedirect(const char* file, int flags) {
  // What is relative to the module that calls is the loader's business with node alone.
  if (file != nullptr && std::strchr(file, '$') != nullptr) return original_dlopen(file, flags);
  Search search{0, (flags & RTLD_DEEPBIND) != 0, 0};
  if (allocationsWatched() && recording()) dl_iterate_phdr(countModule, &search.loaded_before);
  void* handle = original_dlopen(file, flags);
  if (handle == nullptr || !recording()) return handle;
  int error = errno;
  dl_iterate_phdr(redirectModule, &search);
  errno = error;
  return handle;
}

struct NodeModule {
  void** dlopen_slot;
  bool has_search_path;
};

int findNode(dl_phdr_info* module, size_t, void* data) {
  ++modules_at_start;
  seen_loads.store(module->dlpi_adds, std::memory_order_relaxed);
  if (!contains(*module, v8_functions.allocator_vtable)) return 0;
  auto& node = *static_cast<NodeModule*>(data);
  node.dlopen_slot = slotOfImport(*module, "dlopen");
  node.has_search_path = hasSearchPath(*module);
  return 0;
}

}  // namespace

void watchAddons() {
  NodeModule node{};
  dl_iterate_phdr(findNode, &node);
  if (node.dlopen_slot == nullptr || node.has_search_path) return;
  // Filled here, where there is one thread.
  externalImports();
  // With lazy binding the slot may hold a stub still: what is called is the loader's own function.
  original_dlopen = &dlopen;
  void* before = nullptr;
  if (!patchSlot(node.dlopen_slot, reinterpret_cast<void*>(&openAndRedirect), &before))
    original_dlopen = nullptr;
}

bool addonsAvailable() {
  return original_dlopen != nullptr;
}

}  // namespace slabscope::preload
