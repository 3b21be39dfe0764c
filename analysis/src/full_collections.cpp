// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/full_collections.h"

namespace slabscope::analysis {

using recording::GcKind;

void FullCollections::on(const recording::Gc& event) {
  const IsolateKey isolate(event.isolate);
  const recording::Nanoseconds* marking = marking_.find(isolate);
  if (event.kind == GcKind::kIncremental && marking == nullptr) marking_.put(isolate, event.t);
  if (event.kind != GcKind::kMarkCompact) return;
  judged_.put(isolate, marking != nullptr && *marking < event.t ? *marking : event.t);
  if (marking != nullptr) marking_.erase(isolate);
}

const recording::Nanoseconds* FullCollections::last(uint32_t isolate) const {
  return judged_.find(IsolateKey(isolate));
}

}  // namespace slabscope::analysis
