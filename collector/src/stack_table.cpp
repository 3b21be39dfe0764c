// SPDX-License-Identifier: Apache-2.0
#include "stack_table.h"

#include <algorithm>

#include "script_name.h"

namespace slabscope::collector {

namespace {

// Threads define out of order, and definitions can be lost; but no further apart than this.
constexpr size_t kMaxIdGap = 1 << 20;
// What the shim says too where V8 does not tell.
constexpr const char* kOriginNotTold = "eval";

uint64_t keyOf(uint32_t isolate, uint32_t script) {
  return uint64_t{isolate} << 32 | script;
}

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

template <class Frames>
recording::StackId StackTable::intern(const Frames& frames) {
  recording::StackId stack;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    recording::FrameId id = interner_.frame({kindOf(frame->frame.kind), interner_.string(frame->function),
                                             interner_.string(fileOfScript(frame->file)), frame->frame.line,
                                             frame->frame.column});
    stack = interner_.stack({stack, id});
  }
  return stack;
}

bool StackTable::define(const StackDefinition& definition) {
  for (const FrameText& frame : definition.frames) {
    if (frame.frame.script != 0) return keepOpen(definition);
  }
  return put(definition.stack, {intern(definition.frames), traitsOf(definition.frames)});
}

/// False while the frame's text has not been told.
bool StackTable::fillIn(uint32_t isolate, OwnedFrame& frame) const {
  if (frame.frame.script == 0) return true;
  auto origin = origins_.find(keyOf(isolate, frame.frame.script));
  if (origin == origins_.end()) return false;
  frame.file = origin->second;
  return true;
}

bool StackTable::keepOpen(const StackDefinition& definition) {
  OpenStack stack{definition.isolate, {}};
  bool complete = true;
  for (const FrameText& frame : definition.frames) {
    stack.frames.push_back({frame.frame, std::string(frame.function), std::string(frame.file)});
    complete = fillIn(stack.isolate, stack.frames.back()) && complete;
  }
  recording::StackId id;
  if (complete) id = intern(stack.frames);
  if (!put(definition.stack, {id, traitsOf(definition.frames), !complete})) return false;
  if (!complete) open_.insert_or_assign(definition.stack, std::move(stack));
  return true;
}

void StackTable::define(const OriginText& origin) {
  origins_.insert_or_assign(keyOf(origin.isolate, origin.script), std::string(origin.text));
  for (auto open = open_.begin(); open != open_.end();) {
    OpenStack& stack = open->second;
    bool complete = true;
    for (OwnedFrame& frame : stack.frames) complete = fillIn(stack.isolate, frame) && complete;
    if (!complete) {
      ++open;
      continue;
    }
    Entry& entry = entries_[open->first];
    entry.stack = intern(stack.frames);
    entry.open = false;
    open = open_.erase(open);
  }
}

void StackTable::close(uint32_t wire_stack) {
  auto open = open_.find(wire_stack);
  if (open == open_.end()) return;
  for (OwnedFrame& frame : open->second.frames) {
    if (!fillIn(open->second.isolate, frame)) frame.file = kOriginNotTold;
  }
  Entry& entry = entries_[wire_stack];
  entry.stack = intern(open->second.frames);
  entry.open = false;
  open_.erase(open);
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
