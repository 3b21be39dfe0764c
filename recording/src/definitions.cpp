// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "latest.h"
#include "slabscope/recording/reader.h"

namespace slabscope::recording {
namespace {

template <class T, class Id>
const T& at(const std::vector<T>& all, Id id) {
  static const T kNone{};
  return id.value == 0 || id.value > all.size() ? kNone : all[id.value - 1];
}

}  // namespace

void Definitions::add(BatchHead& batch) {
  std::move(batch.strings.begin(), batch.strings.end(), std::back_inserter(strings_));
  batch.strings.clear();
  frames_.insert(frames_.end(), batch.frames.begin(), batch.frames.end());
  stacks_.insert(stacks_.end(), batch.stacks.begin(), batch.stacks.end());
  for (const Capability& one : batch.capabilities) replaceOrAppend(capabilities_, one, &Capability::name);
  for (const RuntimeInfo& one : batch.runtime) replaceOrAppend(runtime_, one, &RuntimeInfo::key);
}

StringId Definitions::addString(std::string text) {
  strings_.push_back(std::move(text));
  return {static_cast<uint32_t>(strings_.size())};
}

void Definitions::replace(FrameId id, const Frame& frame) {
  frames_[id.value - 1] = frame;
}

const std::string& Definitions::string(StringId id) const {
  return at(strings_, id);
}
const Frame& Definitions::frame(FrameId id) const {
  return at(frames_, id);
}
const StackNode& Definitions::stack(StackId id) const {
  return at(stacks_, id);
}

std::vector<FrameId> Definitions::framesOf(StackId id) const {
  std::vector<FrameId> frames;
  while (id && id.value <= stacks_.size()) {
    const StackNode& node = stacks_[id.value - 1];
    frames.push_back(node.frame);
    // A parent is defined before its children: anything else would run in circles.
    if (node.parent >= id) break;
    id = node.parent;
  }
  return frames;
}

std::string Definitions::runtime(std::string_view key) const {
  for (const RuntimeInfo& info : runtime_) {
    if (info.key == key) return info.value;
  }
  return {};
}

}  // namespace slabscope::recording
