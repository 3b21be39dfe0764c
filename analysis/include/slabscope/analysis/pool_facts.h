// SPDX-License-Identifier: Apache-2.0
// How Node's Buffer pool behaved in a recording: what people say of it, each put to the test of the events.
// Of the slabs that Node's C++ cuts (recording::StoreKind::kNativePool) nothing is said here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "slabscope/analysis/buffer_factory.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

enum class Verdict : uint8_t {
  kHolds,
  kInPart,
  kDoesNotHold,
  kNotExercised,  ///< nothing in the run bears on it
  kCannotTell,    ///< the recording lacks what would tell, or too little of it is known
};

/// What the recording lacks where a verdict is kCannotTell; nothing where the figures say why.
enum class Lacking : uint8_t { kNothing, kSlices, kStacks, kLiveness, kPoolSize };

/// A place in the recording at which a fact can be seen. Of a whole store offset and length are 0 and its
/// size.
struct Example {
  recording::StoreId store;
  uint32_t isolate = 0;
  uint64_t offset = 0;
  uint64_t length = 0;
  recording::Nanoseconds t = 0;
  recording::FrameId caller;  ///< as in Owners; 0: no stack
};

struct Finding {
  Verdict verdict = Verdict::kNotExercised;
  Lacking lacking = Lacking::kNothing;
};

/// "The pool's size is 8192 bytes."
struct PoolSizeFact : Finding {
  std::optional<uint64_t> told;        ///< Buffer.poolSize as the program's start told it
  std::map<uint64_t, uint64_t> slabs;  ///< how many slabs of which size
  /// How many bytes a slab has beyond `told` so that its first cut can be aligned; 0: none.
  uint64_t room = 0;
  std::map<uint64_t, uint64_t> bases;  ///< with room: how many slabs begin to be cut at which offset
  std::optional<Example> example;      ///< the first slab
};

/// "Buffer.alloc(4) takes a chunk of the pool." Buffers of up to 64 bytes have no store of their own and
/// leave no trace.
struct AllocFact : Finding {
  recording::Tally cuts;    ///< from the pool by Buffer.alloc
  recording::Tally stores;  ///< of their own
  uint64_t smallest_store = 0;
  std::optional<Example> cut;
  std::optional<Example> store;
};

struct FactoryFigures {
  recording::Tally cuts;
  uint64_t smallest_cut = 0;
  uint64_t largest_cut = 0;
  recording::Tally stores;  ///< of their own
  uint64_t smallest_store = 0;
  uint64_t largest_store = 0;
};

/// "Requests below half the pool's size are cut from slabs, others get a store of their own." (Those of
/// factories that cut from the pool at all.)
struct ThresholdFact : Finding {
  uint64_t threshold = 0;                              ///< bytes; 0: unknown
  std::array<FactoryFigures, kFactories> factories{};  ///< by Factory
  uint64_t large_cuts = 0;                             ///< cuts of the threshold and more
  uint64_t small_stores = 0;  ///< stores below it, of factories that cut from the pool
  /// Of small_stores those of strings: for them the number of characters may decide, which no event tells.
  uint64_t small_string_stores = 0;
  std::optional<Example> largest_cut;
  std::optional<Example> smallest_store;
  std::optional<Example> exception;
};

/// Why a cut does not begin where the one before it in its slab ends.
enum class GapCause : uint8_t {
  kNone,            ///< it does
  kAlignment,       ///< up to the next multiple of 8
  kAlignedRequest,  ///< the request was for an aligned Buffer
  kBase,            ///< it is the slab's first, at the pool's base: what is skipped aligns that
  kStartup,         ///< before the first cut seen: handed out before the agent ran
  kPaused,          ///< the user had paused the recording
  kLost,            ///< events were lost meanwhile
  kDropped,         ///< the recording has lost its older part to a size limit
  kUnknown,
};
inline constexpr size_t kGapCauses = 9;

/// "Consecutive slices lie apart."
struct PlacementFact : Finding {
  uint64_t cuts = 0;
  uint64_t slabs = 0;                               ///< with cuts
  std::array<recording::Tally, kGapCauses> gaps{};  ///< by GapCause; bytes are those skipped
  uint64_t pairs = 0;                               ///< cuts that follow one seen in the same slab
  uint64_t trims = 0;     ///< second constructions that made the newest reservation shorter
  uint64_t backward = 0;  ///< cuts that begin before the end of the one before, trims left out
  /// Two cuts for the same caller, one after the other in a slab, with those of other callers between them.
  uint64_t between = 0;
  uint64_t farthest = 0;         ///< bytes from the end of the one to the begin of the other, at most
  std::optional<Example> first;  ///< of two neighbours
  std::optional<Example> second;
  std::optional<Example> apart;        ///< after a gap of unknown cause
  std::optional<Example> between_end;  ///< the second of the pair that lies farthest apart
};

/// "The pool looks for free space and hands out freed regions of a slab again."
struct ReuseFact : Finding {
  uint64_t cuts = 0;
  uint64_t after_deaths = 0;  ///< cuts from slabs in which earlier cuts had died: it could have happened
  uint64_t backward = 0;
  recording::Tally reused;  ///< cuts over dead ones, and their bytes that lie there
  uint64_t over_live = 0;   ///< cuts over live ones
  uint64_t unclear = 0;     ///< views below the pool's pointer whose stack does not tell what they are
  std::optional<Example> example;
};

/// "Different small Buffers share one ArrayBuffer."
struct SharingFact : Finding {
  uint64_t cuts = 0;
  uint64_t slabs = 0;            ///< with cuts
  uint64_t shared = 0;           ///< with more than one
  uint64_t most = 0;             ///< cuts in one slab
  std::optional<Example> first;  ///< two of one slab, of different callers where there are such
  std::optional<Example> second;
};

/// "A new slab's memory had belonged to an earlier store." What the bytes held then, and whether they still
/// do, is not recorded; the memory of slabs and of Buffer.allocUnsafeSlow is not cleared by Node.
struct OldDataFact : Finding {
  recording::Tally slabs;   ///< made when addresses of earlier stores were free, and the bytes of these slabs
  recording::Tally reused;  ///< of those, the ones over such addresses, and how many of their bytes
  recording::Tally unsafe;  ///< likewise stores of their own that are not cleared
  recording::Tally reused_unsafe;
  /// False: not all earlier stores are known (events were lost or dropped, or there were so many that the
  /// shortest were forgotten), and there may be more.
  bool exact = true;
  bool zeroed = false;  ///< node was started with --zero-fill-buffers
  std::optional<Example> example;
  recording::StoreId earlier;  ///< of the example: the store that had the address before
  recording::Nanoseconds earlier_died = 0;
};

/// Why the end of a slab was left unused.
enum class TailCause : uint8_t {
  kDidNotFit,          ///< the next request was larger
  kStringReservation,  ///< the next request was for a string that fitted: Node wanted room for its longest
                       ///< form
  kUnknown,
};
inline constexpr size_t kTailCauses = 3;

/// Slabs that the pool has left. size = cut + padding + aligned + room + the tails.
struct FillFigures {
  uint64_t slabs = 0;
  uint64_t bytes = 0;
  uint64_t cut = 0;
  uint64_t padding = 0;  ///< up to multiples of 8
  uint64_t aligned = 0;  ///< for aligned requests
  uint64_t room = 0;     ///< before and behind the pool, so that its base can be aligned
  std::array<recording::Tally, kTailCauses> tails{};  ///< by TailCause

  uint64_t tail() const;
  /// cut / bytes; 0 without a slab.
  double fill() const;
};

/// "Placing Buffers apart avoids fragmentation": whether they are placed apart, and what the pool costs.
struct CostFact : Finding {
  FillFigures all;
  std::array<FillFigures, kFactories> by_factory{};  ///< by the Factory of the request that did not fit
  uint64_t not_whole = 0;          ///< slabs left that are not counted: not all of their cuts were seen
  std::optional<Example> example;  ///< the request that left the longest tail
  recording::StoreId left;         ///< of the example: the slab that it left
  uint64_t left_tail = 0;
};

/// "A few live bytes keep a whole slab": the slabs that live at the recording's end (Scan::end) although the
/// pool has left them.
struct HeldFact : Finding {
  static constexpr std::array<uint64_t, 3> kPercent = {1, 10, 50};

  recording::Tally slabs;                ///< with live slices
  uint64_t live = 0;                     ///< bytes under these
  std::array<uint64_t, 4> by_percent{};  ///< slabs with less than 1, 10, 50 % of live bytes; and the rest
  recording::Tally old;    ///< those with a slice that a full collection of its isolate has left alive
  recording::Tally empty;  ///< without a live slice: held by their ArrayBuffer, or not collected yet
  uint64_t smallest = 0;   ///< live bytes in a held slab
  std::optional<Example> example;  ///< a slice in the slab with the smallest
  uint64_t example_size = 0;       ///< of that slab
};

struct IsolatePool {
  uint64_t slabs = 0;  ///< with cuts
  uint64_t cuts = 0;
};

/// "Each thread has a pool of its own."
struct ThreadsFact : Finding {
  std::map<uint32_t, IsolatePool> isolates;  ///< with cuts
  uint64_t mixed = 0;                        ///< cuts from a slab that another isolate had cut from
  std::optional<Example> example;            ///< of a cut of another isolate than the main one
  std::optional<Example> exception;
};

/// "A slab goes back whole", and only when no slice of it lives.
struct WholeFact : Finding {
  recording::Tally freed;     ///< slabs, those of teardowns left out
  uint64_t shrunk = 0;        ///< that gave back a part
  uint64_t freed_in_use = 0;  ///< with live slices
  std::optional<Example> example;
  std::optional<Example> exception;
};

struct PoolFacts {
  PoolSizeFact size;
  AllocFact alloc;
  ThresholdFact threshold;
  PlacementFact placement;
  ReuseFact reuse;
  SharingFact sharing;
  OldDataFact old_data;
  CostFact cost;
  HeldFact held;
  ThreadsFact threads;
  WholeFact whole;
};

/// One more pass over the recording. Its memory grows with what is alive and with the slabs, not with what
/// has happened. The error is that of a file that cannot be opened any more.
Result<PoolFacts> poolFacts(const Scan& scan, const Progress& progress = {});

}  // namespace slabscope::analysis
