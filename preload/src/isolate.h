// SPDX-License-Identifier: Apache-2.0
// What the shim knows of each isolate and each allocator. Node gives every isolate an allocator of its own,
// so the two are numbered together; the main isolate is 0.
#pragma once

#include <atomic>
#include <cstdint>

#include "call_arguments.h"
#include "death_run.h"
#include "epoch_table.h"
#include "eval_origin.h"
#include "eval_texts.h"
#include "fast_stacks.h"
#include "node_api_abi.h"
#include "slice_table.h"
#include "spot_check.h"
#include "told_modules.h"
#include "v8_abi.h"
#include "view_words.h"

namespace slabscope::preload {

struct IsolateState {
  std::atomic<v8::Isolate*> isolate;  ///< null: this state may serve another isolate
  // What each slice goes by comes first, and lies together: it has to be fetched again after whatever the
  // program did in between.
  napi_env env;  ///< the agent's, null until the agent runs and after its end
  uint32_t id;
  uint32_t allocator;
  uint64_t next_slice;
  SliceTable slices;
  CallArguments slice_call;
  uintptr_t undefined;  ///< as V8 writes it; it never moves
  ViewWords view_words;
  SpotCheck view_check;
  uintptr_t plain_map;  ///< the first word of plain_view, since the last collection
  uintptr_t small_one;  ///< how V8 writes the small integer 1; 0: not known
  int mark_field;       ///< where Buffers are marked; below 0: nowhere
  bool learns_views;
  FastStacks fast_stacks;

  uint32_t thread;              ///< that runs it
  bool ended;                   ///< its environment has been torn down
  EpochTable<uint32_t> stacks;  ///< the id of each chain that V8 has told the meaning of
  ToldModules told_modules;
  EvalOrigins eval_origins;
  PendingOrigins pending_origins;
  v8::Address* plain_view;  ///< a strong handle to a Buffer of the kind that view_words is of
  v8::Address* other_view;  ///< the one that was shown before
  DeathRun deaths;
  int64_t node_thread;        ///< as Node counts threads; 0 = the main one, or not told
  napi_ref on_serializer;     ///< the agent's function to call at the first serializer
  napi_ref real_release;      ///< Serializer.prototype.releaseBuffer
  napi_ref real_post;         ///< MessagePort.prototype.postMessage
  napi_ref gather_transfers;  ///< the agent's function that reads its arguments
  bool serializer_known;      ///< it has been called
  char* scratch;              ///< kMaxRecordBytes, to build a stack record in
};

/// The state of the isolate that is entered on this thread, made when it is seen for the first time; nullptr
/// where none is entered.
IsolateState* currentIsolate();

/// A strong handle to the object; disposeGlobal() ends it. Needs handlesAvailable().
v8::Address* globalize(const IsolateState& state, napi_value object);
bool handlesAvailable();

/// Numbers of an allocator, given out when it is seen for the first time.
struct AllocatorIds {
  uint32_t allocator;
  uint32_t isolate;
};
AllocatorIds allocatorIds(const void* allocator);

/// Whether the isolate's stores come from node's allocator, the one that is hooked. True where V8 does not
/// tell.
bool usesNodeAllocator(const IsolateState& state);

/// The environment of the isolate is torn down: no JavaScript runs in it any more.
void endIsolate(IsolateState& state);

/// Gives back the memory of the ended isolates that `thread` ran. Called when the thread ends; 0 is a thread
/// that never recorded anything.
void releaseIsolatesOf(uint32_t thread);

}  // namespace slabscope::preload
