// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// What `report` found: one or two instants, of which the first decides the order of the tables.
struct Report {
  const analysis::Scan& scan;
  std::vector<analysis::InstantReport> instants;
  size_t top = 10;  ///< callers in each table
};

/// For people: one screen.
std::string reportText(const Report& report);

/// One object. Its names are stable; a later version may add some, and then keeps "schema" at 1.
///
///   schema        1
///   file, node, v8, pid, argv, working_directory, pool_size, duration_ns
///   dropped       as in info --json, only where the file has lost detail to --max-size: the peak is then
///   that since paused        [{"t", "until"}] in ns; only where the recording was paused complete, integrity
///   (in words), lost_events memory        {"rss_max", "array_buffers"}: the largest RSS seen, Node's last
///   own figure; null when never told gc            by kind: {"count", "duration_ns"} instants      [{
///     at, t_ns
///     stores, store_bytes, slices, slice_bytes     alive
///     slabs       {"pool": …, "native_pool": …}, each {"count", "bytes", "live_bytes", "utilisation",
///     "slices",
///                 "young_slices" (born since the last full collection), "empty", "empty_bytes"}
///     last_full_collection_ns                      of the main isolate, or null
///     holders     [{"function", "file", "line", "column", "kind", "held_bytes", "alone_bytes", "live_bytes",
///                 "amplification" (null when live_bytes is 0), "slices"}]: the top ones
///     other_holders   {"callers", "held_bytes", "live_bytes", "slices"}: those left out
///     holder_unknown  {"slabs", "bytes"}: slabs without a live slice
///     callers     [{"function", "file", "line", "column", "kind", "bytes", "stores"}]: of live stores that
///     are no slabs other_callers   {"callers", "bytes", "stores"}
///   }]
///
/// A caller without a stack has "kind": null and empty names. held_bytes of all holders and of holder_unknown
/// add up to the bytes of all slabs; bytes of all callers to those of all other stores.
nlohmann::ordered_json reportJson(const Report& report);

}  // namespace slabscope::cli
