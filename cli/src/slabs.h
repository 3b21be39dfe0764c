// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_table.h"

namespace slabscope::cli {

/// What `slabs` found: all slabs at one instant, those that waste most first.
struct SlabsReport {
  const analysis::Scan& scan;
  analysis::NamedInstant at;
  std::vector<analysis::SlabRow> rows;
  size_t top = 20;  ///< how many are shown one by one
};

/// For people: a line of sums, then a row a slab.
std::string slabsText(const SlabsReport& report);

/// One object. Its names are stable; a later version may add some, and then keeps "schema" at 1.
///
///   schema     1
///   file, node, at, t_ns
///   total      {"slabs", then the figures of all slabs as below}
///   slabs      [{"store", "kind", "isolate", "born_ns", "died_ns" (null: not seen to die), "size", "live",
///   "dead",
///              "padding", "startup", "unseen", "tail", "free", "utilisation", "slices", "cuts",
///              "holders" [{"function", "file", "line", "column", "kind", "live_bytes", "share_bytes",
///              "slices"}]}]: the top ones
///   other_slabs   {"slabs", figures}: those left out
///
/// size = live + dead + padding + startup + unseen + tail + free; share_bytes of a slab's holders add up to
/// its size.
nlohmann::ordered_json slabsJson(const SlabsReport& report);

}  // namespace slabscope::cli
