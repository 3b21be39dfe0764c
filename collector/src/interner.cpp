// SPDX-License-Identifier: Apache-2.0
#include "interner.h"

namespace slabscope::collector {

namespace {

constexpr size_t kMaxPassingStrings = 4096;

}  // namespace

recording::StringId Interner::stringIn(Strings& strings, std::string_view text) {
  if (text.empty()) return {};
  if (auto known = strings.find(text); known != strings.end()) return known->second;
  recording::StringId id = writer_.addString(text);
  strings.emplace(text, id);
  return id;
}

recording::StringId Interner::string(std::string_view text) {
  return stringIn(strings_, text);
}

recording::StringId Interner::passingString(std::string_view text) {
  if (passing_.size() >= kMaxPassingStrings) passing_.clear();
  return stringIn(passing_, text);
}

size_t Interner::FrameHash::operator()(const recording::Frame& frame) const {
  uint64_t names = uint64_t{frame.function.value} << 32 | frame.file.value;
  uint64_t place = uint64_t{frame.line} << 32 | frame.column;
  uint64_t mixed =
      (names * 0x9E3779B97F4A7C15ULL) ^ (place * 0xC2B2AE3D27D4EB4FULL) ^ static_cast<uint64_t>(frame.kind);
  return static_cast<size_t>(mixed ^ mixed >> 29);
}

recording::FrameId Interner::frame(const recording::Frame& frame) {
  if (auto known = frames_.find(frame); known != frames_.end()) return known->second;
  recording::FrameId id = writer_.addFrame(frame);
  frames_.emplace(frame, id);
  return id;
}

recording::StackId Interner::stack(const recording::StackNode& node) {
  // Frames are numbered from 1: the key is never 0.
  uint64_t key = uint64_t{node.parent.value} << 32 | node.frame.value;
  if (const recording::StackId* known = stacks_.find(key)) return *known;
  recording::StackId id = writer_.addStack(node);
  stacks_.set(key, id);
  return id;
}

}  // namespace slabscope::collector
