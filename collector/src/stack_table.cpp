// SPDX-License-Identifier: Apache-2.0
#include "stack_table.h"

#include <algorithm>

#include "script_name.h"

namespace slabscope::collector {

namespace {

// Threads define out of order, and definitions can be lost; but no further apart than this.
constexpr size_t kMaxIdGap = 1 << 20;

recording::FrameKind kindOf(wire::FrameKind kind) {
  switch (kind) {
    case wire::FrameKind::kBuiltin:
      return recording::FrameKind::kBuiltin;
    case wire::FrameKind::kWasm:
      return recording::FrameKind::kWasm;
    case wire::FrameKind::kJs:
      break;
  }
  return recording::FrameKind::kJs;
}

}  // namespace

bool StackTable::put(uint32_t wire_stack, Entry entry) {
  if (wire_stack == 0 || wire_stack > entries_.size() + kMaxIdGap) return false;
  if (wire_stack >= entries_.size()) entries_.resize(size_t{wire_stack} + 1);
  entries_[wire_stack] = entry;
  return true;
}

bool StackTable::define(const StackDefinition& definition) {
  recording::StackId stack;
  for (auto frame = definition.frames.rbegin(); frame != definition.frames.rend(); ++frame) {
    recording::FrameId id = interner_.frame({kindOf(frame->frame.kind), interner_.string(frame->function),
                                             interner_.string(fileOfScript(frame->file)), frame->frame.line,
                                             frame->frame.column});
    stack = interner_.stack({stack, id});
  }
  return put(definition.stack, {stack, traitsOf(definition.frames)});
}

bool StackTable::define(const NativeStackDefinition& definition) {
  recording::StackId stack;
  const std::vector<uint64_t>& addresses = definition.return_addresses;
  for (auto address = addresses.rbegin(); address != addresses.rend(); ++address) {
    const NativeFrame* frame = natives_.resolve(*address);
    if (frame == nullptr) continue;
    recording::FrameId id = interner_.frame({recording::FrameKind::kNative, interner_.string(frame->function),
                                             interner_.string(frame->file), frame->line, frame->column});
    stack = interner_.stack({stack, id});
  }
  return put(definition.stack, {stack, {}});
}

}  // namespace slabscope::collector
