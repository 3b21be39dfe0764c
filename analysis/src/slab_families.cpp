// SPDX-License-Identifier: Apache-2.0
#include "slab_families.h"

#include <algorithm>
#include <string_view>

namespace slabscope::analysis {

using recording::Definitions;
using recording::Nanoseconds;
using recording::StackId;
using recording::StoreId;

namespace {

bool isOfBufferModule(const Definitions& definitions, StackId at, std::string_view function) {
  if (!at) return false;
  const recording::Frame& frame = definitions.frame(definitions.stack(at).frame);
  return definitions.string(frame.function) == function && definitions.string(frame.file) == "node:buffer";
}

// A pool that goes on does so for a function that cuts from it; the module's own code has no name.
bool isMadeByTheModuleItself(const Definitions& definitions, StackId stack) {
  for (StackId at = stack; at; at = definitions.stack(at).parent) {
    if (isOfBufferModule(definitions, at, "createPool"))
      return isOfBufferModule(definitions, definitions.stack(at).parent, "");
  }
  return false;
}

}  // namespace

bool FurtherPools::beginWith(const SlabFamily& family, StackId stack) {
  return !known_.insert(family).second && isMadeByTheModuleItself(definitions_, stack);
}

void YoungestSlabs::add(StoreId slab, const SlabFamily& family, Nanoseconds born, StackId stack) {
  if (further_pools_.beginWith(family, stack)) {
    firsts_.insert(slab.value);
  } else {
    born_[family] = born;
  }
}

bool YoungestSlabs::haveReplaced(StoreId slab, const SlabFamily& family, Nanoseconds born,
                                 Nanoseconds last_cut) const {
  // A further pool that was never cut from has not gone on.
  if (last_cut == 0 && firsts_.contains(slab.value)) return false;
  const auto youngest = born_.find(family);
  return youngest != born_.end() && youngest->second > std::max(last_cut, born);
}

}  // namespace slabscope::analysis
