// SPDX-License-Identifier: Apache-2.0
// Writes a .slab file. Events go in by the order of their time and are gathered into a batch; flush() closes
// the batch and writes it with one write(2), so that a file is cut only between or inside frames, never
// interleaved. Not thread-safe. Errors (a full disk) are kept: the first one is what flush() and finish()
// return, and nothing more is written after it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::recording {

/// How often a Writer writes what is alive, so that a reader can start there: each time when the file has
/// grown by as much since the last time, and by so many times the bytes that it will take.
struct SnapshotSpacing {
  uint64_t least_growth = 1 << 20;  ///< bytes; what reads them takes some milliseconds
  uint64_t growth_factor = 25;      ///< so that all snapshots take less than 5 % of the file
};

class Writer {
 public:
  /// Creates `path` (mode 0600; an existing file is replaced) and writes the header. The error names the file
  /// and what to do.
  ///
  /// With header.max_size the file never grows beyond so many bytes, and is a whole recording at every
  /// moment: when it is half full, a second file is begun beside it (its name with ".next") that tells again
  /// what is alive, both are written, and when the first is full the second takes its place. So at least
  /// about a third of the size, less what is alive, is detail. Where what is alive does not fit into three
  /// quarters any more, the recording ends with an error, and its footer says `full`. max_size is at least
  /// kMinMaxSize, and the file a regular one.
  static Result<std::unique_ptr<Writer>> create(const std::string& path, const Header& header,
                                                const SnapshotSpacing& spacing = {});
  /// Without finish(): writes the open batch, and leaves a file that says it is incomplete.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Definitions. Each call defines a new one and returns its id: interning is the caller's. Bytes that are
  /// not valid UTF-8 become U+FFFD, and a string is cut after 1 MiB. An id in a definition that was not given
  /// out becomes 0.
  StringId addString(std::string_view text);
  FrameId addFrame(const Frame& frame);
  StackId addStack(const StackNode& node);
  void addRuntimeInfo(const RuntimeInfo& info);
  void addCapability(const Capability& capability);

  /// Events, in the order of `t`. An event older than the last one is written with the last one's time. A
  /// stack, mark name or parent slice that is not defined becomes 0. An event of a store or slice that is not
  /// defined is written as a Lost of one event (and a Slice then returns 0): a reader would take it for
  /// damage.
  StoreId add(const StoreAlloc& event);  ///< event.store is ignored; the new id is returned
  SliceId add(const Slice& event);       ///< likewise
  void add(const StoreFree& event);
  void add(const StoreResize& event);
  void add(const StoreMove& event);
  void add(const StoreKindKnown& event);
  void add(const SliceFree& event);
  /// The same as a SliceFree of each slice at `t`, in their order.
  void addFrees(Nanoseconds t, std::span<const SliceId> slices, bool teardown);
  void add(const Gc& event);
  void add(const Memory& event);
  void add(const ProcessRss& event);
  void add(const Mark& event);
  void add(const Lost& event);
  void add(const IsolateStart& event);
  void add(const IsolateEnd& event);
  void add(const Pause& event);
  void add(const Resume& event);

  /// Close a batch at least once a second; at so many events add() closes it itself, with a small
  /// header.max_size earlier.
  static constexpr uint64_t kBatchEvents = 1 << 16;

  /// Closes the open batch and writes it. Does nothing when there is nothing to write.
  Result<> flush();
  /// Writes the next part of a snapshot that closing a batch has begun, in a few milliseconds; does nothing
  /// where there is none. Each batch that is closed, and finish(), do so too: to be called by who has time
  /// between batches.
  Result<> continueSnapshot();
  /// Flushes, writes the index and the footer and closes the file. `footer`'s counts are filled in here, and
  /// its end_t is at least the time of the last event. What is added afterwards goes nowhere.
  Result<> finish(const Footer& footer);

  /// What the file has lost to header.max_size so far.
  const Dropped& dropped() const;
  static constexpr uint64_t kMinMaxSize = 256 << 10;

  uint64_t bytesWritten() const;
  uint64_t eventsWritten() const;  ///< by add(), whatever the file has lost since; the open batch included

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace slabscope::recording
