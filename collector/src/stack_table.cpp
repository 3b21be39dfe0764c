// SPDX-License-Identifier: Apache-2.0
#include "stack_table.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "script_name.h"

namespace slabscope::collector {

namespace {

// V8 tells the text at its next interrupt, so that few stacks wait for one at a time; and each text that
// comes is compared with all that wait.
constexpr size_t kMaxOpen = 1024;
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
    case wire::FrameKind::kNative:
      return recording::FrameKind::kNative;
    case wire::FrameKind::kJs:
      break;
  }
  return recording::FrameKind::kJs;
}

bool isNative(const FrameText& frame) {
  return frame.frame.kind == wire::FrameKind::kNative;
}

uint64_t returnAddressIn(std::string_view bytes) {
  uint64_t address = 0;
  std::memcpy(&address, bytes.data(), std::min(bytes.size(), sizeof address));
  return address;
}

/// Of the JavaScript alone: native code above it changes nothing.
StackTraits traitsOfJavaScript(const std::vector<FrameText>& frames) {
  if (std::none_of(frames.begin(), frames.end(), isNative)) return traitsOf(frames);
  std::vector<FrameText> others;
  std::remove_copy_if(frames.begin(), frames.end(), std::back_inserter(others), isNative);
  return traitsOf(others);
}

}  // namespace

uint64_t StackTable::Entry::key() const {
  const auto flags = static_cast<uint64_t>(1 | traits.creates_pool << 1 | traits.creates_shared << 2 |
                                           traits.whole_pool << 3 | traits.stream_read << 4 |
                                           traits.from_string_fast << 5 | open << 6);
  return uint64_t{stack.value} << 16 | static_cast<uint64_t>(traits.view) << 8 | flags;
}

uint32_t StackTable::indexOf(const Entry& entry) {
  const uint64_t key = entry.key();
  if (const uint32_t* known = index_of_.find(key)) return *known;
  const auto index = static_cast<uint32_t>(entries_.size());
  entries_.push_back(entry);
  index_of_.set(key, index);
  return index;
}

bool StackTable::put(uint32_t wire_stack, Entry entry) {
  if (wire_stack == 0) return false;
  const uint64_t key = rowKey(wire_stack);
  const uint32_t* known = row_of_.find(key);
  const auto row = known != nullptr ? *known : static_cast<uint32_t>(rows_.size());
  if (known == nullptr) {
    rows_.emplace_back();
    row_of_.set(key, row);
  }
  rows_[row][wire_stack % kRow] = indexOf(entry);
  return true;
}

template <class Frames>
recording::StackId StackTable::intern(const Frames& frames) {
  recording::StackId stack;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    if (frame->frame.kind == wire::FrameKind::kNative) {
      stack = internNative(stack, returnAddressIn(frame->function));
      continue;
    }
    recording::FrameId id = interner_.frame({kindOf(frame->frame.kind), interner_.string(frame->function),
                                             interner_.string(fileOfScript(frame->file)), frame->frame.line,
                                             frame->frame.column});
    stack = interner_.stack({stack, id});
  }
  return stack;
}

recording::StackId StackTable::internNative(recording::StackId stack, uint64_t return_address) {
  std::span<const NativeFrame> frames = natives_.resolve(return_address);
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    recording::FrameId id = interner_.frame({recording::FrameKind::kNative, interner_.string(frame->function),
                                             interner_.string(frame->file), frame->line, frame->column});
    stack = interner_.stack({stack, id});
  }
  return stack;
}

bool StackTable::define(const StackDefinition& definition) {
  missing_natives_ |= definition.flags & (wire::kFlagNativeEndsEarly | wire::kFlagNativeBetweenMissing);
  for (const FrameText& frame : definition.frames) {
    if (frame.frame.script != 0) return keepOpen(definition);
  }
  return put(definition.stack, {intern(definition.frames), traitsOfJavaScript(definition.frames)});
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
  bool filled = true;
  for (const FrameText& frame : definition.frames) {
    stack.frames.push_back({frame.frame, std::string(frame.function), std::string(frame.file)});
    filled = fillIn(stack.isolate, stack.frames.back()) && filled;
  }
  recording::StackId id;
  if (filled) id = intern(stack.frames);
  if (!put(definition.stack, {id, traitsOfJavaScript(definition.frames), !filled})) return false;
  if (filled) return true;
  open_.insert_or_assign(definition.stack, std::move(stack));
  if (open_.size() > kMaxOpen) close(open_.begin()->first);
  return true;
}

void StackTable::complete(uint32_t wire_stack, const OpenStack& stack) {
  put(wire_stack, {intern(stack.frames), traits(wire_stack), false});
}

void StackTable::define(const OriginText& origin) {
  origins_.insert_or_assign(keyOf(origin.isolate, origin.script), std::string(origin.text));
  for (auto open = open_.begin(); open != open_.end();) {
    OpenStack& stack = open->second;
    bool filled = true;
    for (OwnedFrame& frame : stack.frames) filled = fillIn(stack.isolate, frame) && filled;
    if (!filled) {
      ++open;
      continue;
    }
    complete(open->first, stack);
    open = open_.erase(open);
  }
}

void StackTable::close(uint32_t wire_stack) {
  auto open = open_.find(wire_stack);
  if (open == open_.end()) return;
  for (OwnedFrame& frame : open->second.frames) {
    if (!fillIn(open->second.isolate, frame)) frame.file = kOriginNotTold;
  }
  complete(wire_stack, open->second);
  open_.erase(open);
}

bool StackTable::define(const NativeStackDefinition& definition) {
  recording::StackId stack;
  const std::vector<uint64_t>& addresses = definition.return_addresses;
  for (auto address = addresses.rbegin(); address != addresses.rend(); ++address)
    stack = internNative(stack, *address);
  return put(definition.stack, {stack, {}});
}

}  // namespace slabscope::collector
