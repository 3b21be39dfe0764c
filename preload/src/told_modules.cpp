// SPDX-License-Identifier: Apache-2.0
#include "told_modules.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "cfi_unwinder.h"
#include "chain_hash.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

/// The file's absolute path, without a NUL, in `room`; 0 when there is none.
size_t pathOf(const link_map& module, char* room, size_t bytes) {
  if (module.l_name[0] == '\0') {
    ssize_t length = readlink("/proc/self/exe", room, bytes);
    return length > 0 && static_cast<size_t>(length) < bytes ? static_cast<size_t>(length) : 0;
  }
  size_t length = std::strlen(module.l_name);
  if (module.l_name[0] != '/' || length >= bytes) return 0;
  std::memcpy(room, module.l_name, length);
  return length;
}

void tellModule(const dl_find_object& object) {
  char path[PATH_MAX];
  const link_map& module = *object.dlfo_link_map;
  size_t length = pathOf(module, path, sizeof path);
  if (length == 0) return;
  path[length] = '\0';
  struct stat status;
  if (stat(path, &status) != 0) return;
  wire::Module record{};
  record.header = headerOf(wire::RecordKind::kModule, 0, now());
  record.begin = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  record.end = reinterpret_cast<uintptr_t>(object.dlfo_map_end);
  record.bias = module.l_addr;
  record.inode = status.st_ino;
  record.bytes = static_cast<uint32_t>(length);
  emitWithText(record, path, length);
}

}  // namespace

uint64_t identityOf(const dl_find_object& module) {
  void* parts[] = {module.dlfo_map_start, module.dlfo_map_end, module.dlfo_eh_frame, module.dlfo_link_map};
  return hashChain(parts, 4);
}

uint64_t ToldModules::tell(void* const* addresses, uint32_t count) {
  int error = errno;
  ChainHash meaning(count);
  const void* end = nullptr;
  const void* begin = nullptr;
  for (uint32_t index = 0; index < count; ++index) {
    if (addresses[index] >= begin && addresses[index] < end) continue;
    dl_find_object object;
    if (!findModule(reinterpret_cast<uintptr_t>(addresses[index]), object)) continue;
    begin = object.dlfo_map_start;
    end = object.dlfo_map_end;
    uint64_t hash = identityOf(object);
    meaning.add(hash);
    uint64_t& told = entries_[hash % kEntries];
    if (told == hash) continue;
    told = hash;
    tellModule(object);
  }
  errno = error;
  return meaning.value();
}

}  // namespace slabscope::preload
