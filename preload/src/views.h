// SPDX-License-Identifier: Apache-2.0
// What a Buffer is, asked of V8 or read from its words, and the mark by which a Buffer that is a slice is
// known again: a small integer in one of the fields that V8 keeps in each typed array for its embedders. Node
// leaves them empty.
#pragma once

#include "isolate.h"
#include "view_words.h"

namespace slabscope::preload {

/// From now on `view` stands for its kind: the words of Buffers that are laid out as it is may be read, once
/// that has been learned from those that are asked of V8. JavaScript must have called us.
void keepPlainView(IsolateState& state, napi_env env, napi_value view);

/// A collection has ended, which may have moved what such Buffers have in common. At the end of each.
void findPlainMap(IsolateState& state);

/// Tells what of views is not to be had.
void tellViews(const IsolateState& state);

/// False when the value is no typed array.
bool readView(IsolateState& state, napi_value value, View& view);

/// Marks a typed array with a number below 2^30, where this V8 has a place for it.
void markView(IsolateState& state, napi_value view, uint32_t number);

/// The number that a value was marked with; 0 where there is none.
uint32_t markOfView(IsolateState& state, napi_value value);

/// The object in a handle's slot, as V8 writes it.
inline v8::Address objectIn(napi_value value) {
  return *reinterpret_cast<v8::Address*>(value);
}

}  // namespace slabscope::preload
