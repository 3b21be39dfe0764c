// SPDX-License-Identifier: Apache-2.0
// The kinds of the file and those of the model. Enums of the file are open: a value that this version does
// not know becomes the kind that claims least.
#pragma once

#include "recording.pb.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

inline proto::FrameKind toProto(FrameKind kind) {
  return static_cast<proto::FrameKind>(kind);
}
inline proto::StoreKind toProto(StoreKind kind) {
  return static_cast<proto::StoreKind>(kind);
}
inline proto::GcKind toProto(GcKind kind) {
  return static_cast<proto::GcKind>(kind);
}
inline proto::EndKind toProto(EndKind kind) {
  return static_cast<proto::EndKind>(kind);
}

// The casts hold as long as both sides count alike.
static_assert(static_cast<int>(FrameKind::kJs) == proto::FRAME_JS);
static_assert(static_cast<int>(FrameKind::kBuiltin) == proto::FRAME_BUILTIN);
static_assert(static_cast<int>(FrameKind::kWasm) == proto::FRAME_WASM);
static_assert(static_cast<int>(FrameKind::kNative) == proto::FRAME_NATIVE &&
              proto::FrameKind_MAX == proto::FRAME_NATIVE);
static_assert(static_cast<int>(StoreKind::kArrayBuffer) == proto::STORE_ARRAYBUFFER);
static_assert(static_cast<int>(StoreKind::kPool) == proto::STORE_POOL);
static_assert(static_cast<int>(StoreKind::kNativePool) == proto::STORE_NATIVE_POOL);
static_assert(static_cast<int>(StoreKind::kShared) == proto::STORE_SHARED);
static_assert(static_cast<int>(StoreKind::kResizable) == proto::STORE_RESIZABLE);
static_assert(static_cast<int>(StoreKind::kWasm) == proto::STORE_WASM);
static_assert(static_cast<int>(StoreKind::kExternal) == proto::STORE_EXTERNAL &&
              proto::StoreKind_MAX == proto::STORE_EXTERNAL);
static_assert(static_cast<int>(GcKind::kScavenge) == proto::GC_SCAVENGE);
static_assert(static_cast<int>(GcKind::kMinorMarkSweep) == proto::GC_MINOR_MARK_SWEEP);
static_assert(static_cast<int>(GcKind::kMarkCompact) == proto::GC_MARK_COMPACT);
static_assert(static_cast<int>(GcKind::kIncremental) == proto::GC_INCREMENTAL);
static_assert(static_cast<int>(GcKind::kWeak) == proto::GC_WEAK && proto::GcKind_MAX == proto::GC_WEAK);
static_assert(static_cast<int>(EndKind::kUnknown) == proto::END_UNKNOWN);
static_assert(static_cast<int>(EndKind::kExit) == proto::END_EXIT);
static_assert(static_cast<int>(EndKind::kSignal) == proto::END_SIGNAL);
static_assert(static_cast<int>(EndKind::kDetached) == proto::END_DETACHED &&
              proto::EndKind_MAX == proto::END_DETACHED);

inline FrameKind frameKind(int value) {
  return proto::FrameKind_IsValid(value) ? static_cast<FrameKind>(value) : FrameKind::kNative;
}
inline StoreKind storeKind(int value) {
  return proto::StoreKind_IsValid(value) ? static_cast<StoreKind>(value) : StoreKind::kArrayBuffer;
}
/// Not a full collection, which reports take as evidence of what is reachable.
inline GcKind gcKind(int value) {
  return proto::GcKind_IsValid(value) ? static_cast<GcKind>(value) : GcKind::kIncremental;
}
inline EndKind endKind(int value) {
  return proto::EndKind_IsValid(value) ? static_cast<EndKind>(value) : EndKind::kUnknown;
}

}  // namespace slabscope::recording
