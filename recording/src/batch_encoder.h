// SPDX-License-Identifier: Apache-2.0
// Puts definitions and events into the columns of a batch. Its counts of ids run over the whole file; deltas
// and the message are those of the open batch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "packed_columns.h"
#include "recording.pb.h"
#include "slabscope/recording/model.h"

namespace slabscope::recording {

class BatchEncoder {
 public:
  StringId addString(std::string_view text);
  FrameId addFrame(const Frame& frame);
  StackId addStack(const StackNode& node);
  void addRuntimeInfo(const RuntimeInfo& info);
  void addCapability(const Capability& capability);

  StoreId add(const StoreAlloc& event);
  SliceId add(const Slice& event);
  void add(const StoreFree& event);
  void add(const StoreResize& event);
  void add(const StoreMove& event);
  void add(const StoreKindKnown& event);
  void add(const SliceFree& event);
  /// The same as so many SliceFrees. All must be defined.
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

  /// From now on batches tell again what an earlier file told.
  void setRetelling() {
    retelling_ = true;
    told_.set_retold(true);
  }
  /// Like add(), but with the id in the event, which must be above all that were given out.
  void retell(const StoreAlloc& event);
  void retell(const Slice& event);
  /// The next ids are those after `stores` and `slices`.
  void continueFrom(uint64_t stores, uint64_t slices);
  /// What `other` has defined counts as defined.
  void knowDefinitionsOf(const BatchEncoder& other);
  // The last ids that were given out.
  uint32_t strings() const { return strings_; }
  uint32_t frames() const { return frames_; }
  uint32_t stacks() const { return stacks_; }
  uint64_t stores() const { return stores_; }
  uint64_t slices() const { return slices_; }

  bool defined(StoreId id) const { return id.value != 0 && id.value <= stores_; }
  bool defined(SliceId id) const { return id.value != 0 && id.value <= slices_; }
  uint64_t events() const { return events_; }
  /// Nothing is defined and nothing happened.
  bool empty() const { return events() == 0 && definition_bytes_ == 0 && !told_.has_numbering(); }
  /// About the room that the open batch's definitions take.
  uint64_t definitionBytes() const { return definition_bytes_; }
  Nanoseconds firstTime() const { return first_t_; }
  /// Of the whole file.
  Nanoseconds lastTime() const { return last_t_; }
  /// Events in the Lost events of the open batch.
  uint64_t lostEvents() const { return lost_events_; }
  /// The open batch as a serialised proto::Batch. Valid until the next call of anything.
  std::string_view content();

  /// Begins the next batch; its memory is kept.
  void clear();

 private:
  Nanoseconds begin(proto::EventKind kind, Nanoseconds t);
  /// Calls visit(number of the field in proto::Batch, columns) for each kind of events that has columns.
  template <class Visit>
  void forEachTable(Visit&& visit);
  void put(const StoreAlloc& event);
  void put(const Slice& event, uint64_t id);
  void addLost(Nanoseconds t, Nanoseconds until, uint64_t count);
  /// The id itself, or none when it is not defined.
  uint32_t known(StringId id) const { return id.value <= strings_ ? id.value : 0; }
  uint32_t known(FrameId id) const { return id.value <= frames_ ? id.value : 0; }
  uint32_t known(StackId id) const { return id.value <= stacks_ ? id.value : 0; }

  proto::Batch told_;  ///< what is no event
  // One byte for each event, as long as there are fewer kinds than 128.
  PackedColumn kinds_;
  PackedColumn times_;
  PackedColumn process_rss_;
  PackedColumn store_ids_;
  PackedColumn slice_ids_;
  PackedColumns<9> store_allocs_;
  PackedColumns<2> store_frees_;
  PackedColumns<2> store_resizes_;
  PackedColumns<2> store_moves_;
  PackedColumns<2> store_kinds_;
  PackedColumns<6> slice_births_;
  PackedColumns<2> slice_frees_;
  PackedColumns<3> gcs_;
  PackedColumns<6> memories_;
  PackedColumns<2> marks_;
  PackedColumns<2> losts_;
  PackedColumns<3> isolate_starts_;
  PackedColumns<3> isolate_ends_;
  std::string content_;  ///< kept for its memory

  uint32_t strings_ = 0;
  uint32_t frames_ = 0;
  uint32_t stacks_ = 0;
  uint64_t stores_ = 0;
  uint64_t slices_ = 0;
  Nanoseconds last_t_ = 0;

  uint64_t events_ = 0;
  uint64_t definition_bytes_ = 0;
  uint64_t lost_events_ = 0;
  Nanoseconds first_t_ = 0;
  bool retelling_ = false;

  // The last value of each delta column.
  struct Last {
    uint64_t time = 0;
    uint64_t address = 0;
    uint64_t freed = 0;
    uint64_t resized = 0;
    uint64_t moved = 0;
    uint64_t known = 0;
    uint64_t sliced = 0;
    uint64_t offset = 0;
    uint64_t slice_freed = 0;
    uint64_t store_id = 0;
    uint64_t slice_id = 0;
  };
  Last last_;
};

}  // namespace slabscope::recording
