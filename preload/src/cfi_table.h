// SPDX-License-Identifier: Apache-2.0
// Where the unwind table of a loaded module says how to unwind an address: .eh_frame_hdr's sorted index, the
// entry (FDE) and the common part (CIE) that it refers to.
#pragma once

#include <cstdint>
#include <cstring>

namespace slabscope::preload {

/// A cursor over bytes that the loader mapped. Inline, since most of the time of unwinding is spent here.
class CfiReader {
 public:
  CfiReader() = default;
  CfiReader(const uint8_t* at, const uint8_t* end) : at_(at), end_(end) {}

  const uint8_t* at() const { return at_; }
  bool atEnd() const { return at_ >= end_; }
  /// False once something was asked for beyond the end.
  bool ok() const { return ok_; }
  void skip(uint64_t bytes) {
    if (bytes > static_cast<uint64_t>(end_ - at_)) {
      ok_ = false;
      at_ = end_;
      return;
    }
    at_ += bytes;
  }
  uint64_t fixed(uint32_t bytes) {
    const uint8_t* from = at_;
    skip(bytes);
    if (!ok_) return 0;
    uint64_t value = 0;
    std::memcpy(&value, from, bytes);
    return value;
  }
  uint64_t uleb() {
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < 64; shift += 7) {
      uint64_t byte = fixed(1);
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }
  int64_t sleb();
  /// A pointer in one of the DW_EH_PE encodings that compilers use for code addresses.
  uintptr_t pointer(uint8_t encoding);

 private:
  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  bool ok_ = true;
};

struct CfiEntry {
  CfiReader common;        ///< instructions of the CIE
  CfiReader instructions;  ///< of the FDE
  uintptr_t begin;         ///< of the code that the FDE covers
  uint64_t code_alignment;
  int64_t data_alignment;
  uint32_t return_column;
  uint8_t pointer_encoding;
  bool is_signal_frame;
};

/// False when the table at `header` (.eh_frame_hdr) does not cover the address, or is of an unusual form.
bool findCfiEntry(const uint8_t* header, uintptr_t address, CfiEntry& entry);

}  // namespace slabscope::preload
