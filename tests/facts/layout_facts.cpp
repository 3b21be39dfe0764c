// SPDX-License-Identifier: Apache-2.0
// What the shim declares of V8 (preload/src/v8_abi.h) against the headers of one Node. Compiled, never run: a
// fact that does not hold is a compile error that names it.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// Both sides live in namespaces of the same names.
#define v8 shim_v8
#define node shim_node
#include "v8_abi.h"
#undef v8
#undef node

// Location keeps its members private.
#define private public
#include <v8-unwinder.h>
#include <v8.h>
#undef private

#define FACT_SAME_OFFSET(shim_type, shim_member, v8_type, v8_member)              \
  static_assert(offsetof(shim_type, shim_member) == offsetof(v8_type, v8_member), \
                "fact: " #v8_type "::" #v8_member " is where the shim has it")
#define FACT_SAME_VALUE(shim_value, v8_value)                                       \
  static_assert(static_cast<int64_t>(shim_value) == static_cast<int64_t>(v8_value), \
                "fact: " #v8_value " has the value that the shim has")
#define FACT(condition, words) static_assert(condition, "fact: " words)

// ---- v8::RegisterState, passed by reference to GetStackSample
FACT_SAME_OFFSET(shim_v8::RegisterState, pc, v8::RegisterState, pc);
FACT_SAME_OFFSET(shim_v8::RegisterState, sp, v8::RegisterState, sp);
FACT_SAME_OFFSET(shim_v8::RegisterState, fp, v8::RegisterState, fp);
FACT_SAME_OFFSET(shim_v8::RegisterState, lr, v8::RegisterState, lr);
FACT(sizeof(shim_v8::RegisterState) >= sizeof(v8::RegisterState),
     "v8::RegisterState is no larger than the shim's");

// ---- v8::SampleInfo, filled in by GetStackSample
FACT_SAME_OFFSET(shim_v8::SampleInfo, frames_count, v8::SampleInfo, frames_count);
FACT_SAME_OFFSET(shim_v8::SampleInfo, external_callback_entry, v8::SampleInfo, external_callback_entry);
FACT_SAME_OFFSET(shim_v8::SampleInfo, context, v8::SampleInfo, context);
FACT_SAME_OFFSET(shim_v8::SampleInfo, embedder_context, v8::SampleInfo, embedder_context);
FACT_SAME_OFFSET(shim_v8::SampleInfo, vm_state, v8::SampleInfo, vm_state);
FACT(sizeof(shim_v8::SampleInfo) >= sizeof(v8::SampleInfo), "v8::SampleInfo is no larger than the shim's");
// 4 bytes up to Node 20, 2 from 22 on, where the embedder's state follows at once. On a little-endian machine
// the lower half is the state in both.
FACT(sizeof(shim_v8::SampleInfo::vm_state) <= sizeof(v8::StateTag),
     "v8::StateTag is no narrower than the shim's");
FACT_SAME_VALUE(shim_v8::kVmStateGc, v8::StateTag::GC);

// ---- generated code, which native stacks lead through
FACT_SAME_OFFSET(shim_v8::MemoryRange, start, v8::MemoryRange, start);
FACT_SAME_OFFSET(shim_v8::MemoryRange, length_in_bytes, v8::MemoryRange, length_in_bytes);
FACT(sizeof(shim_v8::MemoryRange) == sizeof(v8::MemoryRange), "v8::MemoryRange has the shim's size");

// ---- collections
FACT_SAME_VALUE(shim_v8::kGCTypeScavenge, v8::kGCTypeScavenge);
FACT_SAME_VALUE(shim_v8::kGCTypeMarkSweepCompact, v8::kGCTypeMarkSweepCompact);
FACT_SAME_VALUE(shim_v8::kGCTypeIncrementalMarking, v8::kGCTypeIncrementalMarking);
FACT_SAME_VALUE(shim_v8::kGCTypeProcessWeakCallbacks, v8::kGCTypeProcessWeakCallbacks);
FACT_SAME_VALUE(shim_v8::kGCTypeAll, v8::kGCTypeAll);
// Called kGCTypeMinorMarkCompact in Node 18 and 20.
#if NODE_LINE >= 22
FACT_SAME_VALUE(shim_v8::kGCTypeMinorMarkSweep, v8::kGCTypeMinorMarkSweep);
#else
FACT_SAME_VALUE(shim_v8::kGCTypeMinorMarkSweep, v8::kGCTypeMinorMarkCompact);
#endif
FACT_SAME_VALUE(shim_v8::kNoGCCallbackFlags, v8::kNoGCCallbackFlags);
FACT((std::is_same_v<v8::Isolate::GCCallbackWithData,
                     void (*)(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void*)>),
     "v8::Isolate::GCCallbackWithData has the parameters of the shim's callback");

// ---- stacks
FACT_SAME_OFFSET(shim_v8::Location, line, v8::Location, line_number_);
FACT_SAME_OFFSET(shim_v8::Location, column, v8::Location, column_number_);
FACT(sizeof(shim_v8::Location) == sizeof(v8::Location), "v8::Location has the shim's size");
FACT(std::is_trivially_copyable_v<v8::Location>, "v8::Location is returned in a register");
FACT_SAME_VALUE(shim_v8::kDetailedAcrossOrigins,
                v8::StackTrace::kDetailed | v8::StackTrace::kExposeFramesAcrossSecurityOrigins);
FACT((std::is_same_v<v8::PrepareStackTraceCallback,
                     v8::MaybeLocal<v8::Value> (*)(v8::Local<v8::Context>, v8::Local<v8::Value>,
                                                   v8::Local<v8::Array>)>),
     "v8::PrepareStackTraceCallback has the parameters of the shim's callback");

// ---- handles
FACT(sizeof(v8::Local<v8::Value>) == sizeof(shim_v8::Local<shim_v8::Value>), "v8::Local is one pointer");
FACT(sizeof(v8::MaybeLocal<v8::Value>) == sizeof(shim_v8::MaybeLocal<shim_v8::Value>),
     "v8::MaybeLocal is one pointer");
FACT(std::is_trivially_copyable_v<v8::Local<v8::Value>>, "v8::Local is returned in a register");
FACT(std::is_trivially_copyable_v<v8::MaybeLocal<v8::Value>>, "v8::MaybeLocal is returned in a register");

FACT_SAME_VALUE(shim_v8::kHeapObjectTag, v8::internal::kHeapObjectTag);
FACT_SAME_VALUE(shim_v8::kHeapObjectTagMask, v8::internal::kHeapObjectTagMask);
FACT(v8::internal::Internals::kHeapObjectMapOffset == 0, "an object begins with its map");
FACT(v8::ArrayBufferView::kEmbedderFieldCount > 0, "views have a field for embedders");

// ---- functions that V8 calls
FACT_SAME_VALUE(shim_v8::kNoConstructor, v8::ConstructorBehavior::kThrow);
FACT_SAME_VALUE(shim_v8::kHasSideEffect, v8::SideEffectType::kHasSideEffect);
FACT((std::is_same_v<v8::FunctionCallback, void (*)(const v8::FunctionCallbackInfo<v8::Value>&)>),
     "v8::FunctionCallback takes the info by reference");

// ---- return types: a mangled name tells the parameters, and not these
#define FACT_RETURNS(type, call) FACT((std::is_same_v<type, decltype(call)>), #call " returns " #type)
using v8::Isolate, v8::StackFrame, v8::StackTrace, v8::Local, v8::String;
extern Isolate* isolate;
extern StackFrame* frame;
extern StackTrace* trace;
FACT_RETURNS(Isolate*, Isolate::TryGetCurrent());
FACT_RETURNS(v8::ArrayBuffer::Allocator*, isolate->GetArrayBufferAllocator());
FACT_RETURNS(void, isolate->GetStackSample(std::declval<const v8::RegisterState&>(), nullptr, 0, nullptr));
FACT_RETURNS(size_t, isolate->CopyCodePages(0, nullptr));
FACT_RETURNS(v8::Location, frame->GetLocation());
FACT_RETURNS(int, frame->GetScriptId());
FACT_RETURNS(Local<String>, frame->GetScriptNameOrSourceURL());
FACT_RETURNS(Local<String>, frame->GetFunctionName());
FACT_RETURNS(bool, frame->IsEval());
FACT_RETURNS(bool, frame->IsWasm());
FACT_RETURNS(bool, frame->IsUserJavaScript());
FACT_RETURNS(Local<StackTrace>, StackTrace::CurrentStackTrace(isolate, 1, StackTrace::kDetailed));
FACT_RETURNS(Local<StackFrame>, trace->GetFrame(isolate, 0));
FACT_RETURNS(int, trace->GetFrameCount());
namespace api = v8::api_internal;
extern v8::internal::Isolate* internal_isolate;
extern v8::internal::Address* slot;
FACT((std::is_same_v<v8::internal::Address, shim_v8::Address>), "v8::internal::Address is a word");
#if NODE_LINE >= 22
FACT_RETURNS(v8::internal::Address*, api::GlobalizeReference(internal_isolate, *slot));
#else
FACT_RETURNS(v8::internal::Address*, api::GlobalizeReference(internal_isolate, slot));
#endif
FACT_RETURNS(void, api::MakeWeak(&slot));
FACT_RETURNS(void, api::DisposeGlobal(slot));
extern v8::Object* object;
FACT_RETURNS(int, std::as_const(*object).InternalFieldCount());
FACT_RETURNS(void, object->SetInternalField(0, Local<v8::Value>()));
FACT_RETURNS(Local<v8::Context>, isolate->GetCurrentContext());
FACT_RETURNS(v8::MaybeLocal<v8::Function>, v8::Function::New(Local<v8::Context>(), nullptr));
// Called where the inline way out does not hold, and returns what GetInternalField does: a private member.
FACT((std::is_same_v<decltype(object->GetInternalField(0)), decltype(object->SlowGetInternalField(0))>),
     "SlowGetInternalField returns what GetInternalField does");
