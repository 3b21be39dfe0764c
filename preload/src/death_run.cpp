// SPDX-License-Identifier: Apache-2.0
#include "death_run.h"

#include <cstring>

#include "slabscope/wire/death_log.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

void tellOne(uint64_t slice, uint64_t t) {
  wire::SliceFree record{};
  record.header = headerOf(wire::RecordKind::kSliceFree, sizeof record, t);
  record.slice = slice;
  emitDeath(record, wire::LossKind::kSliceDeath, slice | wire::kSliceSubject);
}

}  // namespace

void DeathRun::begin(uint64_t slice) {
  time_ = now();
  first_ = slice;
  count_ = 1;
}

void DeathRun::add(uint64_t slice) {
  const uint64_t above = slice - last_;
  last_ = slice;
  const bool follows = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(above))) == above;
  if (SLABSCOPE_LIKELY(count_ != 0 && count_ != wire::kMaxSliceDeaths && follows)) {
    above_[count_++ - 1] = static_cast<int32_t>(above);
    return;
  }
  end();
  begin(slice);
}

void DeathRun::end() {
  if (count_ == 0) return;
  const size_t rest = (count_ - 1) * sizeof above_[0];
  const uint64_t bytes = sizeof(wire::SliceDeaths) + roundUpToWord(rest);
  char* at = tryBegin(bytes, wire::kRareBytes);
  if (SLABSCOPE_LIKELY(at != nullptr)) {
    const wire::SliceDeaths record{headerOf(wire::RecordKind::kSliceDeaths, bytes, time_, count_), first_};
    std::memset(at + bytes - sizeof(uint64_t), 0, sizeof(uint64_t));
    std::memcpy(at, &record, sizeof record);
    std::memcpy(at + sizeof record, above_, rest);
    endRecord(bytes);
  } else {
    uint64_t slice = first_;
    tellOne(slice, time_);
    for (uint32_t index = 0; index + 1 < count_; ++index)
      tellOne(slice += static_cast<uint64_t>(int64_t{above_[index]}), time_);
  }
  count_ = 0;
}

}  // namespace slabscope::preload
