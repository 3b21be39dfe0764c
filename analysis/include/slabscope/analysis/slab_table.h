// SPDX-License-Identifier: Apache-2.0
// Slab by slab: what became of each byte up to an instant, and who keeps it alive.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// A caller with live slices in one slab.
struct SlabHolder {
  recording::FrameId owner;  ///< 0: the slices have no stack
  uint64_t live = 0;         ///< bytes under at least one of its slices
  uint64_t share = 0;        ///< of the slab's bytes
  uint64_t slices = 0;
};

/// Every byte of a slab is in exactly one of live, dead, padding, startup, unseen, tail and free.
struct SlabRow {
  recording::StoreId store;
  recording::StoreKind kind = recording::StoreKind::kPool;
  uint32_t isolate = 0;
  recording::Nanoseconds born = 0;
  std::optional<recording::Nanoseconds> died;  ///< after the instant, as far as the recording tells
  uint64_t size = 0;
  uint64_t live = 0;     ///< under at least one slice that is not collected
  uint64_t dead = 0;     ///< cut, and no longer live
  uint64_t padding = 0;  ///< between cuts, for the alignment of the later one
  uint64_t startup = 0;  ///< before the first cut that was seen: handed out before the agent ran
  uint64_t unseen = 0;   ///< skipped for neither reason: its cutting was lost or could not be seen,
                         ///< or slices were not recorded at all
  uint64_t tail = 0;     ///< behind the last cut of a slab that its pool has left
  uint64_t free = 0;     ///< behind the last cut of a slab that may still be cut from
  uint64_t slices = 0;   ///< live ones, views included
  uint64_t cuts = 0;     ///< slices ever cut from it
  std::vector<SlabHolder> holders;  ///< largest share first; among equals in the order of their owner's id

  double utilisation() const { return size == 0 ? 0 : static_cast<double>(live) / static_cast<double>(size); }
};

/// The slabs that live at the instant, in the order of their birth. A pool is taken to have left a slab when
/// a slab of the same kind and isolate was born after the slab's last cut, those left out with which a
/// further pool of the isolate begins (that of a ShadowRealm). The error is that of a file that
/// cannot be opened any more.
Result<std::vector<SlabRow>> slabTable(const Scan& scan, const Instant& at, const Progress& progress = {});

}  // namespace slabscope::analysis
