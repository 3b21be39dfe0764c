// SPDX-License-Identifier: Apache-2.0
#include "direct_calls.h"

#include "capability.h"
#include "fast_ways.h"
#include "slices.h"
#include "thread.h"
#include "views.h"

namespace slabscope::preload {

namespace {

constexpr const char* kFastCalls = "fast-calls";

[[gnu::noinline]] void lookAtCall(IsolateState& state, const uintptr_t* info) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (state.plain_view != nullptr && state.other_view != nullptr)
    state.slice_call.learn(info, stackFrom(here), *state.plain_view, *state.other_view);
}

void onSliceCall(const v8::FunctionCallbackInfo& info) {
  IsolateState* state = currentIsolate();
  if (SLABSCOPE_UNLIKELY(state == nullptr || !recording())) return;
  auto* words = reinterpret_cast<uintptr_t*>(const_cast<v8::FunctionCallbackInfo*>(&info));
  if (SLABSCOPE_UNLIKELY(!state->slice_call.known())) return lookAtCall(*state, words);
  fetchForSlice(*state);
  if (state->env == nullptr || paused()) return;
  uintptr_t* arguments = state->slice_call.of(words);
  auto* view = reinterpret_cast<napi_value>(arguments);
  auto* parent = arguments[1] != state->undefined ? reinterpret_cast<napi_value>(arguments + 1) : nullptr;
  recordSlice(*state, view, parent);
}

}  // namespace

napi_value makeSliceCall(IsolateState& state, napi_env env) {
  const bool with_data = v8_functions.newFunctionWithData != nullptr;
  const auto make = with_data ? v8_functions.newFunctionWithData : v8_functions.newFunctionWithValue;
  napi_value undefined;
  if (make == nullptr || v8_functions.getCurrentContext == nullptr || !initialiseStackBounds() ||
      napi_get_undefined(env, &undefined) != napi_ok)
    return nullptr;
  state.undefined = objectIn(undefined);
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  v8::MaybeLocal<v8::Function> made =
      make(v8_functions.getCurrentContext(isolate), onSliceCall, v8::Local<v8::Value>{nullptr}, 2,
           v8::kNoConstructor, v8::kHasSideEffect);
  return reinterpret_cast<napi_value>(made.slot);
}

bool concludeSliceCall(IsolateState& state) {
  const char* problem =
      isWayWanted(kFastCalls) ? state.slice_call.conclude() : "switched off by SLABSCOPE_WITHOUT";
  tellCapability(kFastCalls, problem == nullptr, problem);
  return problem == nullptr;
}

}  // namespace slabscope::preload
