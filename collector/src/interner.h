// SPDX-License-Identifier: Apache-2.0
// Strings, frames and the tree of calls are each written once, whatever number of times the shim defines
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "flat_map.h"
#include "slabscope/recording/writer.h"

namespace slabscope::collector {

class Interner {
 public:
  /// `writer` must outlive the interner.
  explicit Interner(recording::Writer& writer) : writer_(writer) {}

  recording::StringId string(std::string_view text);
  /// For texts of which a long run may make any number, such as the names of marks: forgotten now and then,
  /// and then written once more.
  recording::StringId passingString(std::string_view text);
  recording::FrameId frame(const recording::Frame& frame);
  recording::StackId stack(const recording::StackNode& node);

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct FrameHash {
    size_t operator()(const recording::Frame& frame) const;
  };

  using Strings = std::unordered_map<std::string, recording::StringId, TextHash, std::equal_to<>>;
  recording::StringId stringIn(Strings& strings, std::string_view text);

  recording::Writer& writer_;
  Strings strings_;
  Strings passing_;
  std::unordered_map<recording::Frame, recording::FrameId, FrameHash> frames_;
  FlatMap<recording::StackId> stacks_;
};

}  // namespace slabscope::collector
