// SPDX-License-Identifier: Apache-2.0
// The exec family, interposed: what we have put into the environment for this process's own node is taken out
// again before another program gets it. That program may be a node in which there is no shim, as in a new
// root or for another user, and which cannot read the agent; where there is one, it puts its own in.
//
// Runs in forked children too, where a lock may be held for ever: all is done on the stack.
#include <sys/types.h>

#include <cstddef>
#include <cstring>

#include "agent_option.h"
#include "next_functions.h"

extern "C" char** environ;

// One line a function: name, parameters.
#define SLABSCOPE_EXEC_FAMILY(X)                                                              \
  X(execve, (const char*, char* const*, char* const*))                                        \
  X(execvpe, (const char*, char* const*, char* const*))                                       \
  X(posix_spawn, (pid_t*, const char*, const void*, const void*, char* const*, char* const*)) \
  X(posix_spawnp, (pid_t*, const char*, const void*, const void*, char* const*, char* const*))

namespace {

struct Next {
#define DECLARE(name, parameters) int(*name) parameters;
  SLABSCOPE_EXEC_FAMILY(DECLARE)
#undef DECLARE
};
constinit Next next{};

// Before there is a thread that could hold the loader's lock while another one forks.
[[gnu::constructor(101)]] void lookUpAll() {
#define LOOK_UP(name, parameters) slabscope::preload::lookUpNext(next.name, #name);
  SLABSCOPE_EXEC_FAMILY(LOOK_UP)
#undef LOOK_UP
}

inline const Next& ready() {
  if (__builtin_expect(next.execve == nullptr, 0)) lookUpAll();
  return next;
}

// More than this is not put on a stack, and passed on as it is.
constexpr size_t kMaxBytes = 256 << 10;

/// Calls call(environment) with the environment as the program would have it without us.
template <class Call>
int withoutOurs(char* const* environment, Call call) {
  using namespace slabscope::preload;
  if (environment == nullptr || !hasRequiredAgent()) return call(environment);
  size_t entries = 0;
  size_t text = 0;
  for (char* const* entry = environment; *entry != nullptr; ++entry) {
    ++entries;
    if (isNodeOptions(*entry)) text += std::strlen(*entry) + 1;
  }
  size_t bytes = (entries + 1) * sizeof(char*) + text;
  if (bytes > kMaxBytes) return call(environment);
  auto** cleaned = static_cast<char**>(__builtin_alloca(bytes));
  auto* room = reinterpret_cast<char*>(cleaned + entries + 1);
  size_t kept = 0;
  for (char* const* entry = environment; *entry != nullptr; ++entry) {
    if (isOwnVariable(*entry)) continue;
    if (!isNodeOptions(*entry)) {
      cleaned[kept++] = *entry;
    } else if (size_t length = withoutAgent(*entry, room); length != 0) {
      cleaned[kept++] = room;
      room += length + 1;
    }
  }
  cleaned[kept] = nullptr;
  return call(static_cast<char* const*>(cleaned));
}

}  // namespace

extern "C" {

SLABSCOPE_EXPORT int execve(const char* path, char* const* arguments, char* const* environment) {
  return withoutOurs(environment,
                     [&](char* const* cleaned) { return ready().execve(path, arguments, cleaned); });
}

SLABSCOPE_EXPORT int execv(const char* path, char* const* arguments) {
  return execve(path, arguments, environ);
}

SLABSCOPE_EXPORT int execvpe(const char* file, char* const* arguments, char* const* environment) {
  return withoutOurs(environment,
                     [&](char* const* cleaned) { return ready().execvpe(file, arguments, cleaned); });
}

SLABSCOPE_EXPORT int execvp(const char* file, char* const* arguments) {
  return execvpe(file, arguments, environ);
}

SLABSCOPE_EXPORT int posix_spawn(pid_t* pid, const char* path, const void* actions, const void* attributes,
                                 char* const* arguments, char* const* environment) {
  return withoutOurs(environment, [&](char* const* cleaned) {
    return ready().posix_spawn(pid, path, actions, attributes, arguments, cleaned);
  });
}

SLABSCOPE_EXPORT int posix_spawnp(pid_t* pid, const char* file, const void* actions, const void* attributes,
                                  char* const* arguments, char* const* environment) {
  return withoutOurs(environment, [&](char* const* cleaned) {
    return ready().posix_spawnp(pid, file, actions, attributes, arguments, cleaned);
  });
}

}  // extern "C"
