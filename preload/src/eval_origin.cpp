// SPDX-License-Identifier: Apache-2.0
#include "eval_origin.h"

#include <cstring>

#include "isolate.h"

namespace slabscope::preload {

namespace {

constexpr size_t kMaxOriginBytes = 4096;
constexpr char kUnknown[] = "eval";

constinit thread_local IsolateState* learner __attribute__((tls_model("initial-exec"))) = nullptr;

/// The call sites of an Error, innermost first.
class CallSites {
 public:
  CallSites(napi_env env, napi_value sites) : env_(env), sites_(sites) {
    napi_get_array_length(env, sites, &count_);
  }

  /// The next site at this place, or null. Sites that V8's list of frames leaves out (its own functions,
  /// callers beyond an `await`) are stepped over.
  napi_value advanceTo(v8::Location location) {
    for (uint32_t index = next_; index < count_; ++index) {
      napi_value site;
      if (napi_get_element(env_, sites_, index, &site) != napi_ok) return nullptr;
      if (number(site, "getLineNumber") != location.line + 1 ||
          number(site, "getColumnNumber") != location.column + 1) {
        continue;
      }
      next_ = index + 1;
      return site;
    }
    return nullptr;
  }

  /// The text of the site's eval origin; 0 where there is none.
  size_t origin(napi_value site, char* text, size_t bytes) const {
    napi_value value;
    size_t length = 0;
    if (!call(site, "getEvalOrigin", &value) ||
        napi_get_value_string_utf8(env_, value, text, bytes, &length) != napi_ok) {
      return 0;
    }
    return length;
  }

 private:
  bool call(napi_value site, const char* name, napi_value* result) const {
    napi_value getter;
    return napi_get_named_property(env_, site, name, &getter) == napi_ok &&
           napi_call_function(env_, site, getter, 0, nullptr, result) == napi_ok;
  }

  double number(napi_value site, const char* name) const {
    napi_value value;
    double result = 0;
    return call(site, name, &value) && napi_get_value_double(env_, value, &result) == napi_ok ? result : 0;
  }

  napi_env env_;
  napi_value sites_;
  uint32_t count_ = 0;
  uint32_t next_ = 0;
};

// Call sites carry no script id: they are matched, by place and in order, with the frames of a StackTrace
// taken here and now.
void learn(IsolateState& state, napi_value array) {
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  constexpr int kFrames = 128;
  v8::Local<v8::StackTrace> trace =
      v8_functions.currentStackTrace(isolate, kFrames, v8::kDetailedAcrossOrigins);
  if (trace.slot == nullptr) return;
  auto* stack = reinterpret_cast<v8::StackTrace*>(trace.slot);
  auto count = static_cast<uint32_t>(v8_functions.getFrameCount(stack));
  CallSites sites(state.env, array);
  char text[kMaxOriginBytes];
  for (uint32_t index = 0; index < count; ++index) {
    v8::Local<v8::StackFrame> slot = v8_functions.getFrame(stack, isolate, index);
    if (slot.slot == nullptr) continue;
    auto* frame = reinterpret_cast<v8::StackFrame*>(slot.slot);
    napi_value site = sites.advanceTo(v8_functions.getLocation(frame));
    uint32_t known = 0;
    if (site == nullptr || !v8_functions.isEval(frame)) continue;
    int script = v8_functions.getScriptId(frame);
    if (state.eval_origins.find(script, &known) != nullptr) continue;
    size_t bytes = sites.origin(site, text, sizeof text);
    if (bytes != 0) state.eval_origins.insert(script, text, static_cast<uint32_t>(bytes));
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
