// SPDX-License-Identifier: GPL-3.0-or-later
// Which slab a view of one slab shows, and what is to be known of it. Goes over slices of which there may be
// millions: for another thread than the GUI's.
#pragma once

#include <memory>
#include <vector>

#include "loaded.h"
#include "slabscope/analysis/slab_layout.h"

namespace slabscope::viewer {

struct SlabQuestion {
  std::shared_ptr<const Loaded> recording;
  recording::StoreId picked;  ///< 0: none, it is that which costs most at the instant
  analysis::Instant at;
  friend bool operator==(const SlabQuestion&, const SlabQuestion&) = default;
};

/// For the picture over time.
struct SlabAnswer {
  const analysis::SlabLife* slab = nullptr;  ///< of the recording; null: there is none
  std::vector<recording::FrameId>
      callers;              ///< of all its slices, those that cost most in the recording first
  bool has_unseen = false;  ///< a gap between its cuts that no alignment explains
};
/// Where none lives at the instant it is the last one of all.
SlabAnswer findSlab(const SlabQuestion& question, const analysis::Progress& progress);

/// A caller's part in a slab.
struct MapHolder {
  recording::FrameId owner;
  uint64_t live = 0;  ///< bytes under at least one of its live slices
  uint64_t slices = 0;
};

/// For the picture of its bytes at the instant.
struct SlabMapAnswer {
  const analysis::SlabLife* slab = nullptr;  ///< of the recording; null: none lives, or there is no such slab
  std::vector<analysis::ByteRun> runs;       ///< none where the slab does not live then
  std::vector<MapHolder> holders;            ///< most live bytes first
};
SlabMapAnswer findSlabMap(const SlabQuestion& question, const analysis::Progress& progress);

struct PlaceQuestion {
  std::shared_ptr<const Loaded> recording;
  analysis::Instant at;
  double offset = 0;
};
/// Of the slabs that have a live slice over the byte then, that with most bytes that are not live; 0: there
/// is none.
recording::StoreId findSlabAt(const PlaceQuestion& question, const analysis::Progress& progress);

/// So many slabs further on in the order of their births, from the first to the last; `slab` is one of them.
const analysis::SlabLife& neighbourOf(const analysis::Lifetimes& lives, const analysis::SlabLife& slab,
                                      int by);

}  // namespace slabscope::viewer
