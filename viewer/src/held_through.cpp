// SPDX-License-Identifier: GPL-3.0-or-later
#include "held_through.h"

namespace slabscope::viewer {

bool HeldThrough::isWhole(recording::FrameId owner) const {
  const auto part = owners.find(owner);
  return part != owners.end() && part->second.slices != 0 && part->second.slices == part->second.of;
}

bool HeldThrough::isPart(recording::FrameId owner) const {
  const auto part = owners.find(owner);
  return part != owners.end() && part->second.slices != 0 && part->second.slices != part->second.of;
}

HeldThrough findHeldThrough(const HeldQuestion& question, const analysis::Progress& progress) {
  const Loaded& loaded = *question.recording;
  const std::vector<bool> stacks = analysis::stacksThrough(loaded.scan, question.caller.frame,
                                                           question.caller.grouping, question.caller.frames);
  HeldThrough held{question.caller, {}, {}};
  uint64_t seen = 0;
  for (const analysis::SlabLife& slab : loaded.lives.slabs) {
    if (!slab.life.aliveAt(question.at)) continue;
    bool is_held = false;
    for (const analysis::SliceLife* slice = loaded.lives.begin(slab); slice != loaded.lives.end(slab);
         ++slice) {
      if (!slice->life.aliveAt(question.at)) continue;
      const bool goes_through = analysis::isMarked(stacks, slice->stack);
      HeldThrough::Part& part = held.owners[loaded.ownerOf(slice->stack)];
      ++part.of;
      part.slices += goes_through ? 1 : 0;
      is_held = is_held || goes_through;
    }
    if (is_held) held.slabs.insert(slab.store);
    seen += slab.slices;
    progress(seen);
  }
  return held;
}

}  // namespace slabscope::viewer
