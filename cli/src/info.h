// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/verify.h"

namespace slabscope::cli {

/// What `info` found; `verifier` is null without --verify.
struct Info {
  const analysis::Scan& scan;
  const analysis::Verifier* verifier = nullptr;

  /// Nothing is damaged, unfinished, lost or contradictory. A process that was killed is no fault of the
  /// recording.
  bool sound() const;
};

/// For people.
std::string infoText(const Info& info);

/// One object. Its names are stable; a later version may add some, and then keeps "schema" at 1.
///
///   schema            1
///   file, node, v8, pid, argv, executable, working_directory, start_unix_ns, writer, format
///   pool_size         bytes, null when it was not told
///   options           {"stack_depth", "slices", "liveness", "native"}: how it was recorded
///   capabilities      names of those that were present
///   missing           [{"name", "detail"}]
///   complete          the file is finished and the process ended by exit
///   finished          the file has its footer
///   end               {"kind": "exit|signal|detached|unknown", "status": number or null}
///   events            all of them, also those of kinds that this version does not know ("unknown_events")
///   counts            by kind: store_alloc, store_free, store_resize, store_move, store_kind, slice,
///   slice_free, gc,
///                     memory, process_rss, mark, lost, isolate_start, isolate_end
///   totals            {"stores", "store_bytes", "freed_stores", "freed_store_bytes", "slices",
///   "slice_bytes",
///                     "freed_slices", "freed_slice_bytes"} of the whole recording, also where its file has
///                     lost detail (what a store grew and shrank by counts; slices die with their store at
///                     the latest)
///   dropped           only with such a file: {"until" (ns; from here on the file has everything), "events",
///   "marks",
///                     "peak": {"t", "stores", "store_bytes", "slices", "slice_bytes"}}; counts are then
///                     those of the file, where what was alive at "until" is told again. options.max_size
///                     likewise
///   live_at_end       {"stores", "store_bytes", "slices", "slice_bytes"}, before the main isolate's teardown
///   frames, stacks, strings    definitions
///   batches           whole ones
///   bytes, good_bytes of the file; up to the end of its last whole part
///   lost_events, lost [{"t", "until", "count"}] in ns
///   duration_ns
///   paused            [{"t", "until"}] in ns; only where the recording was paused (and so counts.pause and
///                     counts.resume)
///   damage            "" or what is wrong at good_bytes
///   With --verify: verified (nothing was found wrong), problem_count, problems (the first ones, in words)
nlohmann::ordered_json infoJson(const Info& info);

}  // namespace slabscope::cli
