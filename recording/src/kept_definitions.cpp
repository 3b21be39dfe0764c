// SPDX-License-Identifier: Apache-2.0
#include "kept_definitions.h"

#include "latest.h"

namespace slabscope::recording {

void KeptDefinitions::add(StringId id, std::string_view text) {
  strings_ = id.value;
  names_.insert_or_assign(id.value, Name{std::string(text), id});
  oldest_names_.push_back(id.value);
  while (names_.size() > kNames) {
    names_.erase(oldest_names_.front());
    oldest_names_.pop_front();
  }
}

void KeptDefinitions::add(const Frame& frame) {
  frames_.push_back(frame);
  for (const StringId id : {frame.function, frame.file}) {
    const auto name = names_.find(id.value);
    if (name == names_.end()) continue;
    of_frames_.emplace(id.value, std::move(name->second.text));
    names_.erase(name);
  }
}

void KeptDefinitions::add(const RuntimeInfo& info) {
  replaceOrAppend(runtime_, info, &RuntimeInfo::key);
}

void KeptDefinitions::add(const Capability& capability) {
  replaceOrAppend(capabilities_, capability, &Capability::name);
}

StringId KeptDefinitions::present(StringId id, BatchEncoder& encoder) {
  if (!id || isTold(id)) return id;
  const auto name = names_.find(id.value);
  if (name == names_.end()) return {};
  if (!isTold(name->second.now)) {
    const StringId now = encoder.addString(name->second.text);
    name->second.now = now;
    // A frame may come to use it: then it is found by this id.
    add(now, std::string(name->second.text));
    return now;
  }
  return name->second.now;
}

void KeptDefinitions::retell(BatchEncoder& encoder, const std::function<void()>& spill) {
  retold_strings_ = strings_;
  for (uint32_t id = 1; id <= strings_; ++id) {
    const auto text = of_frames_.find(id);
    encoder.addString(text != of_frames_.end() ? std::string_view(text->second) : std::string_view());
    spill();
  }
  for (const Frame& frame : frames_) {
    encoder.addFrame(frame);
    spill();
  }
  for (const StackNode& node : stacks_) {
    encoder.addStack(node);
    spill();
  }
  for (const RuntimeInfo& info : runtime_) encoder.addRuntimeInfo(info);
  for (const Capability& capability : capabilities_) encoder.addCapability(capability);
  spill();
}

}  // namespace slabscope::recording
