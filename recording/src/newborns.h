// SPDX-License-Identifier: Apache-2.0
// What was born since the last batch was closed. Most of it is dead again when the batch is closed, and never
// comes into a BirthLog, which has to find and to move what it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slabscope::recording {

template <class Record>
class Newborns {
 public:
  /// The id must be the one after that of the record before, unless there is none. Returns what is kept,
  /// valid until the next one.
  Record& add(const Record& record, uint64_t id) {
    if (count_ == 0) first_id_ = id;
    ++count_;
    return records_.emplace_back(record);
  }

  bool has(uint64_t id) const { return id - first_id_ < count_; }
  /// Null when it is dead or not here. Valid until the next add().
  Record* find(uint64_t id) {
    return has(id) && !isDead(id - first_id_) ? &records_[id - first_id_] : nullptr;
  }
  /// The record must be here.
  void kill(uint64_t id) {
    const size_t index = id - first_id_;
    if (index >= dead_.size()) dead_.resize(count_);
    dead_[index] = true;
  }

  /// Calls take(record) for what is alive, in the order of ids, and forgets all. The memory is kept.
  template <class Take>
  void takeAll(Take&& take) {
    for (size_t index = 0; index < count_; ++index) {
      if (!isDead(index)) take(records_[index]);
    }
    count_ = 0;
    records_.clear();
    dead_.clear();
  }

 private:
  bool isDead(size_t index) const { return index < dead_.size() && dead_[index]; }

  uint64_t first_id_ = 0;
  size_t count_ = 0;  // as many as there are records: these are no power of two long
  std::vector<Record> records_;
  std::vector<bool> dead_;  // up to the last that has died, or further
};

}  // namespace slabscope::recording
