// SPDX-License-Identifier: Apache-2.0
#include "snapshot_writer.h"

#include <algorithm>

#include "packed_columns.h"

namespace slabscope::recording {
namespace {

// Packed in a few milliseconds: a ring takes what happens meanwhile.
constexpr uint64_t kPartEvents = 1 << 14;
// About what the frame of a part takes besides its events.
constexpr uint64_t kFrameBytes = 128;

}  // namespace

bool BegunSnapshot::isWhole() const {
  return next_stores == live.stores().chunkCount() && next_slices == live.slices().chunkCount();
}

uint64_t BegunSnapshot::tellPart() {
  for (BatchEncoder* encoder : {&state, &stores, &slices}) encoder->clear();
  if (message.part() == 0) {
    for (const LiveRecords::StateEvent& event : live.state())
      std::visit([&](const auto& one) { state.add(one); }, event);
  }
  for (; next_stores < live.stores().chunkCount() && stores.events() < kPartEvents; ++next_stores) {
    live.stores().forEachIn(next_stores, [&](const LiveStoreRecord& store) { stores.retell(store.event); });
    live.dropStores(next_stores);
  }
  for (; next_slices < live.slices().chunkCount() && stores.events() + slices.events() < kPartEvents;
       ++next_slices) {
    live.slices().forEachIn(next_slices, [&](const Slice& slice) {
      if (live.isAlive(slice)) slices.retell(slice);
    });
    live.dropSlices(next_slices);
  }
  message.SerializeToString(&content);
  appendField(content, proto::Snapshot::kStateFieldNumber, state.content());
  appendField(content, proto::Snapshot::kLiveStoresFieldNumber, stores.content());
  appendField(content, proto::Snapshot::kLiveSlicesFieldNumber, slices.content());
  return state.events() + stores.events() + slices.events();
}

uint64_t SnapshotWriter::expectedBytes() const {
  return kFrameBytes + static_cast<uint64_t>(bytes_per_event_ * static_cast<double>(live.count()));
}

// Both: a snapshot that comes out larger than was expected makes the next ones come later.
bool SnapshotWriter::isDue(const FrameWriter& file) const {
  const uint64_t bytes = file.bytesWritten();
  const uint64_t expected = expectedBytes();
  return bytes - grown_from_ >= std::max(spacing_.least_growth, spacing_.growth_factor * expected) &&
         bytes >= spacing_.growth_factor * (bytes_ + expected);
}

void SnapshotWriter::begin(const BatchEncoder& encoder, const Written& written) {
  begun_.emplace();
  begun_->live = live;
  for (BatchEncoder* one : {&begun_->state, &begun_->stores, &begun_->slices})
    one->knowDefinitionsOf(encoder);
  proto::Snapshot& message = begun_->message;
  message.set_t(encoder.lastTime());
  message.set_batches(written.batches);
  message.set_events(written.events);
  message.set_strings(encoder.strings());
  message.set_frames(encoder.frames());
  message.set_stacks(encoder.stacks());
  message.set_stores(encoder.stores());
  message.set_slices(encoder.slices());
  ++number_;
}

void SnapshotWriter::end(const FrameWriter& file) {
  const uint64_t around = kFrameBytes * (begun_->message.part() + 1ULL);
  if (begun_->told != 0) {
    bytes_per_event_ = static_cast<double>(begun_->bytes - std::min(begun_->bytes, around)) /
                       static_cast<double>(begun_->told);
  }
  grown_from_ = file.bytesWritten();
  begun_.reset();
}

Result<> SnapshotWriter::afterBatch(FrameWriter& file, const BatchEncoder& encoder, const Written& written) {
  if (!begun_ && isDue(file)) begin(encoder, written);
  return goOn(file);
}

Result<> SnapshotWriter::goOn(FrameWriter& file) {
  if (!begun_) return Nothing{};
  const uint64_t events = begun_->tellPart();
  const uint64_t t = begun_->message.t();
  const bool last = begun_->isWhole();
  const uint64_t before = file.bytesWritten();
  Result<> part = file.write({.kind = proto::BLOCK_SNAPSHOT,
                              .first_t = t,
                              .last_t = t,
                              .event_count = events,
                              .snapshot = number_,
                              .last_part = last},
                             begun_->content);
  const uint64_t bytes = file.bytesWritten() - before;
  bytes_ += bytes;
  begun_->bytes += bytes;
  begun_->told += events;
  if (!part) {
    begun_.reset();
  } else if (last) {
    end(file);
  } else {
    begun_->message.set_part(begun_->message.part() + 1);
  }
  return part;
}

Result<> SnapshotWriter::complete(FrameWriter& file) {
  while (begun_) {
    if (Result<> part = goOn(file); !part) return part;
  }
  return Nothing{};
}

}  // namespace slabscope::recording
