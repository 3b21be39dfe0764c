// SPDX-License-Identifier: Apache-2.0
#include "snapshot_reader.h"

#include <string_view>
#include <utility>

namespace slabscope::recording {
namespace {

bool hasOnly(const proto::Batch& batch, proto::EventKind kind) {
  return batch.kinds().find_first_not_of(static_cast<char>(kind)) == std::string::npos;
}

// What holds on makes nothing that could be asked for by its id. Kinds of a newer slabscope are stepped over.
bool isState(const proto::Batch& batch) {
  constexpr std::string_view kBirthsAndDeaths("\x01\x02\x03\x04\x05\x06\x07");
  static_assert(kBirthsAndDeaths.front() == proto::EVENT_STORE_ALLOC &&
                kBirthsAndDeaths.back() == proto::EVENT_SLICE_FREE);
  return batch.kinds().find_first_of(kBirthsAndDeaths) == std::string::npos;
}

bool haveSameHead(const proto::Snapshot& a, const proto::Snapshot& b) {
  return a.t() == b.t() && a.batches() == b.batches() && a.events() == b.events() &&
         a.strings() == b.strings() && a.frames() == b.frames() && a.stacks() == b.stacks() &&
         a.stores() == b.stores() && a.slices() == b.slices();
}

}  // namespace

std::vector<SnapshotPlace> snapshotsIn(const BlockIndex& index) {
  std::vector<SnapshotPlace> snapshots;
  uint64_t batches = 0;
  uint64_t events = 0;
  for (const BlockPlace& block : index.blocks) {
    if (block.kind == BlockKind::kBatch) {
      ++batches;
      events += block.events;
    } else if (block.kind == BlockKind::kSnapshot) {
      if (snapshots.empty() || snapshots.back().number != block.snapshot)
        snapshots.push_back({block.snapshot, block.first_t, batches, events, 0, {}});
      snapshots.back().told += block.events;
      snapshots.back().offsets.push_back(block.offset);
    }
  }
  return snapshots;
}

// Appends the events of a batch that stands in no block of its own.
std::string SnapshotReader::decode(const proto::Batch& batch, Defined& defined) {
  if (batch.kinds().empty()) return {};
  proto::Block block;
  block.set_event_count(batch.kinds().size());
  uint64_t t = 0;
  for (const uint64_t time : batch.times()) t += time;
  block.set_first_t(batch.times_size() == 0 ? 0 : batch.times(0));
  block.set_last_t(t);
  // Columns are read from their bytes, where those of a batch are; these are parsed already.
  content_ = batch.SerializeAsString();
  const size_t size = content_.size();
  content_.resize(size + Unpacker::kReadAhead);
  if (!columns_.split({content_.data(), size})) return kMalformed;
  by_kind_.events.clear();
  if (std::string damage = decodeEvents(columns_, batch, block, Columns::kAll, defined, by_kind_);
      !damage.empty())
    return damage;
  by_kind_.events.forEach([this](const auto& event) { live_.emplace_back(event); });
  return {};
}

std::string SnapshotReader::decodePart() {
  live_.clear();
  if (!isState(message_.state()) || !hasOnly(message_.live_stores(), proto::EVENT_STORE_ALLOC) ||
      !hasOnly(message_.live_slices(), proto::EVENT_SLICE)) {
    return "a snapshot tells more than what is alive";
  }
  Defined state = defined();
  state.last_t = 0;
  for (const auto& [batch, known] :
       {std::pair(&message_.state(), &state), std::pair(&message_.live_stores(), &stores_),
        std::pair(&message_.live_slices(), &slices_)}) {
    if (std::string damage = decode(*batch, *known); !damage.empty()) return damage;
    if (known->last_t > head_.t()) return "a snapshot tells of what came later";
  }
  if (stores_.stores > head_.stores() || slices_.slices > head_.slices())
    return "a snapshot names something that is not defined";
  return {};
}

std::string SnapshotReader::readPart(const SnapshotPlace& place, size_t part) {
  if (!frames_.seek(place.offsets[part]) || frames_.next() != FrameReader::Outcome::kFrame)
    return "a part of a snapshot cannot be read";
  if (!block_.ParseFromArray(frames_.block().data(), static_cast<int>(frames_.block().size())))
    return "a block is malformed";
  if (block_.kind() != proto::BLOCK_SNAPSHOT || block_.snapshot() != place.number)
    return "a part of a snapshot is missing";
  if (block_.last_part() != (part + 1 == place.offsets.size())) return "a snapshot is not whole";
  if (std::string damage = unpacker_.unpack(block_, message_); !damage.empty()) return damage;
  if (message_.part() != part) return "a part of a snapshot is missing";
  if (part == 0) {
    head_ = message_;
    offset_behind_ = frames_.offset();
    stores_ = defined();
    stores_.stores = stores_.last_t = 0;
    slices_ = defined();
    slices_.slices = slices_.last_t = 0;
  }
  if (!haveSameHead(message_, head_) || head_.t() != place.t || head_.batches() != place.batches ||
      head_.events() != place.events) {
    return "a snapshot does not say what precedes it";
  }
  return decodePart();
}

std::string SnapshotReader::read(const SnapshotPlace& place, LiveTarget& target) {
  target.begin();
  for (size_t part = 0; part < place.offsets.size(); ++part) {
    if (std::string damage = readPart(place, part); !damage.empty()) return damage;
    target.take(live_);
  }
  return {};
}

Defined SnapshotReader::defined() const {
  Defined defined;
  defined.strings = head_.strings();
  defined.frames = head_.frames();
  defined.stacks = head_.stacks();
  defined.stores = head_.stores();
  defined.slices = head_.slices();
  defined.last_t = head_.t();
  return defined;
}

}  // namespace slabscope::recording
