// SPDX-License-Identifier: Apache-2.0
// Who costs what: the stacks of a cost table by caller, as a list or as a tree, from the top or from the
// bottom. Without words: what a figure is called is its reader's business.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// What makes two frames the same caller.
enum class Grouping : uint8_t {
  kLine,      ///< function, file, line and column
  kFunction,  ///< function and file
  kFile,
  kPackage,  ///< see codeOwnerOf()
};

/// Which frames of a stack are looked at.
enum class Frames : uint8_t {
  kOwners,  ///< as Owners::pathOf(): Node's inside is folded into the line that called it
  kAll,
};

struct CallerCosts {
  /// Adds up.
  Costs costs;
  /// Of held_bytes, what nobody else has a part in: its own live stores, and slabs that only it holds. Does
  /// not add up: two callers may hold a slab that neither of them holds alone.
  uint64_t alone_bytes = 0;
};

/// A caller wherever it is on a stack.
struct CallerRow {
  recording::FrameId frame;  ///< one of its frames; 0: what was allocated without a stack
  CallerCosts self;          ///< of stacks whose innermost frame it is
  CallerCosts total;         ///< of stacks that it is on, each counted once
};

/// In the order in which the callers are met, stack by stack. All `self` costs add up to table.total.
std::vector<CallerRow> callerTable(const Scan& scan, const CostTable& table, Grouping grouping,
                                   Frames frames);

enum class Direction : uint8_t {
  kTopDown,   ///< roots are the outermost frames, children what they called
  kBottomUp,  ///< roots are the innermost frames, children their callers
};

struct CallerNode {
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  recording::FrameId frame;  ///< one of the caller's frames; 0: what was allocated without a stack
  uint32_t parent = kNone;   ///< index of a node before this one; kNone: a root
  std::vector<uint32_t> children;
  CallerCosts self;   ///< of stacks that end here
  CallerCosts total;  ///< of these and of all children
};

struct CallerTree {
  std::vector<CallerNode> nodes;  ///< parents before their children
  std::vector<uint32_t> roots;    ///< their totals add up to table.total
};

/// A caller that calls itself directly is one node; through others it is met again further down.
CallerTree callerTree(const Scan& scan, const CostTable& table, Direction direction, Grouping grouping,
                      Frames frames);

/// By stack id.
using MarkedStacks = std::vector<bool>;
/// Whether a stack is marked.
inline bool isMarked(const MarkedStacks& stacks, recording::StackId stack) {
  return stack.value < stacks.size() && stacks[stack.value];
}

/// By stack id, whether the caller that `frame` belongs to is on the stack; 0: what was allocated without
/// one.
MarkedStacks stacksThrough(const Scan& scan, recording::FrameId frame, Grouping grouping, Frames frames);

}  // namespace slabscope::analysis
