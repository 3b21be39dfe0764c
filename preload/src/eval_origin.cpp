// SPDX-License-Identifier: Apache-2.0
#include "eval_origin.h"

#include <cstring>

#include "isolate.h"

namespace slabscope::preload {

namespace {

constexpr size_t kMaxOriginBytes = 4096;
constexpr char kUnknown[] = "eval";

constinit thread_local IsolateState* learner __attribute__((tls_model("initial-exec"))) = nullptr;

bool callGetter(napi_env env, napi_value site, const char* name, napi_value* result) {
  napi_value getter;
  return napi_get_named_property(env, site, name, &getter) == napi_ok &&
         napi_call_function(env, site, getter, 0, nullptr, result) == napi_ok;
}

// Call sites carry no script id, but they list the same frames as a StackTrace taken here and now.
void learn(IsolateState& state, napi_value sites) {
  napi_env env = state.env;
  uint32_t count = 0;
  if (napi_get_array_length(env, sites, &count) != napi_ok || count == 0) return;
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  v8::Local<v8::StackTrace> trace =
      v8_functions.currentStackTrace(isolate, static_cast<int>(count), v8::kDetailedAcrossOrigins);
  if (trace.slot == nullptr) return;
  auto* stack = reinterpret_cast<v8::StackTrace*>(trace.slot);
  if (v8_functions.getFrameCount(stack) != static_cast<int>(count)) return;
  char text[kMaxOriginBytes];
  for (uint32_t index = 0; index < count; ++index) {
    v8::Local<v8::StackFrame> slot = v8_functions.getFrame(stack, isolate, index);
    if (slot.slot == nullptr) continue;
    auto* frame = reinterpret_cast<v8::StackFrame*>(slot.slot);
    uint32_t known = 0;
    if (!v8_functions.isEval(frame)) continue;
    int script = v8_functions.getScriptId(frame);
    if (state.eval_origins.find(script, &known) != nullptr) continue;
    napi_value site;
    napi_value origin;
    size_t bytes = 0;
    if (napi_get_element(env, sites, index, &site) != napi_ok ||
        !callGetter(env, site, "getEvalOrigin", &origin) ||
        napi_get_value_string_utf8(env, origin, text, sizeof text, &bytes) != napi_ok || bytes == 0) {
      continue;
    }
    state.eval_origins.insert(script, text, static_cast<uint32_t>(bytes));
  }
}

// Stands in for node::PrepareStackTraceCallback while an Error of ours is formatted, so that neither Node's
// formatter nor a program's Error.prepareStackTrace runs.
v8::MaybeLocal<v8::Value> readSites(v8::Local<v8::Context>, v8::Local<v8::Value> error,
                                    v8::Local<v8::Array> sites) {
  if (learner != nullptr) learn(*learner, reinterpret_cast<napi_value>(sites.slot));
  return {error.slot};
}

void learnFromError(IsolateState& state) {
  napi_env env = state.env;
  bool pending = true;
  if (napi_is_exception_pending(env, &pending) != napi_ok || pending) return;
  napi_value message;
  napi_value error;
  napi_value stack;
  if (napi_create_string_utf8(env, "", 0, &message) != napi_ok ||
      napi_create_error(env, nullptr, message, &error) != napi_ok) {
    return;
  }
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  learner = &state;
  v8_functions.setPrepareStackTraceCallback(isolate, readSites);
  napi_get_named_property(env, error, "stack", &stack);
  v8_functions.setPrepareStackTraceCallback(isolate, v8_functions.nodePrepareStackTrace);
  learner = nullptr;
  napi_is_exception_pending(env, &pending);
  if (pending) napi_get_and_clear_last_exception(env, &stack);
}

}  // namespace

size_t evalOrigin(IsolateState& state, int script, char* room, size_t bytes) {
  uint32_t length = 0;
  const char* text = state.eval_origins.find(script, &length);
  if (text == nullptr && evalOriginsAvailable()) {
    learnFromError(state);
    text = state.eval_origins.find(script, &length);
  }
  if (text == nullptr) {
    text = kUnknown;
    length = sizeof kUnknown - 1;
  }
  size_t copied = length < bytes ? length : bytes;
  std::memcpy(room, text, copied);
  return copied;
}

bool evalOriginsAvailable() {
  return v8_functions.setPrepareStackTraceCallback != nullptr &&
         v8_functions.nodePrepareStackTrace != nullptr;
}

}  // namespace slabscope::preload
