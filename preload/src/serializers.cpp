// SPDX-License-Identifier: Apache-2.0
#include "serializers.h"

#include <cstdint>

#include "external_stores.h"
#include "isolate.h"
#include "native_stacks.h"
#include "process.h"
#include "slot_patch.h"
#include "symbol_size.h"
#include "v8_abi.h"

namespace slabscope::preload {

namespace {

using Reallocate = void* (*)(void* self, void* data, size_t size, size_t* actual);

constinit Reallocate original_reallocate = nullptr;
// Node's functions that write a value. Beneath them V8 may hold a string by its bare address, so that
// JavaScript must not be called; it may when a header is written, which comes first.
constinit wire::CodeRange value_code[2]{};

wire::CodeRange rangeOf(const char* name, void (*function)()) {
  auto* code = reinterpret_cast<void*>(function);
  auto begin = reinterpret_cast<uintptr_t>(code);
  return {begin, begin + sizeOfSymbol(name, code)};
}

bool isWritingValue() {
  constexpr uint32_t kFrames = 32;
  void* frames[kFrames];
  uint32_t count = walkNativeFrames(frames, kFrames);
  // Node's function is a few frames above us, and above it V8's that calls it.
  if (count < 3 || count == kFrames) return true;
  return calledFrom(value_code[0], frames, count) || calledFrom(value_code[1], frames, count);
}

void announce(IsolateState& state) {
  napi_handle_scope scope;
  if (napi_open_handle_scope(state.env, &scope) != napi_ok) return;
  napi_value callback;
  napi_value undefined;
  if (napi_get_reference_value(state.env, state.on_serializer, &callback) == napi_ok && callback != nullptr &&
      napi_get_undefined(state.env, &undefined) == napi_ok)
    napi_call_function(state.env, undefined, callback, 0, nullptr, nullptr);
  napi_close_handle_scope(state.env, scope);
}

void* reallocate(void* self, void* data, size_t size, size_t* actual) {
  if (data == nullptr && recording()) {
    IsolateState* state = currentIsolate();
    if (state != nullptr && state->env != nullptr && state->on_serializer != nullptr &&
        !state->serializer_known && !isWritingValue()) {
      state->serializer_known = true;
      announce(*state);
    }
  }
  return original_reallocate(self, data, size, actual);
}

/// releaseBuffer()
napi_value onRelease(napi_env env, napi_callback_info info) {
  napi_value self;
  void* data = nullptr;
  napi_value real;
  napi_value buffer = nullptr;
  if (napi_get_cb_info(env, info, nullptr, nullptr, &self, &data) != napi_ok) return nullptr;
  auto* state = static_cast<IsolateState*>(data);
  if (napi_get_reference_value(env, state->real_release, &real) != napi_ok ||
      napi_call_function(env, self, real, 0, nullptr, &buffer) != napi_ok)
    return nullptr;
  size_t size = 0;
  void* bytes = nullptr;
  if (recording() &&
      napi_get_typedarray_info(env, buffer, nullptr, &size, &bytes, nullptr, nullptr) == napi_ok)
    recordOwnedStore(state, bytes, size, 0);
  return buffer;
}

}  // namespace

bool watchSerializers() {
  if (v8_functions.serializer_vtable == nullptr || v8_functions.serializerReallocate == nullptr ||
      v8_functions.serializerWriteValue == nullptr || v8_functions.serializerWriteRawBytes == nullptr ||
      !nativeStacksAvailable())
    return false;
  value_code[0] = rangeOf(V8Symbols::serializerWriteValue, v8_functions.serializerWriteValue);
  value_code[1] = rangeOf(V8Symbols::serializerWriteRawBytes, v8_functions.serializerWriteRawBytes);
  for (const wire::CodeRange& code : value_code) {
    if (code.begin == code.end) return false;
  }
  size_t slots = sizeOfSymbol(V8Symbols::serializer_vtable, v8_functions.serializer_vtable) / sizeof(void*);
  original_reallocate = v8_functions.serializerReallocate;
  for (size_t index = 0; index < slots; ++index) {
    void** slot = v8_functions.serializer_vtable + index;
    if (*slot != reinterpret_cast<void*>(original_reallocate)) continue;
    void* before = nullptr;
    return patchSlot(slot, reinterpret_cast<void*>(&reallocate), &before);
  }
  original_reallocate = nullptr;
  return false;
}

bool serializersAvailable() {
  return original_reallocate != nullptr;
}

void awaitSerializer(IsolateState& state, napi_value callback) {
  napi_create_reference(state.env, callback, 1, &state.on_serializer);
}

napi_value wrapRelease(IsolateState& state, napi_value real) {
  napi_value wrapper;
  if (napi_create_reference(state.env, real, 1, &state.real_release) != napi_ok ||
      napi_create_function(state.env, "releaseBuffer", NAPI_AUTO_LENGTH, onRelease, &state, &wrapper) !=
          napi_ok)
    return nullptr;
  return wrapper;
}

}  // namespace slabscope::preload
