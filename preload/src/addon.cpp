// SPDX-License-Identifier: Apache-2.0
// The shim as a Node-API addon: what agent.cjs calls. Loaded once an isolate, by process.dlopen of this very
// library.
#include <atomic>
#include <cstring>

#include "addon_loading.h"
#include "capability.h"
#include "direct_calls.h"
#include "eval_origin.h"
#include "external_stores.h"
#include "isolate.h"
#include "mapped_stores.h"
#include "process.h"
#include "serializers.h"
#include "slices.h"
#include "stacks.h"
#include "thread.h"
#include "transfers.h"
#include "views.h"

namespace slabscope::preload {

namespace {

size_t textOf(napi_env env, napi_value value, char* room, size_t bytes) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, room, bytes, &length) != napi_ok) return 0;
  return length;
}

/// The first `wanted` arguments of a call, also before onStart() and during the isolate's end. nullptr where
/// there are fewer, or nothing is recorded.
IsolateState* argumentsAtAnyTime(napi_env env, napi_callback_info info, size_t wanted, napi_value* argv) {
  size_t argc = wanted;
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &data) != napi_ok || argc < wanted || !recording())
    return nullptr;
  return static_cast<IsolateState*>(data);
}

/// The same; nullptr also before onStart() and once the isolate's end has begun.
IsolateState* argumentsOf(napi_env env, napi_callback_info info, size_t wanted, napi_value* argv) {
  IsolateState* state = argumentsAtAnyTime(env, info, wanted, argv);
  return state != nullptr && state->env != nullptr ? state : nullptr;
}

/// slice(view, parent or undefined)
napi_value onSlice(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &data) != napi_ok || argc == 0 || !recording() ||
      paused())
    return nullptr;
  auto* state = static_cast<IsolateState*>(data);
  napi_valuetype type = napi_undefined;
  if (argc < 2 || napi_typeof(env, argv[1], &type) != napi_ok || type == napi_undefined) argv[1] = nullptr;
  if (state->env != nullptr) recordSlice(*state, argv[0], argv[1]);
  return nullptr;
}

/// plain(view)
napi_value onPlain(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  if (IsolateState* state = argumentsAtAnyTime(env, info, 1, argv)) keepPlainView(*state, env, argv[0]);
  return nullptr;
}

/// called(): whether sliceCall may be used.
napi_value onCalled(napi_env env, napi_callback_info info) {
  napi_value answer;
  IsolateState* state = argumentsAtAnyTime(env, info, 0, nullptr);
  if (state == nullptr || napi_get_boolean(env, concludeSliceCall(*state), &answer) != napi_ok)
    return nullptr;
  return answer;
}

/// mark(name)
napi_value onMark(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  IsolateState* state = argumentsAtAnyTime(env, info, 1, argv);
  if (state == nullptr) return nullptr;
  char name[1024];
  wire::Mark record{};
  record.header = headerOf(wire::RecordKind::kMark, 0, now());
  record.isolate = state->id;
  record.bytes = static_cast<uint32_t>(textOf(env, argv[0], name, sizeof name));
  emitWithText(record, name, record.bytes);
  return nullptr;
}

/// memory(rss, heapTotal, heapUsed, external, arrayBuffers)
napi_value onMemory(napi_env env, napi_callback_info info) {
  napi_value argv[5];
  IsolateState* state = argumentsAtAnyTime(env, info, 5, argv);
  if (state == nullptr) return nullptr;
  wire::Memory record{};
  record.header = headerOf(wire::RecordKind::kMemory, sizeof record, now());
  record.isolate = state->id;
  uint64_t* const figures[5] = {&record.rss, &record.heap_total, &record.heap_used, &record.external,
                                &record.array_buffers};
  for (size_t index = 0; index < 5; ++index) {
    double figure = 0;
    if (napi_get_value_double(env, argv[index], &figure) != napi_ok) return nullptr;
    *figures[index] = static_cast<uint64_t>(figure);
  }
  emit(record);
  tellClock();
  return nullptr;
}

void tellRuntime(napi_env env, wire::RuntimeKey key, napi_value value) {
  char text[128];
  wire::RuntimeInfo record{};
  record.header = headerOf(wire::RecordKind::kRuntimeInfo, 0, now());
  record.key = key;
  record.bytes = static_cast<uint32_t>(textOf(env, value, text, sizeof text));
  emitWithText(record, text, record.bytes);
}

/// onSerializer(callback)
napi_value onSerializer(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  if (IsolateState* state = argumentsOf(env, info, 1, argv)) awaitSerializer(*state, argv[0]);
  return nullptr;
}

/// wrapRelease(releaseBuffer)
napi_value onWrapRelease(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  IsolateState* state = argumentsOf(env, info, 1, argv);
  return state != nullptr ? wrapRelease(*state, argv[0]) : nullptr;
}

/// wrapPost(postMessage, gather)
napi_value onWrapPost(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  IsolateState* state = argumentsOf(env, info, 2, argv);
  return state != nullptr ? wrapPost(*state, argv[0], argv[1]) : nullptr;
}

/// moves(what is wrong, '' when nothing is)
napi_value onMoves(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  if (argumentsOf(env, info, 1, argv) == nullptr) return nullptr;
  char problem[256];
  problem[textOf(env, argv[0], problem, sizeof problem)] = '\0';
  tellMoves(problem);
  return nullptr;
}

/// thread(number, whether this isolate started it)
napi_value onThread(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  double number = 0;
  bool started = false;
  IsolateState* state = argumentsOf(env, info, 2, argv);
  if (state == nullptr || napi_get_value_double(env, argv[0], &number) != napi_ok ||
      napi_get_value_bool(env, argv[1], &started) != napi_ok)
    return nullptr;
  if (started) {
    tellStartedThread(*state, static_cast<int64_t>(number));
  } else {
    tellOwnThread(*state, static_cast<int64_t>(number));
  }
  return nullptr;
}

/// learn(callback?): looks at the stack that calls, or calls back, so that C++ is part of the stacks there.
napi_value onLearn(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &data) != napi_ok || !recording()) return nullptr;
  napi_value self;
  if (argc == 0) {
    learnFrames(*static_cast<IsolateState*>(data));
  } else if (napi_get_undefined(env, &self) == napi_ok) {
    napi_call_function(env, self, argv[0], 0, nullptr, nullptr);
  }
  return nullptr;
}

/// learned(): all stacks have been shown.
napi_value onLearned(napi_env env, napi_callback_info info) {
  if (IsolateState* state = argumentsOf(env, info, 0, nullptr)) concludeFrames(*state);
  return nullptr;
}

// --debug-arraybuffer-allocations puts an allocator of its own in the place of the one that is hooked. A
// slice is told by its store.
void tellOtherAllocator() {
  constexpr const char* kWhy = "ArrayBuffers do not come from node's usual allocator";
  static constinit std::atomic<bool> told{false};
  for (const char* name : {"stores", "slices", "liveness"}) tellCapability(name, false, kWhy);
  if (!told.exchange(true)) complain("no backing stores and no slices are recorded: ", kWhy);
}

/// start(the agent's script, nodeVersion, v8Version, poolSize, what the agent could hook: slices, marks,
/// memory)
napi_value onStart(napi_env env, napi_callback_info info) {
  napi_value argv[7];
  IsolateState* state = argumentsAtAnyTime(env, info, 7, argv);
  if (state == nullptr) return nullptr;
  char path[4096];
  path[textOf(env, argv[0], path, sizeof path)] = '\0';
  setAgentPath(path);
  tellRuntime(env, wire::RuntimeKey::kNodeVersion, argv[1]);
  tellRuntime(env, wire::RuntimeKey::kV8Version, argv[2]);
  tellRuntime(env, wire::RuntimeKey::kPoolSize, argv[3]);
  char problem[256];
  auto told = [&](size_t index) {
    problem[textOf(env, argv[index], problem, sizeof problem)] = '\0';
    return problem[0] == '\0';
  };
  bool slices = told(4);
  if (process.options.slices != 0) tellCapability("slices", slices, problem);
  if (process.options.slices != 0 && process.options.liveness != 0) {
    tellCapability("liveness", slices && livenessAvailable(), "this V8 does not export its weak handles");
  }
  if (process.options.slices != 0) tellViews(*state);
  tellCapability("marks", told(5), problem);
  tellCapability("memory", told(6), problem);
  if (process.options.stack_depth != 0) {
    tellCapability("stacks", stacksAvailable(), "this V8 does not export StackTrace and StackFrame");
    tellCapability("eval-origins", evalOriginsAvailable(),
                   "this node does not export its stack trace callback");
  }
  if (!usesNodeAllocator(*state)) tellOtherAllocator();
  tellExternalStores(addonsAvailable(), serializersAvailable());
  const char* no_mapped_stores = whyNoMappedStores();
  for (const char* name : {"resizable-stores", "wasm-stores"})
    tellCapability(name, no_mapped_stores == nullptr, no_mapped_stores);
  // Only now: from here on stacks can be resolved, and the agent's own frames be known.
  if (stacksAvailable()) state->env = env;
  return nullptr;
}

void tellCollection(const IsolateState& state, wire::RecordKind kind, v8::GCType type) {
  if (!recording()) return;
  wire::Gc record{};
  record.header = headerOf(kind, sizeof record, now());
  record.isolate = state.id;
  record.type = static_cast<uint32_t>(type);
  emit(record);
}

void onCollectionBegin(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags, void* data) {
  auto* state = static_cast<IsolateState*>(data);
  state->fast_stacks.beginCollection();
  if (type == v8::kGCTypeScavenge) state->slices.fetchYoung();
  tellCollection(*state, wire::RecordKind::kGcBegin, type);
}

void onCollectionEnd(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags, void* data) {
  auto* state = static_cast<IsolateState*>(data);
  // Code and bytecode move and die in full collections only.
  bool code_moved = type == v8::kGCTypeMarkSweepCompact;
  if (code_moved) state->stacks.invalidate();
  state->fast_stacks.endCollection(code_moved);
  findPlainMap(*state);
  tellDeadSlices(*state, type);
  tellCollection(*state, wire::RecordKind::kGcEnd, type);
}

void onEnvironmentEnd(void* data) {
  endIsolate(*static_cast<IsolateState*>(data));
}

bool watchCollections(IsolateState& state) {
  if (v8_functions.addGcPrologueCallback == nullptr || v8_functions.addGcEpilogueCallback == nullptr)
    return false;
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  v8_functions.addGcPrologueCallback(isolate, onCollectionBegin, &state, v8::kGCTypeAll);
  v8_functions.addGcEpilogueCallback(isolate, onCollectionEnd, &state, v8::kGCTypeAll);
  return true;
}

bool addFunction(napi_env env, napi_value object, const char* name, napi_callback callback,
                 IsolateState* state) {
  napi_value function;
  return napi_create_function(env, name, std::strlen(name), callback, state, &function) == napi_ok &&
         napi_set_named_property(env, object, name, function) == napi_ok;
}

bool addFlag(napi_env env, napi_value object, const char* name, bool value) {
  napi_value flag;
  return napi_get_boolean(env, value, &flag) == napi_ok &&
         napi_set_named_property(env, object, name, flag) == napi_ok;
}

}  // namespace
}  // namespace slabscope::preload

/// Node looks this up after dlopen. What it returns is the agent's `module.exports`; it stays empty where
/// nothing is recorded.
extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env,
                                                                                     napi_value exports) {
  using namespace slabscope::preload;
  if (!recording()) return exports;
  IsolateState* state = currentIsolate();
  // Without collections being seen, a remembered stack could be another one's by now.
  if (state == nullptr || state->env != nullptr || !watchCollections(*state)) return exports;
  napi_add_env_cleanup_hook(env, onEnvironmentEnd, state);
  bool complete = addFunction(env, exports, "slice", onSlice, state) &&
                  addFunction(env, exports, "plain", onPlain, state) &&
                  addFunction(env, exports, "called", onCalled, state) &&
                  addFunction(env, exports, "mark", onMark, state) &&
                  addFunction(env, exports, "memory", onMemory, state) &&
                  addFunction(env, exports, "start", onStart, state) &&
                  addFunction(env, exports, "learn", onLearn, state) &&
                  addFunction(env, exports, "learned", onLearned, state) &&
                  addFunction(env, exports, "onSerializer", onSerializer, state) &&
                  addFunction(env, exports, "wrapRelease", onWrapRelease, state) &&
                  addFunction(env, exports, "wrapPost", onWrapPost, state) &&
                  addFunction(env, exports, "moves", onMoves, state) &&
                  addFunction(env, exports, "thread", onThread, state) &&
                  addFlag(env, exports, "main", state->id == 0) &&
                  addFlag(env, exports, "slices", process.options.slices != 0);
  if (napi_value call = makeSliceCall(*state, env); complete && call != nullptr)
    complete = napi_set_named_property(env, exports, "sliceCall", call) == napi_ok;
  if (complete) addFlag(env, exports, "active", true);
  return exports;
}
