// SPDX-License-Identifier: Apache-2.0
#include "kinds.h"

namespace slabscope::recording {

const char* toString(FrameKind kind) {
  switch (kind) {
    case FrameKind::kJs:
      return "js";
    case FrameKind::kBuiltin:
      return "builtin";
    case FrameKind::kWasm:
      return "wasm";
    case FrameKind::kNative:
      return "native";
  }
  return "unknown";
}

const char* toString(StoreKind kind) {
  switch (kind) {
    case StoreKind::kArrayBuffer:
      return "arraybuffer";
    case StoreKind::kPool:
      return "pool";
    case StoreKind::kNativePool:
      return "native-pool";
    case StoreKind::kShared:
      return "shared";
    case StoreKind::kResizable:
      return "resizable";
    case StoreKind::kWasm:
      return "wasm";
    case StoreKind::kExternal:
      return "external";
  }
  return "unknown";
}

const char* toString(GcKind kind) {
  switch (kind) {
    case GcKind::kScavenge:
      return "scavenge";
    case GcKind::kMinorMarkSweep:
      return "minor-mark-sweep";
    case GcKind::kMarkCompact:
      return "mark-compact";
    case GcKind::kIncremental:
      return "incremental";
    case GcKind::kWeak:
      return "weak";
  }
  return "unknown";
}

}  // namespace slabscope::recording
