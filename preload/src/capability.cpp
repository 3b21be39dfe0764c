// SPDX-License-Identifier: Apache-2.0
#include "capability.h"

#include "thread.h"

namespace slabscope::preload {

void tellCapability(const char* name, bool present, const char* why_missing) {
  const char* detail = present || why_missing == nullptr ? "" : why_missing;
  char text[512];
  size_t name_bytes = std::strlen(name);
  size_t detail_bytes = std::strlen(detail);
  if (name_bytes + detail_bytes > sizeof text) return;
  std::memcpy(text, name, name_bytes);
  std::memcpy(text + name_bytes, detail, detail_bytes);
  wire::Capability record{};
  record.header = headerOf(wire::RecordKind::kCapability, 0, now());
  record.present = present ? 1 : 0;
  record.name_bytes = static_cast<uint16_t>(name_bytes);
  record.detail_bytes = static_cast<uint16_t>(detail_bytes);
  emitWithText(record, text, name_bytes + detail_bytes);
}

}  // namespace slabscope::preload
