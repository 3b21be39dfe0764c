// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_find.h"

#include <algorithm>
#include <map>
#include <set>

#include "slab_choice.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::viewer {

using analysis::SlabLife;
using analysis::SliceLife;

namespace {

bool hasUnseen(const analysis::Lifetimes& lives, const SlabLife& slab) {
  uint64_t cut_end = 0;
  bool first = true;
  for (const SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    if (slice->view) continue;
    const bool has_gap = slice->offset > cut_end;
    if (has_gap && analysis::stateOfGap(slice->offset - cut_end, slab.address + slice->offset, first) !=
                       analysis::ByteState::kPadding)
      return true;
    cut_end = std::max(cut_end, slice->offset + slice->length);
    first = false;
  }
  return false;
}

}  // namespace

SlabAnswer findSlab(const SlabQuestion& question, const analysis::Progress& /*it does not take long*/) {
  const Loaded& loaded = *question.recording;
  const analysis::Lifetimes& lives = loaded.lives;
  SlabAnswer answer;
  if (question.picked) answer.slab = lives.find(question.picked);
  if (answer.slab == nullptr) answer.slab = costliestSlab(lives, question.at);
  // At the instant none may live any more, or yet.
  if (answer.slab == nullptr && !lives.slabs.empty()) answer.slab = &lives.slabs.back();
  if (answer.slab == nullptr) return answer;
  std::set<recording::FrameId> here;
  for (const SliceLife* slice = lives.begin(*answer.slab); slice != lives.end(*answer.slab); ++slice)
    here.insert(loaded.ownerOf(slice->stack));
  std::copy_if(loaded.callers.begin(), loaded.callers.end(), std::back_inserter(answer.callers),
               [&](recording::FrameId owner) { return here.count(owner) != 0; });
  answer.has_unseen = hasUnseen(lives, *answer.slab);
  return answer;
}

namespace {

std::vector<MapHolder> holdersOf(const Loaded& loaded, const SlabLife& slab, const analysis::Instant& at) {
  struct Part {
    std::vector<analysis::RangeOfBytes> ranges;
    uint64_t slices = 0;
  };
  std::map<recording::FrameId, Part> parts;
  for (const SliceLife* slice = loaded.lives.begin(slab); slice != loaded.lives.end(slab); ++slice) {
    if (!slice->life.aliveAt(at)) continue;
    Part& part = parts[loaded.ownerOf(slice->stack)];
    part.ranges.push_back(analysis::within({slice->offset, slice->offset + slice->length}, slab.size));
    ++part.slices;
  }
  std::vector<MapHolder> holders;
  holders.reserve(parts.size());
  for (auto& [owner, part] : parts) holders.push_back({owner, analysis::unionOf(part.ranges), part.slices});
  std::stable_sort(holders.begin(), holders.end(),
                   [](const MapHolder& a, const MapHolder& b) { return a.live > b.live; });
  return holders;
}

}  // namespace

SlabMapAnswer findSlabMap(const SlabQuestion& question, const analysis::Progress& /*it does not take long*/) {
  const analysis::Lifetimes& lives = question.recording->lives;
  SlabMapAnswer answer;
  answer.slab = question.picked ? lives.find(question.picked) : costliestSlab(lives, question.at);
  if (answer.slab == nullptr) return answer;
  answer.runs = analysis::slabLayout(lives, *answer.slab, question.at);
  answer.holders = holdersOf(*question.recording, *answer.slab, question.at);
  return answer;
}

recording::StoreId findSlabAt(const PlaceQuestion& question, const analysis::Progress& progress) {
  const analysis::Lifetimes& lives = question.recording->lives;
  recording::StoreId best;
  uint64_t most = 0;
  uint64_t seen = 0;
  for (const SlabLife& slab : lives.slabs) {
    if (!slab.life.aliveAt(question.at)) continue;
    progress(seen += slab.slices);
    const bool holds = std::any_of(lives.begin(slab), lives.end(slab), [&](const SliceLife& slice) {
      return slice.life.aliveAt(question.at) && static_cast<double>(slice.offset) <= question.offset &&
             question.offset < static_cast<double>(slice.offset + slice.length);
    });
    if (!holds) continue;
    const uint64_t waste = slab.size - liveBytes(lives, slab, question.at);
    if (best && waste <= most) continue;
    best = slab.store;
    most = waste;
  }
  return best;
}

const SlabLife& neighbourOf(const analysis::Lifetimes& lives, const SlabLife& slab, int by) {
  const auto place = static_cast<std::ptrdiff_t>(&slab - lives.slabs.data()) + by;
  const auto last = static_cast<std::ptrdiff_t>(lives.slabs.size()) - 1;
  return lives.slabs[static_cast<size_t>(std::clamp<std::ptrdiff_t>(place, 0, last))];
}

}  // namespace slabscope::viewer
