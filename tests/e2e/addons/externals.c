// SPDX-License-Identifier: Apache-2.0
// A Node-API addon that hands out memory of its own, and counts what it got back. When a finalizer is called
// with anything but what it was registered with, `wrong` counts it.
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

static int finalized = 0;
static int wrong = 0;

struct owned {
  void* data;
  int magic;
};

static void finalize(napi_env env, void* data, void* hint) {
  struct owned* owned = hint;
  if (env == NULL || owned == NULL || owned->magic != 4711 || owned->data != data) {
    ++wrong;
    return;
  }
  ++finalized;
  free(owned->data);
  free(owned);
}

static struct owned* own(size_t size) {
  struct owned* owned = malloc(sizeof *owned);
  owned->data = malloc(size == 0 ? 1 : size);
  memset(owned->data, 7, size);
  owned->magic = 4711;
  return owned;
}

static size_t size_argument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  double size = 0;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_double(env, argument, &size);
  return (size_t)size;
}

static napi_value array_buffer(napi_env env, napi_callback_info info) {
  size_t size = size_argument(env, info);
  struct owned* owned = own(size);
  napi_value result = NULL;
  if (napi_create_external_arraybuffer(env, owned->data, size, finalize, owned, &result) != napi_ok)
    return NULL;
  return result;
}

static napi_value buffer(napi_env env, napi_callback_info info) {
  size_t size = size_argument(env, info);
  struct owned* owned = own(size);
  napi_value result = NULL;
  if (napi_create_external_buffer(env, size, owned->data, finalize, owned, &result) != napi_ok) return NULL;
  return result;
}

// The same memory again and again, with nobody to tell of its end.
static char kept[90000];
static napi_value unfinalized(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  napi_create_external_buffer(env, size_argument(env, info), kept, NULL, NULL, &result);
  return result;
}

// The status of a call that node refuses.
static napi_value refused(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  (void)info;
  napi_create_int32(env, napi_create_external_buffer(env, 10, kept, finalize, NULL, NULL), &result);
  return result;
}

static napi_value counts(napi_env env, napi_callback_info info) {
  napi_value result, number;
  (void)info;
  napi_create_object(env, &result);
  napi_create_int32(env, finalized, &number);
  napi_set_named_property(env, result, "finalized", number);
  napi_create_int32(env, wrong, &number);
  napi_set_named_property(env, result, "wrong", number);
  return result;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"arrayBuffer", NULL, array_buffer, NULL, NULL, NULL, napi_default, NULL},
      {"buffer", NULL, buffer, NULL, NULL, NULL, napi_default, NULL},
      {"unfinalized", NULL, unfinalized, NULL, NULL, NULL, napi_default, NULL},
      {"refused", NULL, refused, NULL, NULL, NULL, napi_default, NULL},
      {"counts", NULL, counts, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  // Stores of the init itself are seen too.
  struct owned* owned = own(61003);
  napi_value early;
  if (napi_create_external_arraybuffer(env, owned->data, 61003, finalize, owned, &early) == napi_ok)
    napi_set_named_property(env, exports, "early", early);
  return exports;
}
