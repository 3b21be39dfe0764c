// SPDX-License-Identifier: Apache-2.0
// The constructor and the destructor of the shim.
#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "addon_loading.h"
#include "agent_option.h"
#include "allocations.h"
#include "attach.h"
#include "capability.h"
#include "external_stores.h"
#include "native_frames.h"
#include "native_stacks.h"
#include "process.h"
#include "serializers.h"
#include "stacks.h"
#include "store_hooks.h"
#include "thread.h"
#include "v8_abi.h"

namespace slabscope::preload {

namespace {

/// The lib folder, which has ../bin/slabscope and slabscope/agent.cjs around it. This library lies in it as
/// built, and in slabscope/ beneath it as installed.
bool findLibFolder(char* directory, size_t bytes) {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&findLibFolder), &info) == 0) return false;
  char whole[PATH_MAX];
  if (realpath(info.dli_fname, whole) == nullptr) return false;
  char* slash = std::strrchr(whole, '/');
  if (slash == nullptr) return false;
  *slash = '\0';
  constexpr char kInstalled[] = "/slabscope";
  const size_t length = std::strlen(whole);
  constexpr size_t kSuffix = sizeof kInstalled - 1;
  if (length > kSuffix && std::strcmp(whole + length - kSuffix, kInstalled) == 0)
    whole[length - kSuffix] = '\0';
  return static_cast<size_t>(std::snprintf(directory, bytes, "%s", whole)) < bytes;
}

// Preloaded, our malloc is everybody's. A program that loads us some other way is not ours to record.
bool isPreloaded() {
  return dlsym(RTLD_DEFAULT, "malloc") == reinterpret_cast<void*>(&std::malloc);
}

/// Why a capability that the agent gives is missing although it runs; nullptr where it is wanted.
const char* whySwitchedOff(const char* name) {
  const wire::Options& options = process.options;
  const bool slices = std::strcmp(name, "slices") == 0;
  const bool liveness = std::strcmp(name, "liveness") == 0;
  if ((slices || liveness) && options.slices == 0) return "switched off by --no-slices";
  if (liveness && options.liveness == 0) return "switched off by --no-liveness";
  if (std::strcmp(name, "stacks") == 0 && options.stack_depth == 0) return "switched off by --stacks=off";
  return nullptr;
}

void startAgent(int argc, char** argv, const char* directory) {
  char agent[PATH_MAX];
  std::snprintf(agent, sizeof agent, "%s/slabscope/agent.cjs", directory);
  const char* objection = whyNoAgent(argc, argv, agent);
  if (objection == nullptr && !requireAgent(agent)) objection = "the environment is full";
  // Unless the agent runs and says otherwise:
  const char* detail = objection != nullptr ? objection : "the agent did not run";
  for (const char* name : {"slices", "liveness", "marks", "memory", "stacks"}) {
    const char* off = whySwitchedOff(name);
    tellCapability(name, false, off != nullptr ? off : detail);
  }
  if (objection == nullptr) {
    char pid[16];
    std::snprintf(pid, sizeof pid, "%d", static_cast<int>(getpid()));
    setenv("SLABSCOPE_PID", pid, 1);
  } else {
    complain("no slices and no JavaScript callers are recorded: ", objection);
  }
}

// What node's allocator is not asked for, or is not told.
void tellLimits() {
  for (const char* name : {"resizable-stores", "wasm-stores"}) {
    tellCapability(name, false, "the agent did not run");
  }
  tellExternalStores(addonsAvailable(), false);
  tellCapability("store-moves", false, "the agent did not run");
  tellAllocations(addonsAvailable());
  tellCapability("shared-kind", false,
                 "an allocator is not told whether a store is shared: it counts as arraybuffer");
}

[[gnu::constructor]] void start(int argc, char** argv, char**) {
  if (!findV8() || !isPreloaded()) return;
  char directory[PATH_MAX - 64];
  if (!findLibFolder(directory, sizeof directory)) return;
  char collector[PATH_MAX];
  std::snprintf(collector, sizeof collector, "%s/../bin/slabscope", directory);
  if (!attachToCollector(collector)) return;
  initialiseThreads();
  initialiseClock();
  *process.live = 1;
  process.header->attached.store(1, std::memory_order_release);
  const char* problem = hookStores();
  tellCapability("stores", problem == nullptr, problem);
  if (problem != nullptr) {
    complain("no backing stores are recorded: ", problem);
    return;
  }
  tellCapability("native-stacks", initialiseNativeStacks(), "libgcc_s.so.1 cannot be loaded");
  tellFastNativeStacks();
  if (process.options.native != 0) {
    tellCapability("native-frames", initialiseNativeFrames(),
                   "this node or this C library cannot tell what an unwinder needs");
  }
  tellClock();
  initialiseFastStacks();
  watchAllocations();
  watchAddons();
  watchSerializers();
  tellLimits();
  startAgent(argc, argv, directory);
}

[[gnu::destructor]] void end() {
  if (recording()) process.header->exit_begun.store(1, std::memory_order_release);
}

}  // namespace
}  // namespace slabscope::preload
