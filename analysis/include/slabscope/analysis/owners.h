// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Which frame of a stack answers for what was allocated there: the innermost one of the program itself, not
/// Node's own JavaScript, V8's built-in functions or machine code. Where there is none, the innermost
/// JavaScript of Node; then the innermost machine code that says what the memory was for (not V8's and not an
/// allocator's); then the innermost frame of any kind. Frame 0 for a stack without frames.
class Owners {
 public:
  /// `definitions` must outlive this, and change in no way but that more are added.
  explicit Owners(const recording::Definitions& definitions);
  recording::FrameId of(recording::StackId stack) const {
    const bool is_known = stack.value < known_.size() && known_[stack.value];
    return is_known ? known_[stack.value] : find(stack);
  }
  /// The frames of the stack that say as much as its owner does (all of the program where one is), innermost
  /// first: the owner, and who called it.
  std::vector<recording::FrameId> pathOf(recording::StackId stack) const;
  /// Whether the frame is of the program itself: of its own code or of a package.
  bool isOfTheProgram(recording::FrameId frame) const;

 private:
  recording::FrameId find(recording::StackId stack) const;
  int rank(recording::FrameId id) const;

  const recording::Definitions& definitions_;
  mutable std::vector<recording::FrameId> known_;  // by stack id; 0 = not looked up yet
};

}  // namespace slabscope::analysis
