// SPDX-License-Identifier: Apache-2.0
// The definitions that a recording with a limit must be able to tell again. Frames and stacks are as many as
// the program has code; the names of marks can be any number, so that a later file leaves out those of the
// past.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batch_encoder.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

class KeptDefinitions {
 public:
  void add(StringId id, std::string_view text);
  /// `frame` names strings by ids that present() gave.
  void add(const Frame& frame);
  void add(const StackNode& node) { stacks_.push_back(node); }
  void add(const RuntimeInfo& info);
  void add(const Capability& capability);

  /// The id by which the files know the text of `id`. Where the latest retelling left it out it is defined
  /// anew in `encoder`; none when it is too long ago to be remembered.
  StringId present(StringId id, BatchEncoder& encoder);

  /// Defines everything in a new file, by the same ids. `spill` is called after each definition.
  void retell(BatchEncoder& encoder, const std::function<void()>& spill);

 private:
  struct Name {
    std::string text;
    StringId now;  ///< its latest definition
  };
  // The collector asks for a name again only while it remembers it itself, which is for fewer names than
  // this.
  static constexpr size_t kNames = 1 << 16;

  bool isTold(StringId id) const { return id.value > retold_strings_ || of_frames_.contains(id.value); }

  uint32_t strings_ = 0;         ///< defined so far
  uint32_t retold_strings_ = 0;  ///< up to here the latest file has only those of frames
  std::unordered_map<uint32_t, std::string> of_frames_;
  std::unordered_map<uint32_t, Name> names_;  ///< all other strings, by the id they were first given
  std::deque<uint32_t> oldest_names_;
  std::vector<Frame> frames_;
  std::vector<StackNode> stacks_;
  std::vector<RuntimeInfo> runtime_;
  std::vector<Capability> capabilities_;
};

}  // namespace slabscope::recording
