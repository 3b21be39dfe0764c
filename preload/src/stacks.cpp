// SPDX-License-Identifier: Apache-2.0
#include "stacks.h"

#include <atomic>
#include <climits>
#include <cstring>

#include "capability.h"
#include "cfi_unwinder.h"
#include "chain_hash.h"
#include "eval_origin.h"
#include "fast_ways.h"
#include "isolate.h"
#include "native_stacks.h"
#include "stack_builder.h"
#include "stitcher.h"
#include "thread.h"
#include "told_stacks.h"

namespace slabscope::preload {

namespace {

constexpr const char* kFastStacks = "fast-stacks";

constinit bool fast_stacks_wanted = false;
constinit std::atomic<uint32_t> last_stack_id{0};
constinit ToldStacks told_stacks{};
constinit char agent_path[PATH_MAX];

// The agent's own frames come on top of what the user asked for: the hook, the constructor, `subarray`.
constexpr uint32_t kAgentFrames = 4;

size_t readString(napi_env env, v8::Local<v8::String> text, char* room, size_t bytes) {
  size_t length = 0;
  if (text.slot == nullptr || bytes < 2) return 0;
  // Node-API ends the text with a NUL, cuts it between characters when it is too long, and leaves length 0
  // for what is no string (a script without a name is `undefined`).
  if (napi_get_value_string_utf8(env, reinterpret_cast<napi_value>(text.slot), room, bytes, &length) !=
      napi_ok)
    return 0;
  return length;
}

bool isAgent(const char* file, size_t bytes) {
  return bytes != 0 && std::strlen(agent_path) == bytes && std::memcmp(file, agent_path, bytes) == 0;
}

constexpr size_t kMaxFunctionBytes = 1024;
constexpr size_t kMaxFileBytes = 16 << 10;

size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/// The text that stands for a script without a file; 0 when it will be told later.
size_t evalText(const IsolateState& state, int script, char* room, size_t bytes) {
  uint32_t length = 0;
  const char* text = state.eval_origins.find(script, &length);
  if (text == nullptr && isOriginPending(state, script)) return 0;
  if (text == nullptr) {
    text = "eval";
    length = 4;
  }
  size_t copied = smaller(length, bytes);
  std::memcpy(room, text, copied);
  return copied;
}

/// Has the origins learned of the scripts on this stack that are not known and not waited for.
void learnUnknownOrigins(IsolateState& state, const v8::StackTrace* stack, int count,
                         bool javascript_allowed) {
  UnknownOrigin unknown[PendingOrigins::kFrames];
  uint32_t found = 0;
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  for (int index = 0; index < count && found < PendingOrigins::kFrames; ++index) {
    v8::Local<v8::StackFrame> slot = v8_functions.getFrame(stack, isolate, static_cast<uint32_t>(index));
    auto* frame = reinterpret_cast<v8::StackFrame*>(slot.slot);
    if (frame == nullptr || !v8_functions.isEval(frame)) continue;
    int script = v8_functions.getScriptId(frame);
    uint32_t bytes = 0;
    if (found != 0 && unknown[found - 1].script == script) continue;
    if (state.eval_origins.find(script, &bytes) != nullptr || isOriginPending(state, script)) continue;
    unknown[found++] = {script, v8_functions.getLocation(frame)};
  }
  if (found != 0) learnOrigins(state, unknown, found, javascript_allowed);
}

/// False for a frame of the agent, which is left out.
bool describe(IsolateState& state, const v8::StackFrame* frame, StackBuilder& builder) {
  char* room = builder.textRoom();
  size_t left = builder.textRoomLeft();
  wire::Frame out{};
  size_t function =
      readString(state.env, v8_functions.getFunctionName(frame), room, smaller(left, kMaxFunctionBytes));
  out.function_bytes = static_cast<uint16_t>(function);
  room += function;
  left -= function;
  size_t file =
      readString(state.env, v8_functions.getScriptNameOrSourceUrl(frame), room, smaller(left, kMaxFileBytes));
  if (isAgent(room, file)) return false;
  if (v8_functions.isWasm(frame)) {
    out.kind = wire::FrameKind::kWasm;
  } else if (!v8_functions.isUserJavaScript(frame) && file == 0 && !v8_functions.isEval(frame)) {
    out.kind = wire::FrameKind::kBuiltin;
  }
  if (file == 0 && v8_functions.isEval(frame)) {
    int script = v8_functions.getScriptId(frame);
    file = evalText(state, script, room, smaller(left, kMaxFileBytes));
    if (file == 0) out.script = static_cast<uint32_t>(script);
  }
  out.file_bytes = static_cast<uint16_t>(file);
  v8::Location location = v8_functions.getLocation(frame);
  if (out.kind == wire::FrameKind::kJs || out.kind == wire::FrameKind::kWasm) {
    out.line = location.line >= 0 ? static_cast<uint32_t>(location.line) + 1 : 0;
    out.column = location.column >= 0 ? static_cast<uint32_t>(location.column) + 1 : 0;
  }
  builder.add(out);
  return true;
}

/// The id of the stack that was put together; 0 where its definition was dropped: an id without a meaning
/// must not be remembered.
uint32_t idOf(const IsolateState& state, StackBuilder& builder, uint64_t meaning) {
  const uint64_t content = builder.content(meaning, state.id);
  if (uint32_t told = told_stacks.find(content)) return told;
  uint32_t id = nextStackId();
  if (!builder.emitAs(id, state.id)) return 0;
  told_stacks.add(content, id);
  return id;
}

// V8 walks its own frames, deoptimisation data and all. This may itself collect garbage.
uint32_t resolve(IsolateState& state, const Chain& chain, bool javascript_allowed) {
  if (state.scratch == nullptr) state.scratch = static_cast<char*>(mapPages(kMaxRecordBytes));
  if (state.scratch == nullptr) return 0;
  napi_handle_scope scope;
  if (napi_open_handle_scope(state.env, &scope) != napi_ok) return 0;
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  uint32_t depth = process.options.stack_depth;
  v8::Local<v8::StackTrace> trace = v8_functions.currentStackTrace(
      isolate, static_cast<int>(depth + kAgentFrames), v8::kDetailedAcrossOrigins);
  uint32_t id = 0;
  if (trace.slot != nullptr) {
    StackBuilder builder(state.scratch);
    auto* stack = reinterpret_cast<v8::StackTrace*>(trace.slot);
    int count = v8_functions.getFrameCount(stack);
    learnUnknownOrigins(state, stack, count, javascript_allowed);
    uint64_t meaning = 0;
    if (chain.natives != nullptr)
      meaning = state.told_modules.tell(chain.natives->addresses, chain.natives->count);
    bool all = static_cast<uint32_t>(count) < depth + kAgentFrames;
    Stitcher stitcher(isolate, chain, stack, static_cast<uint32_t>(count), all, builder);
    stitcher.addAbove(javascript_allowed);
    uint32_t described = 0;
    int index = 0;
    for (; index < count && described < depth; ++index) {
      if (!builder.hasRoom()) {
        builder.markFull();
        break;
      }
      stitcher.addBetween(static_cast<uint32_t>(index));
      v8::Local<v8::StackFrame> frame = v8_functions.getFrame(stack, isolate, static_cast<uint32_t>(index));
      if (frame.slot != nullptr && describe(state, reinterpret_cast<v8::StackFrame*>(frame.slot), builder))
        ++described;
    }
    if (index == count) stitcher.addBeneath(static_cast<uint32_t>(count));
    if (builder.count() != 0) id = idOf(state, builder, meaning);
  }
  napi_close_handle_scope(state.env, scope);
  return id;
}

[[gnu::noinline]] size_t sample(v8::Isolate* isolate, void** frames, size_t limit, v8::SampleInfo* info) {
  v8::RegisterState registers{};
  registers.pc = __builtin_return_address(0);
  registers.fp = __builtin_frame_address(0);
  registers.sp = __builtin_frame_address(0);
  v8_functions.getStackSample(isolate, registers, frames, limit, info);
  return info->frames_count;
}

uint32_t captureChain(IsolateState& state, uint64_t hash, const Chain& chain, bool javascript_allowed) {
  const uint32_t* known = state.stacks.find(hash);
  if (SLABSCOPE_LIKELY(known != nullptr)) return *known;
  if (dropsStacks()) return 0;
  uint32_t epoch = state.stacks.epoch();
  uint32_t id = resolve(state, chain, javascript_allowed);
  if (id != 0) state.stacks.insert(hash, id, epoch);
  return id;
}

/// One JavaScript stack above other native frames is another stack.
[[gnu::noinline]] uint32_t captureMixed(IsolateState& state, void* const* frames, size_t count,
                                        bool javascript_allowed) {
  NativeFrames natives;
  walkFrames(state.isolate.load(std::memory_order_relaxed), natives);
  void* both[kChainLimit + NativeFrames::kLimit];
  std::memcpy(both, frames, count * sizeof(void*));
  std::memcpy(both + count, natives.addresses, natives.count * sizeof(void*));
  return captureChain(state, hashChain(both, count + natives.count), {frames, count, &natives},
                      javascript_allowed);
}

uint32_t captureJs(IsolateState& state, void* const* frames, size_t count, bool javascript_allowed) {
  if (SLABSCOPE_UNLIKELY(nativeFramesWanted())) return captureMixed(state, frames, count, javascript_allowed);
  return captureChain(state, hashChain(frames, count), {frames, count, nullptr}, javascript_allowed);
}

void giveUpFastStacks(IsolateState& state) {
  state.fast_stacks.giveUp();
  tellCapability(kFastStacks, false,
                 "V8's own account of a stack differed: all are taken from V8, which costs more");
}

/// Asks V8. `expected`: what is known of the stack already, and is to be confirmed.
[[gnu::noinline]] uint32_t captureByV8(IsolateState* state, const FastStacks::Known* expected,
                                       bool javascript_allowed) {
  void* frames[kChainLimit];
  v8::SampleInfo info{};
  size_t count = 0;
  v8::Isolate* isolate = nullptr;
  if (state != nullptr) {
    isolate = state->isolate.load(std::memory_order_relaxed);
    count = sample(isolate, frames, kChainLimit, &info);
  }
  if (count == 0) return info.vm_state != v8::kVmStateGc ? captureNativeStack() : 0;
  // Without the agent there is no handle scope to resolve under; a native unwinder must not walk JIT frames.
  if (state->env == nullptr) return 0;
  FastStacks::Fresh fresh;
  bool explained =
      count < kChainLimit && state->fast_stacks.ready() &&
      state->fast_stacks.explain(isolate, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)),
                                 {frames, count}, fresh);
  if (expected != nullptr) {
    if (explained && expected->proof == fresh.explanation.proof &&
        expected->interpreted == fresh.explanation.interpreted)
      return expected->stack;
    giveUpFastStacks(*state);
    explained = false;
  }
  uint32_t id = captureJs(*state, frames, count, javascript_allowed);
  if (explained && id != 0) state->fast_stacks.remember(fresh, id);
  return id;
}

}  // namespace

uint32_t nextStackId() {
  return last_stack_id.fetch_add(1, std::memory_order_relaxed) + 1;
}

uint32_t captureStack(IsolateState* state, bool javascript_allowed) {
  if (process.options.stack_depth == 0 || paused()) return 0;
  ThreadState& thread = thread_state;
  if (thread.in_capture) return 0;
  thread.in_capture = true;
  const FastStacks::Known* known = nullptr;
  if (state != nullptr && state->env != nullptr && state->fast_stacks.ready())
    known = state->fast_stacks.find(state->isolate.load(std::memory_order_relaxed),
                                    reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
  uint32_t id = SLABSCOPE_LIKELY(known != nullptr && !state->fast_stacks.isCheckDue())
                    ? known->stack
                    : captureByV8(state, known, javascript_allowed);
  thread.in_capture = false;
  return id;
}

// Native frames between those of JavaScript are not walked.
void initialiseFastStacks() {
  fast_stacks_wanted = process.options.stack_depth != 0 && process.options.native == 0 &&
                       v8_functions.copyCodePages != nullptr && initialiseStackBounds() &&
                       initialiseCfiUnwinder() && isWayWanted(kFastStacks);
}

void learnFrames(IsolateState& state) {
  ThreadState& thread = thread_state;
  if (!fast_stacks_wanted || thread.in_capture) return;
  thread.in_capture = true;
  void* frames[kChainLimit];
  v8::SampleInfo info{};
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  size_t count = sample(isolate, frames, kChainLimit, &info);
  if (count != 0 && count < kChainLimit)
    state.fast_stacks.learn(isolate, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)),
                            {frames, count});
  thread.in_capture = false;
}

void concludeFrames(IsolateState& state) {
  if (process.options.stack_depth == 0 || process.options.native != 0) return;
  const char* problem = fast_stacks_wanted
                            ? state.fast_stacks.conclude()
                            : "switched off, or this node or this C library cannot tell what they need";
  tellCapability(kFastStacks, problem == nullptr, problem);
}

// Every isolate tells the same path; the main one tells it before there is another to read it.
void setAgentPath(const char* path) {
  if (agent_path[0] == '\0') std::strncpy(agent_path, path, sizeof agent_path - 1);
}

bool stacksAvailable() {
  const V8Functions& v8 = v8_functions;
  return v8.currentStackTrace != nullptr && v8.getFrame != nullptr && v8.getFrameCount != nullptr &&
         v8.getLocation != nullptr && v8.getScriptId != nullptr && v8.getScriptNameOrSourceUrl != nullptr &&
         v8.getFunctionName != nullptr && v8.isEval != nullptr && v8.isWasm != nullptr &&
         v8.isUserJavaScript != nullptr;
}

}  // namespace slabscope::preload
