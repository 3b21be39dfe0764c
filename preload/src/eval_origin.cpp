// SPDX-License-Identifier: Apache-2.0
#include "eval_origin.h"

#include "isolate.h"
#include "process.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

constexpr size_t kMaxOriginBytes = 4096;
// What is told of a frame that is beyond Error.stackTraceLimit.
constexpr char kNotTold[] = "eval";

/// What readSites is to learn; V8 hands it nothing of ours.
struct Learner {
  IsolateState* state;
  const UnknownOrigin* frames;
  uint32_t count;
};
constinit thread_local const Learner* learner = nullptr;

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

// Call sites carry no script id: they are matched with the frames by place and in order.
void learn(const Learner& task, napi_value array) {
  CallSites sites(task.state->env, array);
  char text[kMaxOriginBytes];
  for (uint32_t index = 0; index < task.count; ++index) {
    const UnknownOrigin& frame = task.frames[index];
    napi_value site = sites.advanceTo(frame.location);
    size_t bytes = site != nullptr ? sites.origin(site, text, sizeof text) : 0;
    if (bytes != 0) task.state->eval_origins.insert(frame.script, text, static_cast<uint32_t>(bytes));
  }
}

// Stands in for node::PrepareStackTraceCallback while an Error of ours is formatted, so that neither Node's
// formatter nor a program's Error.prepareStackTrace runs.
v8::MaybeLocal<v8::Value> readSites(v8::Local<v8::Context>, v8::Local<v8::Value> error,
                                    v8::Local<v8::Array> sites) {
  if (learner != nullptr) learn(*learner, reinterpret_cast<napi_value>(sites.slot));
  return {error.slot};
}

void read(napi_value error, const Learner& task) {
  napi_env env = task.state->env;
  v8::Isolate* isolate = task.state->isolate.load(std::memory_order_relaxed);
  napi_value stack;
  learner = &task;
  v8_functions.setPrepareStackTraceCallback(isolate, readSites);
  napi_get_named_property(env, error, "stack", &stack);
  v8_functions.setPrepareStackTraceCallback(isolate, v8_functions.nodePrepareStackTrace);
  learner = nullptr;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) napi_get_and_clear_last_exception(env, &stack);
}

bool makeError(napi_env env, napi_value* error) {
  bool pending = true;
  napi_value message;
  return napi_is_exception_pending(env, &pending) == napi_ok && !pending &&
         napi_create_string_utf8(env, "", 0, &message) == napi_ok &&
         napi_create_error(env, nullptr, message, error) == napi_ok;
}

void tell(const IsolateState& state, const PendingOrigins::Request& request) {
  for (uint32_t index = 0; index < request.count; ++index) {
    uint32_t bytes = sizeof kNotTold - 1;
    const char* text = state.eval_origins.find(request.frames[index].script, &bytes);
    wire::EvalOrigin record{};
    record.header = headerOf(wire::RecordKind::kEvalOrigin, 0, now());
    record.isolate = state.id;
    record.script = static_cast<uint32_t>(request.frames[index].script);
    record.bytes = bytes;
    emitWithText(record, text != nullptr ? text : kNotTold, bytes);
  }
}

// V8 calls this between two statements of JavaScript: what an inspector may do here, we may.
void onInterrupt(v8::Isolate*, void* data) {
  auto& state = *static_cast<IsolateState*>(data);
  napi_handle_scope scope;
  if (state.env == nullptr || napi_open_handle_scope(state.env, &scope) != napi_ok) return;
  PendingOrigins& pending = state.pending_origins;
  while (pending.count != 0) {
    PendingOrigins::Request request = pending.requests[--pending.count];
    read(reinterpret_cast<napi_value>(request.error), {&state, request.frames, request.count});
    v8_functions.disposeGlobal(request.error);
    tell(state, request);
  }
  napi_close_handle_scope(state.env, scope);
}

void learnLater(IsolateState& state, napi_value error, const UnknownOrigin* frames, uint32_t count) {
  PendingOrigins& pending = state.pending_origins;
  if (pending.count == PendingOrigins::kRequests) return;
  PendingOrigins::Request& request = pending.requests[pending.count++];
  request.error = globalize(state, error);
  request.count = count < PendingOrigins::kFrames ? count : PendingOrigins::kFrames;
  for (uint32_t index = 0; index < request.count; ++index) request.frames[index] = frames[index];
  v8_functions.requestInterrupt(state.isolate.load(std::memory_order_relaxed), onInterrupt, &state);
}

}  // namespace

void learnOrigins(IsolateState& state, const UnknownOrigin* frames, uint32_t count, bool javascript_allowed) {
  napi_value error;
  if (!evalOriginsAvailable() || !makeError(state.env, &error)) return;
  if (javascript_allowed) {
    read(error, {&state, frames, count});
  } else {
    learnLater(state, error, frames, count);
  }
}

bool isOriginPending(const IsolateState& state, int script) {
  const PendingOrigins& pending = state.pending_origins;
  for (uint32_t request = 0; request < pending.count; ++request) {
    for (uint32_t frame = 0; frame < pending.requests[request].count; ++frame) {
      if (pending.requests[request].frames[frame].script == script) return true;
    }
  }
  return false;
}

bool evalOriginsAvailable() {
  return v8_functions.setPrepareStackTraceCallback != nullptr &&
         v8_functions.nodePrepareStackTrace != nullptr && v8_functions.requestInterrupt != nullptr &&
         handlesAvailable();
}

}  // namespace slabscope::preload
