// SPDX-License-Identifier: Apache-2.0
#include "cfi_table.h"

#include <cstddef>
#include <cstring>

namespace slabscope::preload {

namespace {

// DW_EH_PE_…: the format in the lower four bits, what it is relative to in the next three.
constexpr uint8_t kAbsolute = 0x00;
constexpr uint8_t kUdata4 = 0x03;
constexpr uint8_t kUdata8 = 0x04;
constexpr uint8_t kSdata4 = 0x0b;
constexpr uint8_t kSdata8 = 0x0c;
constexpr uint8_t kFormatMask = 0x0f;
constexpr uint8_t kRelativeMask = 0x70;
constexpr uint8_t kRelativeToHere = 0x10;
constexpr uint8_t kIndirect = 0x80;
constexpr uint8_t kOmitted = 0xff;

// What every linker writes: version 1, .eh_frame relative to here, count, table relative to the header.
constexpr uint8_t kUsualHeader[] = {1, kRelativeToHere | kSdata4, kUdata4, 0x30 | kSdata4};

struct IndexEntry {
  int32_t code;
  int32_t entry;
};

/// The FDE of the last code that begins at or before the address, or nullptr.
const uint8_t* lookUp(const uint8_t* header, uintptr_t address) {
  if (header == nullptr || std::memcmp(header, kUsualHeader, sizeof kUsualHeader) != 0) return nullptr;
  uint32_t count;
  std::memcpy(&count, header + 8, sizeof count);
  const auto* index = reinterpret_cast<const IndexEntry*>(header + 12);
  auto wanted = static_cast<int64_t>(address - reinterpret_cast<uintptr_t>(header));
  uint32_t low = 0;
  uint32_t high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (index[middle].code <= wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? nullptr : header + index[low - 1].entry;
}

/// The bytes of a CIE or FDE, after its length. Not ok for the 64-bit form and for the terminator.
CfiReader bodyOf(const uint8_t* at) {
  uint32_t length;
  std::memcpy(&length, at, sizeof length);
  constexpr uint32_t kLongForm = 0xffffffff;
  if (length == kLongForm) length = 0;
  return {at + 4, at + 4 + length};
}

bool readAugmentation(const char* augmentation, CfiReader& reader, CfiEntry& entry) {
  if (*augmentation == '\0') return true;
  if (*augmentation != 'z') return false;
  uint64_t bytes = reader.uleb();
  CfiReader data = reader;
  reader.skip(bytes);
  for (const char* letter = augmentation + 1; *letter != '\0'; ++letter) {
    switch (*letter) {
      case 'R':
        entry.pointer_encoding = static_cast<uint8_t>(data.fixed(1));
        break;
      case 'P': {
        auto encoding = static_cast<uint8_t>(data.fixed(1));
        data.pointer(static_cast<uint8_t>(encoding & ~kIndirect));
        break;
      }
      case 'L':
        data.skip(1);
        break;
      case 'S':
        entry.is_signal_frame = true;
        break;
      default:
        return false;
    }
  }
  return data.ok();
}

/// Whether the FDEs of the CIE have a length of augmentation data.
bool readCommon(const uint8_t* at, CfiEntry& entry, bool& augmented) {
  CfiReader reader = bodyOf(at);
  bool is_common = reader.fixed(4) == 0;
  uint64_t version = reader.fixed(1);
  if (!reader.ok() || !is_common || (version != 1 && version != 3)) return false;
  const auto* augmentation = reinterpret_cast<const char*>(reader.at());
  reader.skip(std::strlen(augmentation) + 1);
  entry.code_alignment = reader.uleb();
  entry.data_alignment = reader.sleb();
  entry.return_column = static_cast<uint32_t>(version == 1 ? reader.fixed(1) : reader.uleb());
  entry.pointer_encoding = kAbsolute;
  entry.is_signal_frame = false;
  augmented = *augmentation == 'z';
  if (!readAugmentation(augmentation, reader, entry)) return false;
  entry.common = reader;
  return reader.ok();
}

}  // namespace

int64_t CfiReader::sleb() {
  uint64_t value = 0;
  uint32_t shift = 0;
  uint64_t byte = 0x80;
  while ((byte & 0x80) != 0 && shift < 64) {
    byte = fixed(1);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  }
  if ((byte & 0x40) != 0 && shift < 64) value |= ~uint64_t{0} << shift;
  return static_cast<int64_t>(value);
}

uintptr_t CfiReader::pointer(uint8_t encoding) {
  if (encoding == kOmitted) return 0;
  auto here = reinterpret_cast<uintptr_t>(at_);
  uint64_t value = 0;
  switch (encoding & kFormatMask) {
    case kAbsolute:
    case kUdata8:
    case kSdata8:
      value = fixed(8);
      break;
    case kUdata4:
      value = fixed(4);
      break;
    case kSdata4:
      value = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(fixed(4))));
      break;
    default:
      ok_ = false;
      return 0;
  }
  uint8_t relative = encoding & (kRelativeMask | kIndirect);
  if (relative == kRelativeToHere) return here + value;
  if (relative != 0) ok_ = false;
  return value;
}

bool findCfiEntry(const uint8_t* header, uintptr_t address, CfiEntry& entry) {
  const uint8_t* at = lookUp(header, address);
  if (at == nullptr) return false;
  CfiReader reader = bodyOf(at);
  const uint8_t* back_from = reader.at();
  uint64_t back = reader.fixed(4);
  bool augmented = false;
  if (!reader.ok() || back == 0 || !readCommon(back_from - back, entry, augmented)) return false;
  entry.begin = reader.pointer(entry.pointer_encoding);
  uint64_t bytes = reader.pointer(entry.pointer_encoding & kFormatMask);
  if (augmented) reader.skip(reader.uleb());
  if (!reader.ok() || address < entry.begin || address - entry.begin >= bytes) return false;
  entry.instructions = reader;
  return true;
}

}  // namespace slabscope::preload
