// SPDX-License-Identifier: Apache-2.0
// Writes a .slab file. Events go in by the order of their time and are gathered into a batch; flush() closes the batch
// and writes it with one write(2), so that a file is cut only between or inside frames, never interleaved.
// Not thread-safe. Errors (a full disk) are kept: the first one is what ok(), flush() and finish() return, and nothing
// more is written after it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::recording {

class Writer {
 public:
  /// Creates `path` (mode 0600; an existing file is replaced) and writes the header.
  static Result<std::unique_ptr<Writer>> create(const std::string& path, const Header& header);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Definitions. Each call defines a new one and returns its id: interning is the caller's.
  StringId addString(std::string_view text);
  FrameId addFrame(const Frame& frame);
  StackId addStack(const StackNode& node);
  void addRuntimeInfo(const RuntimeInfo& info);
  void addCapability(const Capability& capability);

  /// Events, in the order of `t`. An event older than the last one is written with the last one's time.
  StoreId add(const StoreAlloc& event);  ///< event.store is ignored; the new id is returned
  SliceId add(const Slice& event);       ///< likewise
  void add(const StoreFree& event);
  void add(const StoreResize& event);
  void add(const StoreMove& event);
  void add(const StoreKindKnown& event);
  void add(const SliceFree& event);
  void add(const Gc& event);
  void add(const Memory& event);
  void add(const ProcessRss& event);
  void add(const Mark& event);
  void add(const Lost& event);
  void add(const IsolateStart& event);
  void add(const IsolateEnd& event);

  /// Events in the batch that is open. Close a batch at least once a second and before it grows past kBatchEvents.
  uint64_t pendingEvents() const;
  static constexpr uint64_t kBatchEvents = 1 << 16;

  /// Closes the open batch and writes it. Does nothing when there is nothing to write.
  Result<> flush();
  /// Flushes, writes the footer and closes the file. `footer`'s counts are filled in here.
  Result<> finish(const Footer& footer);

  uint64_t bytesWritten() const;
  uint64_t eventsWritten() const;  ///< the open batch included

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace slabscope::recording
