// SPDX-License-Identifier: Apache-2.0
#include "cuts.h"

#include <algorithm>

namespace slabscope::analysis {
namespace {

void append(std::vector<uint8_t>& bytes, uint64_t value) {
  for (; value > 0x7f; value >>= 7) bytes.push_back(static_cast<uint8_t>(value | 0x80));
  bytes.push_back(static_cast<uint8_t>(value));
}

uint64_t next(std::vector<uint8_t>::const_iterator& at) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const uint8_t byte = *at++;
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
}

}  // namespace

void Cuts::close() {
  append(closed_, gap_);
  append(closed_, run_);
}

void Cuts::add(uint64_t offset, uint64_t length) {
  const uint64_t end = offset + length;
  if (offset > end_) {
    close();
    gap_ = offset - end_;
    run_ = length;
    end_ = end;
    return;
  }
  if (offset < end_) late_.push_back({offset, std::min(end, end_)});
  if (end <= end_) return;
  run_ += end - end_;
  end_ = end;
}

void Cuts::appendTo(std::vector<RangeOfBytes>& ranges) const {
  uint64_t end = 0;
  const auto append = [&](uint64_t gap, uint64_t run) {
    ranges.push_back({end + gap, end + gap + run});
    end += gap + run;
  };
  for (auto at = closed_.begin(); at != closed_.end();) {
    const uint64_t gap = next(at);
    append(gap, next(at));
  }
  append(gap_, run_);
  ranges.insert(ranges.end(), late_.begin(), late_.end());
}

}  // namespace slabscope::analysis
