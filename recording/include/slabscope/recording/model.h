// SPDX-License-Identifier: Apache-2.0
// The events and definitions of a recording as plain values. Times are nanoseconds since the start of the
// recording, sizes and offsets bytes. Ids are those of the file (recording.proto): from 1, 0 = none; isolates
// and allocators from 0, threads from 1.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace slabscope::recording {

using Nanoseconds = uint64_t;

/// An id of one kind cannot be passed for one of another.
template <class Tag, class Value>
struct Id {
  Value value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
};
using StringId = Id<struct StringTag, uint32_t>;
using FrameId = Id<struct FrameTag, uint32_t>;
using StackId = Id<struct StackTag, uint32_t>;
using StoreId = Id<struct StoreTag, uint64_t>;
using SliceId = Id<struct SliceTag, uint64_t>;

enum class FrameKind : uint8_t { kJs, kBuiltin, kWasm, kNative };
enum class StoreKind : uint8_t { kArrayBuffer, kPool, kNativePool, kShared, kResizable, kWasm, kExternal };
enum class GcKind : uint8_t { kScavenge, kMinorMarkSweep, kMarkCompact, kIncremental, kWeak };
enum class EndKind : uint8_t { kUnknown, kExit, kSignal, kDetached };

/// The names of the contract: "js", "arraybuffer", "mark-compact" and so on.
const char* toString(FrameKind kind);
const char* toString(StoreKind kind);
const char* toString(GcKind kind);

struct Frame {
  FrameKind kind = FrameKind::kJs;
  StringId function{};
  StringId file{};
  uint32_t line = 0;    ///< 1-based, of the call; 0 = unknown
  uint32_t column = 0;  ///< 1-based, UTF-16 code units; 0 = unknown
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// A node in the tree of calls: `frame` was called from `parent`.
struct StackNode {
  StackId parent{};
  FrameId frame{};
  friend bool operator==(const StackNode&, const StackNode&) = default;
};

struct RuntimeInfo {
  std::string key{};  ///< "node", "v8", "pool_size"
  std::string value{};
};

struct Capability {
  std::string name{};
  bool present = false;
  std::string detail{};
};

struct Tally {
  uint64_t count = 0;
  uint64_t bytes = 0;
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// What a recording with a limit does not hold any more: with the events of the file it gives the totals of
/// the whole recording.
struct Dropped {
  Nanoseconds until = 0;  ///< the file has everything from here on
  uint64_t events = 0;    ///< 0: nothing was dropped
  Tally stores{};         ///< bytes at birth, and what they grew by
  Tally freed_stores{};   ///< bytes at death, and what they shrank by
  Tally slices{};
  Tally freed_slices{};  ///< those that died with their store included
  uint64_t marks = 0;
  std::array<uint64_t, 5> collections{};  ///< by GcKind
  std::array<Nanoseconds, 5> collection_time{};
  uint64_t rss_max = 0;    ///< up to `until`
  Nanoseconds peak_t = 0;  ///< the instant up to `until` at which the live stores had most bytes
  Tally peak_stores{};
  Tally peak_slices{};
  friend bool operator==(const Dropped&, const Dropped&) = default;
};

struct Header {
  uint32_t pid = 0;
  uint32_t parent_pid = 0;
  std::vector<std::string> argv{};
  std::string executable{};
  std::string working_directory{};
  uint64_t start_unix_ns = 0;
  uint64_t start_monotonic_ns = 0;
  uint32_t stack_depth = 0;
  bool slices = true;
  bool liveness = true;
  bool native = false;
  uint64_t max_size = 0;            ///< of the file, in bytes; 0 = no limit
  bool arguments_left_out = false;  ///< argv is what withoutArguments() leaves
  // Filled in by the reader, ignored by the writer:
  uint32_t format = 0;
  std::string writer{};
  Dropped dropped{};
  bool anonymized = false;  ///< names of files, functions and marks are pseudonyms
};

/// What of a command line may be told where its arguments are private: nothing, or node and the one option of
/// its own that decides what the contents of new memory are.
std::vector<std::string> withoutArguments(const std::vector<std::string>& argv);
/// Whether node fills all new memory with zeros (--zero-fill-buffers).
bool isZeroFilled(const std::vector<std::string>& argv);

/// Events that were dropped, by what they told.
struct Losses {
  uint64_t store_births = 0;
  uint64_t store_deaths = 0;
  uint64_t slice_births = 0;
  uint64_t slice_deaths = 0;
  uint64_t stacks = 0;
  uint64_t other = 0;
  friend bool operator==(const Losses&, const Losses&) = default;
};

struct Footer {
  Nanoseconds end_t = 0;
  EndKind end = EndKind::kUnknown;
  int32_t end_status = -1;  ///< exit status or signal number; -1 = unknown
  Losses losses{};
  /// Slices that were told but are in no store of the recording: the store's own birth was dropped.
  uint64_t unplaced_slices = 0;
  /// Stores whose death was not told, and concluded from another store at their address.
  uint64_t assumed_frees = 0;
  /// How long the program's threads waited for the collector, in all.
  Nanoseconds blocked_ns = 0;
  /// Set by the writer: why the file could not be written any further than to end_t; else empty.
  std::string stopped_by{};
  // Counted by the writer:
  uint64_t batches = 0;
  uint64_t events = 0;
  uint64_t lost_events = 0;
  bool full = false;  ///< what was alive did not fit into the limit any more: the recording ends there
};

/// What the end of a file tells for who goes through its events once, and has to know this beforehand.
struct Outline {
  /// The first instant at which the live stores had most bytes, and how many events had happened by then.
  Nanoseconds peak_t = 0;
  uint64_t peak_events = 0;
  uint64_t full_collections = 0;  ///< Gc events of the kind kMarkCompact
  struct Known {
    StoreId store{};
    StoreKind kind = StoreKind::kArrayBuffer;
    friend bool operator==(const Known&, const Known&) = default;
  };
  std::vector<Known> kinds{};  ///< the last StoreKindKnown of each store that has one, ascending
  friend bool operator==(const Outline&, const Outline&) = default;
};

// ---- events. `store` of a StoreAlloc and `slice` of a Slice are filled in by the reader.

struct StoreAlloc {
  Nanoseconds t = 0;
  StoreId store{};
  uint64_t address = 0;
  uint64_t size = 0;
  StoreKind kind = StoreKind::kArrayBuffer;
  uint32_t isolate = 0;
  uint32_t allocator = 0;
  uint32_t thread = 0;
  StackId stack{};
  /// Of an external store: what allocated its memory, where that is known; `stack` made a store of it.
  StackId allocation_stack{};
  /// Of a resizable or WebAssembly store: the address space that it can grow into, itself included; 0 where
  /// it cannot grow in place.
  uint64_t reserved = 0;
  friend bool operator==(const StoreAlloc&, const StoreAlloc&) = default;
};
/// Whether stores of this kind have address space set aside for them.
constexpr bool growsInPlace(StoreKind kind) {
  return kind == StoreKind::kResizable || kind == StoreKind::kWasm;
}
struct StoreFree {
  Nanoseconds t = 0;
  StoreId store{};
  bool teardown = false;
  friend bool operator==(const StoreFree&, const StoreFree&) = default;
};
struct StoreResize {
  Nanoseconds t = 0;
  StoreId store{};
  uint64_t size = 0;
  friend bool operator==(const StoreResize&, const StoreResize&) = default;
};
struct StoreMove {
  Nanoseconds t = 0;
  StoreId store{};
  uint32_t isolate = 0;
  friend bool operator==(const StoreMove&, const StoreMove&) = default;
};
/// What a store is was found out after its birth. It holds from its birth on.
struct StoreKindKnown {
  Nanoseconds t = 0;
  StoreId store{};
  StoreKind kind = StoreKind::kArrayBuffer;
  friend bool operator==(const StoreKindKnown&, const StoreKindKnown&) = default;
};
struct Slice {
  Nanoseconds t = 0;
  SliceId slice{};
  StoreId store{};
  SliceId parent{};  ///< 0: cut from the slab itself
  uint64_t offset = 0;
  uint64_t length = 0;
  uint32_t isolate = 0;
  StackId stack{};
  friend bool operator==(const Slice&, const Slice&) = default;
};
struct SliceFree {
  Nanoseconds t = 0;
  SliceId slice{};
  bool teardown = false;
  friend bool operator==(const SliceFree&, const SliceFree&) = default;
};
struct Gc {
  Nanoseconds t = 0;  ///< when it began
  Nanoseconds duration = 0;
  uint32_t isolate = 0;
  GcKind kind = GcKind::kScavenge;
  friend bool operator==(const Gc&, const Gc&) = default;
};
struct Memory {
  Nanoseconds t = 0;
  uint32_t isolate = 0;
  uint64_t rss = 0;
  uint64_t heap_used = 0;
  uint64_t heap_total = 0;
  uint64_t external = 0;
  uint64_t array_buffers = 0;
  friend bool operator==(const Memory&, const Memory&) = default;
};
/// Resident set size of the process as the kernel counts it.
struct ProcessRss {
  Nanoseconds t = 0;
  uint64_t rss = 0;
  friend bool operator==(const ProcessRss&, const ProcessRss&) = default;
};
struct Mark {
  Nanoseconds t = 0;
  uint32_t isolate = 0;
  StringId name{};
  friend bool operator==(const Mark&, const Mark&) = default;
};
struct Lost {
  Nanoseconds t = 0;      ///< of the first drop
  Nanoseconds until = 0;  ///< of the last
  uint64_t count = 0;
  friend bool operator==(const Lost&, const Lost&) = default;
};
struct IsolateStart {
  Nanoseconds t = 0;
  uint32_t isolate = 0;
  uint32_t thread = 0;
  uint32_t allocator = 0;
  friend bool operator==(const IsolateStart&, const IsolateStart&) = default;
};
struct IsolateEnd {
  Nanoseconds t = 0;
  uint32_t isolate = 0;
  uint32_t thread = 0;
  uint32_t allocator = 0;
  friend bool operator==(const IsolateEnd&, const IsolateEnd&) = default;
};
/// The user paused the recording: until Resume, or the end, stores are recorded without callers, and slices
/// not at all.
struct Pause {
  Nanoseconds t = 0;
  friend bool operator==(const Pause&, const Pause&) = default;
};
struct Resume {
  Nanoseconds t = 0;
  friend bool operator==(const Resume&, const Resume&) = default;
};

}  // namespace slabscope::recording
