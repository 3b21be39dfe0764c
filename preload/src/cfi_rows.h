// SPDX-License-Identifier: Apache-2.0
// What unwind tables said of addresses that were asked for before: reading the tables costs most of the time
// of unwinding, and a program allocates in few places. Only rows of the plain kind that compilers make nearly
// everywhere. Any thread, without a lock.
#pragma once

#include <atomic>
#include <cstdint>

#include "cfi_program.h"

namespace slabscope::preload {

/// A caller's registers are as they are, or were saved at an offset from the frame's address (CFA).
struct PlainRow {
  /// Those that a function gives back as it got them, and the return address.
  static constexpr uint32_t kSaved[] = {kRbx, kRbp, 12, 13, 14, 15, kReturnAddress};
  static constexpr uint32_t kCount = sizeof kSaved / sizeof kSaved[0];
  static constexpr int16_t kSame = 0;

  int32_t cfa_offset;
  uint16_t cfa_register;
  int16_t offsets[kCount];  ///< of kSaved; kSame: not saved

  /// False when the row is none of this kind.
  bool read(const CfiRow& row, uint32_t return_column);

  /// Of a thread's first function, which returns to none.
  static PlainRow outermost() { return {0, kReturnAddress, {}}; }
  bool isOutermost() const { return cfa_register == kReturnAddress; }
};

/// Zeroed memory holds none. Several rows can be kept at one place: of two that share it and lie on one stack
/// each would push the other out for good.
class CfiRows {
 public:
  /// `key` tells an address of a module from all others; its low bits say where the row is kept.
  bool find(uint64_t key, PlainRow& row) const;
  void keep(uint64_t key, const PlainRow& row);

 private:
  static constexpr uint32_t kPlaces = 1024;
  static constexpr uint32_t kWays = 4;
  static constexpr uint32_t kWords = 3;
  /// An entry that is read while it is written is told by its key, which is mixed with the words.
  struct Entry {
    std::atomic<uint64_t> mixed;
    std::atomic<uint64_t> words[kWords];
  };

  Entry& roomAt(uint64_t key);

  Entry entries_[kPlaces][kWays];
  std::atomic<uint32_t> pushed_out_;
};

}  // namespace slabscope::preload
