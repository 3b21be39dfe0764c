// SPDX-License-Identifier: GPL-3.0-or-later
// Which slab is worth a look.
#pragma once

#include "slabscope/analysis/lifetimes.h"

namespace slabscope::viewer {

/// Of the slabs that live at the instant that which costs most: bytes that are not live times its age; the
/// oldest among equals. Null when none lives.
const analysis::SlabLife* costliestSlab(const analysis::Lifetimes& lives, const analysis::Instant& at);

/// The bytes of the slab that are under at least one live slice.
uint64_t liveBytes(const analysis::Lifetimes& lives, const analysis::SlabLife& slab,
                   const analysis::Instant& at);

}  // namespace slabscope::viewer
