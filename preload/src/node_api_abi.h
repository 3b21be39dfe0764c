// SPDX-License-Identifier: Apache-2.0
// The part of Node-API that the shim uses (node_api.h, js_native_api.h: stable by contract). Weak, as in
// v8_abi.h.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

using napi_env = struct napi_env__*;
using napi_value = struct napi_value__*;
using napi_handle_scope = struct napi_handle_scope__*;
using napi_callback_info = struct napi_callback_info__*;
using napi_callback = napi_value (*)(napi_env, napi_callback_info);
enum napi_status { napi_ok = 0, napi_invalid_arg = 1, napi_no_external_buffers_allowed = 22 };
using napi_finalize = void (*)(napi_env, void* data, void* hint);
using node_api_noenv_finalize = void (*)(void* data, void* hint);
using napi_ref = struct napi_ref__*;
enum napi_typedarray_type : int {};
enum napi_valuetype : int { napi_undefined = 0, napi_object = 6 };
inline constexpr size_t NAPI_AUTO_LENGTH = SIZE_MAX;

#define SLABSCOPE_NAPI [[gnu::weak]] napi_status
SLABSCOPE_NAPI napi_get_cb_info(napi_env, napi_callback_info, size_t* argc, napi_value* argv,
                                napi_value* self, void** data);
SLABSCOPE_NAPI napi_get_typedarray_info(napi_env, napi_value, napi_typedarray_type*, size_t* length,
                                        void** data, napi_value* arraybuffer, size_t* byte_offset);
SLABSCOPE_NAPI napi_get_value_string_utf8(napi_env, napi_value, char* text, size_t size, size_t* length);
SLABSCOPE_NAPI napi_get_value_double(napi_env, napi_value, double* number);
SLABSCOPE_NAPI napi_get_value_bool(napi_env, napi_value, bool*);
SLABSCOPE_NAPI napi_create_uint32(napi_env, uint32_t number, napi_value*);
SLABSCOPE_NAPI napi_get_boolean(napi_env, bool, napi_value*);
SLABSCOPE_NAPI napi_get_undefined(napi_env, napi_value*);
SLABSCOPE_NAPI napi_create_function(napi_env, const char* name, size_t length, napi_callback, void* data,
                                    napi_value*);
SLABSCOPE_NAPI napi_create_string_utf8(napi_env, const char* text, size_t length, napi_value*);
SLABSCOPE_NAPI napi_create_error(napi_env, napi_value code, napi_value message, napi_value*);
SLABSCOPE_NAPI napi_set_named_property(napi_env, napi_value object, const char* name, napi_value value);
SLABSCOPE_NAPI napi_get_named_property(napi_env, napi_value object, const char* name, napi_value*);
SLABSCOPE_NAPI napi_get_array_length(napi_env, napi_value array, uint32_t* length);
SLABSCOPE_NAPI napi_get_element(napi_env, napi_value array, uint32_t index, napi_value*);
SLABSCOPE_NAPI napi_call_function(napi_env, napi_value self, napi_value function, size_t argc,
                                  const napi_value* argv, napi_value*);
SLABSCOPE_NAPI napi_get_and_clear_last_exception(napi_env, napi_value*);
SLABSCOPE_NAPI napi_throw(napi_env, napi_value);
SLABSCOPE_NAPI napi_is_exception_pending(napi_env, bool*);
SLABSCOPE_NAPI napi_typeof(napi_env, napi_value, napi_valuetype*);
SLABSCOPE_NAPI napi_is_array(napi_env, napi_value, bool*);
SLABSCOPE_NAPI napi_is_arraybuffer(napi_env, napi_value, bool*);
SLABSCOPE_NAPI napi_get_arraybuffer_info(napi_env, napi_value, void** data, size_t* size);
SLABSCOPE_NAPI napi_create_reference(napi_env, napi_value, uint32_t count, napi_ref*);
SLABSCOPE_NAPI napi_get_reference_value(napi_env, napi_ref, napi_value*);
SLABSCOPE_NAPI napi_create_external_arraybuffer(napi_env, void* data, size_t size, napi_finalize, void* hint,
                                                napi_value*);
SLABSCOPE_NAPI napi_create_external_buffer(napi_env, size_t size, void* data, napi_finalize, void* hint,
                                           napi_value*);
SLABSCOPE_NAPI node_api_create_external_sharedarraybuffer(napi_env, void* data, size_t size,
                                                          node_api_noenv_finalize, void* hint, napi_value*);
SLABSCOPE_NAPI napi_open_handle_scope(napi_env, napi_handle_scope*);
SLABSCOPE_NAPI napi_close_handle_scope(napi_env, napi_handle_scope);
SLABSCOPE_NAPI napi_add_env_cleanup_hook(napi_env, void (*hook)(void*), void* data);
#undef SLABSCOPE_NAPI

}  // extern "C"
