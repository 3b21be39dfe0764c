// SPDX-License-Identifier: Apache-2.0
// The few pieces of V8's and node's binary interface that the shim uses, declared by us so that one shim
// serves every Node line. Functions are looked up by name at the start; what a Node does not export is null.
// tests/facts asserts these layouts against each Node's own headers, and the names against its symbols.
#pragma once

#include <cstddef>
#include <cstdint>

namespace v8 {

class Isolate;
class StackFrame;
class StackTrace;
class String;
class Value;
class Object;
class Context;
class Function;
class FunctionCallbackInfo;
class Array;
class ArrayBufferAllocator;

/// v8-local-handle.h: a Local is the address of a slot that holds the object; so is a napi_value.
template <class T>
struct Local {
  void** slot;
};
template <class T>
struct MaybeLocal {
  void** slot;
};

/// v8-unwinder.h. The rest of RegisterState (callee saved registers, ARM only) is never read on x86-64.
struct RegisterState {
  void* pc;
  void* sp;
  void* fp;
  void* lr;
  void* callee_saved[8];
};

/// v8-unwinder.h: a StateTag is 4 bytes up to Node 20 and 2 from 22 on; the low half is the same.
struct SampleInfo {
  size_t frames_count;
  void* external_callback_entry;
  void* context;
  void* embedder_context;
  uint16_t vm_state;
  uint16_t rest[3];
};

/// v8-unwinder.h: StateTag::GC
inline constexpr uint16_t kVmStateGc = 1;

/// v8-unwinder.h
struct MemoryRange {
  const void* start;
  size_t length_in_bytes;
};

/// v8-callbacks.h
enum GCType {
  kGCTypeScavenge = 1,
  kGCTypeMinorMarkSweep = 2,
  kGCTypeMarkSweepCompact = 4,
  kGCTypeIncrementalMarking = 8,
  kGCTypeProcessWeakCallbacks = 16,
  kGCTypeAll = 31
};
enum GCCallbackFlags { kNoGCCallbackFlags = 0 };

/// v8-message.h / v8-debug.h: both 0-based.
struct Location {
  int line;
  int column;
};

/// v8-debug.h: all details, and frames of every context.
inline constexpr int kDetailedAcrossOrigins = 0x7f | 1 << 8;

/// v8-internal.h: of a word that is the address of an object on V8's heap, and what such words are told by.
inline constexpr uintptr_t kHeapObjectTag = 1;
inline constexpr uintptr_t kHeapObjectTagMask = 3;

using PrepareStackTraceCallback = MaybeLocal<Value> (*)(Local<Context>, Local<Value>, Local<Array>);
using GCCallback = void (*)(Isolate*, GCType, GCCallbackFlags, void*);
using InterruptCallback = void (*)(Isolate*, void*);
using BackingStoreDeleter = void (*)(void* data, size_t length, void* deleter_data);
using BufferFreeCallback = void (*)(char* data, void* hint);
/// v8-function-callback.h: call_arguments finds out what is in the info.
using FunctionCallback = void (*)(const FunctionCallbackInfo&);
using Address = uintptr_t;

/// v8-function.h, v8-object.h
inline constexpr int kNoConstructor = 0;
inline constexpr int kHasSideEffect = 0;

}  // namespace v8

// Result, our name, the exported symbol, parameters (a member function's object comes first).
#define SLABSCOPE_V8_FUNCTIONS(X)                                                                            \
  X(v8::Isolate*, tryGetCurrent, "_ZN2v87Isolate13TryGetCurrentEv", ())                                      \
  X(void, getStackSample, "_ZN2v87Isolate14GetStackSampleERKNS_13RegisterStateEPPvmPNS_10SampleInfoE",       \
    (v8::Isolate*, const v8::RegisterState&, void**, size_t, v8::SampleInfo*))                               \
  X(size_t, copyCodePages, "_ZN2v87Isolate13CopyCodePagesEmPNS_11MemoryRangeE",                              \
    (v8::Isolate*, size_t, v8::MemoryRange*))                                                                \
  X(void, addGcPrologueCallback,                                                                             \
    "_ZN2v87Isolate21AddGCPrologueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_S2_",                \
    (v8::Isolate*, v8::GCCallback, void*, v8::GCType))                                                       \
  X(void, addGcEpilogueCallback,                                                                             \
    "_ZN2v87Isolate21AddGCEpilogueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_S2_",                \
    (v8::Isolate*, v8::GCCallback, void*, v8::GCType))                                                       \
  X(v8::ArrayBufferAllocator*, getArrayBufferAllocator, "_ZN2v87Isolate23GetArrayBufferAllocatorEv",         \
    (v8::Isolate*))                                                                                          \
  X(void, setPrepareStackTraceCallback,                                                                      \
    "_ZN2v87Isolate28SetPrepareStackTraceCallbackEPFNS_10MaybeLocalINS_5ValueEEENS_5LocalINS_"               \
    "7ContextEEENS4_IS2_"                                                                                    \
    "EENS4_INS_5ArrayEEEE",                                                                                  \
    (v8::Isolate*, v8::PrepareStackTraceCallback))                                                           \
  X(void, requestInterrupt, "_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_",                                \
    (v8::Isolate*, v8::InterruptCallback, void*))                                                            \
  X(v8::MaybeLocal<v8::Value>, nodePrepareStackTrace,                                                        \
    "_ZN4node25PrepareStackTraceCallbackEN2v85LocalINS0_7ContextEEENS1_INS0_5ValueEEENS1_INS0_5ArrayEEE",    \
    (v8::Local<v8::Context>, v8::Local<v8::Value>, v8::Local<v8::Array>))                                    \
  X(v8::Local<v8::StackTrace>, currentStackTrace,                                                            \
    "_ZN2v810StackTrace17CurrentStackTraceEPNS_7IsolateEiNS0_17StackTraceOptionsE",                          \
    (v8::Isolate*, int, int))                                                                                \
  X(v8::Local<v8::StackFrame>, getFrame, "_ZNK2v810StackTrace8GetFrameEPNS_7IsolateEj",                      \
    (const v8::StackTrace*, v8::Isolate*, uint32_t))                                                         \
  X(int, getFrameCount, "_ZNK2v810StackTrace13GetFrameCountEv", (const v8::StackTrace*))                     \
  X(v8::Location, getLocation, "_ZNK2v810StackFrame11GetLocationEv", (const v8::StackFrame*))                \
  X(int, getScriptId, "_ZNK2v810StackFrame11GetScriptIdEv", (const v8::StackFrame*))                         \
  X(v8::Local<v8::String>, getScriptNameOrSourceUrl, "_ZNK2v810StackFrame24GetScriptNameOrSourceURLEv",      \
    (const v8::StackFrame*))                                                                                 \
  X(v8::Local<v8::String>, getFunctionName, "_ZNK2v810StackFrame15GetFunctionNameEv",                        \
    (const v8::StackFrame*))                                                                                 \
  X(bool, isEval, "_ZNK2v810StackFrame6IsEvalEv", (const v8::StackFrame*))                                   \
  X(bool, isWasm, "_ZNK2v810StackFrame6IsWasmEv", (const v8::StackFrame*))                                   \
  X(bool, isUserJavaScript, "_ZNK2v810StackFrame16IsUserJavaScriptEv", (const v8::StackFrame*))              \
  /* Takes a slot's address up to Node 20 and the object itself from 22 on. */                               \
  X(v8::Address*, globalizeSlot, "_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEPm",        \
    (v8::Isolate*, v8::Address*))                                                                            \
  X(v8::Address*, globalizeObject, "_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEm",       \
    (v8::Isolate*, v8::Address))                                                                             \
  /* Without a callback: where the handle is kept is cleared when the object has died. */                    \
  X(void, makeWeak, "_ZN2v812api_internal8MakeWeakEPPm", (v8::Address**))                                    \
  /* Of a typed array, and what is in them: a Value up to Node 20, any Data from 22 on. */                   \
  X(int, internalFieldCount, "_ZNK2v86Object18InternalFieldCountEv", (const v8::Object*))                    \
  X(void, setInternalFieldValue, "_ZN2v86Object16SetInternalFieldEiNS_5LocalINS_5ValueEEE",                  \
    (v8::Object*, int, v8::Local<v8::Value>))                                                                \
  X(void, setInternalFieldData, "_ZN2v86Object16SetInternalFieldEiNS_5LocalINS_4DataEEE",                    \
    (v8::Object*, int, v8::Local<v8::Value>))                                                                \
  X(v8::Local<v8::Value>, slowGetInternalField, "_ZN2v86Object20SlowGetInternalFieldEi", (v8::Object*, int)) \
  X(v8::Local<v8::Context>, getCurrentContext, "_ZN2v87Isolate17GetCurrentContextEv", (v8::Isolate*))        \
  /* What comes with the function is a Value up to Node 24, any Data from 26 on. */                          \
  X(v8::MaybeLocal<v8::Function>, newFunctionWithValue,                                                      \
    "_ZN2v88Function3NewENS_5LocalINS_7ContextEEEPFvRKNS_20FunctionCallbackInfoINS_5ValueEEEENS1_IS5_EEiNS_" \
    "19ConstructorBehaviorENS_14SideEffectTypeE",                                                            \
    (v8::Local<v8::Context>, v8::FunctionCallback, v8::Local<v8::Value>, int, int, int))                     \
  X(v8::MaybeLocal<v8::Function>, newFunctionWithData,                                                       \
    "_ZN2v88Function3NewENS_5LocalINS_7ContextEEEPFvRKNS_20FunctionCallbackInfoINS_5ValueEEEENS1_INS_4"      \
    "DataEEEiNS_19ConstructorBehaviorENS_14SideEffectTypeE",                                                 \
    (v8::Local<v8::Context>, v8::FunctionCallback, v8::Local<v8::Value>, int, int, int))                     \
  X(void, disposeGlobal, "_ZN2v812api_internal13DisposeGlobalEPm", (v8::Address*))                           \
  /* These three return a pointer, in whatever class: a handle, or the place of a std::unique_ptr. */        \
  X(void*, bufferNewOwned, "_ZN4node6Buffer3NewEPN2v87IsolateEPcm", (v8::Isolate*, char*, size_t))           \
  X(void*, bufferNewExternal, "_ZN4node6Buffer3NewEPN2v87IsolateEPcmPFvS4_PvES5_",                           \
    (v8::Isolate*, char*, size_t, v8::BufferFreeCallback, void*))                                            \
  X(void*, newBackingStore, "_ZN2v811ArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_",                        \
    (void*, void*, size_t, v8::BackingStoreDeleter, void*))                                                  \
  X(void*, newSharedBackingStore, "_ZN2v817SharedArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_",            \
    (void*, void*, size_t, v8::BackingStoreDeleter, void*))                                                  \
  X(void*, serializerReallocate, "_ZN2v815ValueSerializer8Delegate22ReallocateBufferMemoryEPvmPm",           \
    (void*, void*, size_t, size_t*))                                                                         \
  X(void, serializerWriteValue,                                                                              \
    "_ZN4node6serdes17SerializerContext10WriteValueERKN2v820FunctionCallbackInfoINS2_5ValueEEE", ())         \
  X(void, serializerWriteRawBytes,                                                                           \
    "_ZN4node6serdes17SerializerContext13WriteRawBytesERKN2v820FunctionCallbackInfoINS2_5ValueEEE", ())      \
  X(void, emptyDeleter, "_ZN2v812BackingStore12EmptyDeleterEPvmS1_", (void*, size_t, void*))                 \
  X(void, allocatorAllocate, "_ZN4node24NodeArrayBufferAllocator8AllocateEm", ())                            \
  X(void, allocatorAllocateUninitialized, "_ZN4node24NodeArrayBufferAllocator21AllocateUninitializedEm", ()) \
  X(void, allocatorFree, "_ZN4node24NodeArrayBufferAllocator4FreeEPvm", ())                                  \
  X(void, allocatorReallocate, "_ZN4node24NodeArrayBufferAllocator10ReallocateEPvmm", ())

namespace slabscope::preload {

struct V8Functions {
#define SLABSCOPE_DECLARE(result, name, symbol, parameters) result(*name) parameters;
  SLABSCOPE_V8_FUNCTIONS(SLABSCOPE_DECLARE)
#undef SLABSCOPE_DECLARE
  void** serializer_vtable;  ///< of node's v8.Serializer; null: not exported
  void** allocator_vtable;   ///< of node::NodeArrayBufferAllocator, from the symbol's start
};
extern constinit V8Functions v8_functions;

/// The exported symbols of these.
struct V8Symbols {
#define SLABSCOPE_NAME(result, name, symbol, parameters) static constexpr const char* name = symbol;
  SLABSCOPE_V8_FUNCTIONS(SLABSCOPE_NAME)
#undef SLABSCOPE_NAME
  static constexpr const char* serializer_vtable = "_ZTVN4node6serdes17SerializerContextE";
  static constexpr const char* allocator_vtable = "_ZTVN4node24NodeArrayBufferAllocatorE";
};

/// Looks everything up. False in a process that is not node: its allocator's vtable is not there.
bool findV8();

}  // namespace slabscope::preload
