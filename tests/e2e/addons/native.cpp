// SPDX-License-Identifier: Apache-2.0
// Calls back and allocates, one function inlined into another.
#include <node_api.h>

#include <cstddef>

namespace sample {

[[gnu::always_inline]] inline napi_value makeBuffer(napi_env env, size_t bytes) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_create_arraybuffer(env, bytes, &data, &buffer);  // line: inlined
  return buffer;
}

[[gnu::noinline]] napi_value allocateOuter(napi_env env, size_t bytes) {
  napi_value buffer = makeBuffer(env, bytes);  // line: outer
  // Work after the call, so that it is none that ends the function.
  bool is_buffer = false;
  napi_is_arraybuffer(env, buffer, &is_buffer);
  return is_buffer ? buffer : nullptr;
}

napi_value allocate(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  double bytes = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_double(env, argument, &bytes);
  napi_value buffer = allocateOuter(env, static_cast<size_t>(bytes));  // line: allocate
  if (buffer == nullptr) napi_throw_error(env, nullptr, "no buffer");
  return buffer;
}

napi_value callBack(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value function = nullptr;
  napi_value self = nullptr;
  napi_value result = nullptr;
  napi_get_cb_info(env, info, &count, &function, &self, nullptr);
  napi_status status = napi_call_function(env, self, function, 0, nullptr, &result);  // line: callBack
  if (status != napi_ok) return nullptr;
  return result;
}

}  // namespace sample

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "allocate", NAPI_AUTO_LENGTH, sample::allocate, nullptr, &function);
  napi_set_named_property(env, exports, "allocate", function);
  napi_create_function(env, "callBack", NAPI_AUTO_LENGTH, sample::callBack, nullptr, &function);
  napi_set_named_property(env, exports, "callBack", function);
  return exports;
}
