// SPDX-License-Identifier: Apache-2.0
#include "views.h"

#include "capability.h"
#include "fast_ways.h"

namespace slabscope::preload {

namespace {

constexpr const char* kFastViews = "fast-views";

bool isObject(v8::Address word) {
  return (word & v8::kHeapObjectTagMask) == v8::kHeapObjectTag;
}

uintptr_t* wordsOf(v8::Address object) {
  return reinterpret_cast<uintptr_t*>(object - v8::kHeapObjectTag);
}

/// Whether a value has the layout of plain_view: objects of one layout share what comes first in them, the
/// map, which the collector moves for all alike.
bool isPlain(const IsolateState& state, v8::Address object) {
  return isObject(object) && wordsOf(object)[0] == state.plain_map;
}

bool isReadable(const IsolateState& state, v8::Address object) {
  return state.view_words.known() && isPlain(state, object);
}

bool askView(const IsolateState& state, napi_value value, View& view) {
  void* data = nullptr;
  if (napi_get_typedarray_info(state.env, value, nullptr, &view.length, &data, nullptr, &view.offset) !=
      napi_ok)
    return false;
  view.data = reinterpret_cast<uintptr_t>(data);
  return true;
}

bool fieldsAvailable() {
  return v8_functions.internalFieldCount != nullptr && v8_functions.slowGetInternalField != nullptr &&
         (v8_functions.setInternalFieldValue != nullptr || v8_functions.setInternalFieldData != nullptr);
}

v8::Object* asObject(napi_value value) {
  return reinterpret_cast<v8::Object*>(value);
}

/// The last of the fields; those who use one as a rule use the first.
bool hasMarkField(const IsolateState& state, napi_value view) {
  return state.mark_field >= 0 && v8_functions.internalFieldCount(asObject(view)) > state.mark_field;
}

bool askMark(const IsolateState& state, napi_value view, uintptr_t& mark) {
  if (!hasMarkField(state, view)) return false;
  v8::Local<v8::Value> found = v8_functions.slowGetInternalField(asObject(view), state.mark_field);
  if (found.slot == nullptr) return false;
  mark = reinterpret_cast<uintptr_t>(*found.slot);
  return true;
}

void setMark(const IsolateState& state, napi_value view, uintptr_t mark) {
  v8::Local<v8::Value> value{reinterpret_cast<void**>(&mark)};
  if (v8_functions.setInternalFieldData != nullptr) {
    v8_functions.setInternalFieldData(asObject(view), state.mark_field, value);
  } else {
    v8_functions.setInternalFieldValue(asObject(view), state.mark_field, value);
  }
}

void giveUpFastViews(IsolateState& state) {
  state.view_words.forget();
  tellCapability(kFastViews, false,
                 "V8's own account of a view differed: all are asked of V8, which costs more");
}

/// How V8 writes small integers: multiples of what it writes for 1; 0: that is not so.
uintptr_t smallOne(napi_env env) {
  uintptr_t words[3];
  for (uint32_t number = 0; number < 3; ++number) {
    napi_value value;
    if (napi_create_uint32(env, number, &value) != napi_ok) return 0;
    words[number] = objectIn(value);
  }
  return words[0] == 0 && words[2] == 2 * words[1] ? words[1] : 0;
}

/// What V8 has told of a view.
void learnFrom(IsolateState& state, v8::Address object, const View& told) {
  if (!isPlain(state, object)) return;
  state.view_words.learn(wordsOf(object), told);
  if (!state.view_words.hasSeenEnough()) return;
  state.learns_views = false;
  const char* problem = state.view_words.conclude();
  tellCapability(kFastViews, problem == nullptr, problem);
}

void learnMarks(IsolateState& state, napi_value view) {
  for (uint32_t number :
       {0x5a5aU, 0x6b01U, 0x1007fU, 0x3feed0U, 0x55aa55U, 0x123457U, 0x3ff00d1U, 0x7654321U}) {
    const uintptr_t mark = number * state.small_one;
    setMark(state, view, mark);
    state.view_words.learnMark(wordsOf(objectIn(view)), mark);
  }
  setMark(state, view, 0);
}

}  // namespace

void keepPlainView(IsolateState& state, napi_env env, napi_value view) {
  if (!handlesAvailable()) return;
  if (state.other_view != nullptr) v8_functions.disposeGlobal(state.other_view);
  state.other_view = state.plain_view;
  state.plain_view = globalize(state, view);
  findPlainMap(state);
  state.small_one = smallOne(env);
  const int fields = fieldsAvailable() ? v8_functions.internalFieldCount(asObject(view)) : 0;
  state.mark_field = state.small_one != 0 ? fields - 1 : -1;
  state.learns_views = state.mark_field >= 0 && isWayWanted(kFastViews);
  if (state.learns_views) learnMarks(state, view);
}

void findPlainMap(IsolateState& state) {
  if (state.plain_view != nullptr) state.plain_map = wordsOf(*state.plain_view)[0];
}

void tellViews(const IsolateState& state) {
  if (!state.learns_views)
    tellCapability(kFastViews, false, "switched off, or V8's views have no fields for embedders");
  if (process.options.liveness != 0 && state.mark_field < 0) {
    tellCapability("slice-parents", false,
                   "this V8 has no field for a mark: what a view was made from is told by their bytes alone");
  }
}

bool readView(IsolateState& state, napi_value value, View& view) {
  const v8::Address object = objectIn(value);
  const bool readable = isReadable(state, object);
  if (SLABSCOPE_LIKELY(readable) && !state.view_check.isDue()) {
    view = state.view_words.read(wordsOf(object));
    return true;
  }
  if (!askView(state, value, view)) return false;
  if (SLABSCOPE_UNLIKELY(state.learns_views)) learnFrom(state, object, view);
  if (readable && !(view == state.view_words.read(wordsOf(object)))) giveUpFastViews(state);
  return true;
}

void markView(IsolateState& state, napi_value view, uint32_t number) {
  const v8::Address object = objectIn(view);
  const uintptr_t mark = number * state.small_one;
  if (SLABSCOPE_LIKELY(isReadable(state, object))) {
    state.view_words.markOf(wordsOf(object)) = mark;
  } else if (hasMarkField(state, view)) {
    setMark(state, view, mark);
  }
}

uint32_t markOfView(IsolateState& state, napi_value value) {
  const v8::Address object = objectIn(value);
  uintptr_t mark = 0;
  if (SLABSCOPE_LIKELY(isReadable(state, object))) {
    mark = state.view_words.markOf(wordsOf(object));
    uintptr_t told = mark;
    if (state.view_check.isDue() && !(askMark(state, value, told) && told == mark)) {
      giveUpFastViews(state);
      mark = told;
    }
  } else {
    View view;
    if (!askView(state, value, view) || !askMark(state, value, mark)) return 0;
  }
  const uintptr_t number = state.small_one != 0 ? mark / state.small_one : 0;
  return number * state.small_one == mark && number <= UINT32_MAX ? static_cast<uint32_t>(number) : 0;
}

}  // namespace slabscope::preload
