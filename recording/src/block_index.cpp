// SPDX-License-Identifier: Apache-2.0
#include "block_index.h"

#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "format.h"

namespace slabscope::recording {
namespace {

using google::protobuf::internal::WireFormatLite;

// More are not believed: a file of the smallest blocks must not cost many times its size.
constexpr size_t kMostBlocks = size_t{1} << 22;

BlockKind blockKind(uint64_t kind) {
  switch (kind) {
    case proto::BLOCK_HEADER:
      return BlockKind::kHeader;
    case proto::BLOCK_BATCH:
      return BlockKind::kBatch;
    case proto::BLOCK_SNAPSHOT:
      return BlockKind::kSnapshot;
    case proto::BLOCK_INDEX:
      return BlockKind::kIndex;
    case proto::BLOCK_FOOTER:
      return BlockKind::kFooter;
    default:
      return BlockKind::kOther;
  }
}

// Reads here and there in a file: what is skipped is not read.
class Cursor {
 public:
  Cursor(const FrameReader& file, uint64_t at) : file_(file), at_(at) {}

  uint64_t at() const { return at_; }
  void skip(uint64_t bytes) { at_ += bytes; }
  bool readVarint(uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      unsigned char byte = 0;
      if (!readByte(byte)) return false;
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

 private:
  bool readByte(unsigned char& byte) {
    if (at_ < begin_ || at_ >= begin_ + size_) {
      begin_ = at_;
      size_ = file_.readAt(at_, window_.data(), window_.size());
      if (size_ == 0) return false;
    }
    byte = static_cast<unsigned char>(window_[at_ - begin_]);
    ++at_;
    return true;
  }

  const FrameReader& file_;
  uint64_t at_;
  std::array<char, 128> window_{};
  uint64_t begin_ = 0;
  size_t size_ = 0;
};

// Calls number(field, value) and bytes(field, end) for the fields of a message that ends at `end`; the cursor
// is moved behind each. False where it is no message.
template <class Number, class Bytes>
bool eachField(Cursor& cursor, uint64_t end, Number&& number, Bytes&& bytes) {
  while (cursor.at() < end) {
    uint64_t tag = 0;
    uint64_t value = 0;
    if (!cursor.readVarint(tag)) return false;
    const auto field = tag >> 3;
    switch (tag & 7) {
      case WireFormatLite::WIRETYPE_VARINT:
        if (!cursor.readVarint(value)) return false;
        number(field, value);
        break;
      case WireFormatLite::WIRETYPE_FIXED64:
        cursor.skip(sizeof(uint64_t));
        break;
      case WireFormatLite::WIRETYPE_FIXED32:
        cursor.skip(sizeof(uint32_t));
        break;
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
        if (!cursor.readVarint(value) || value > end - std::min(end, cursor.at())) return false;
        const uint64_t behind = cursor.at() + value;
        if (!bytes(field, behind)) return false;
        cursor.skip(behind - cursor.at());
        break;
      }
      default:
        return false;
    }
  }
  return cursor.at() == end;
}

bool readHead(Cursor& cursor, uint64_t end, BlockPlace& place) {
  return eachField(
      cursor, end,
      [&](uint64_t field, uint64_t value) {
        if (field == proto::Block::kKindFieldNumber) place.kind = blockKind(value);
        if (field == proto::Block::kFirstTFieldNumber) place.first_t = value;
        if (field == proto::Block::kLastTFieldNumber) place.last_t = value;
        if (field == proto::Block::kEventCountFieldNumber) place.events = value;
        if (field == proto::Block::kSnapshotFieldNumber) place.snapshot = value;
      },
      [](uint64_t, uint64_t) { return true; });
}

// The head of the block that begins at the cursor, which is moved behind the block.
std::optional<BlockPlace> readPlace(Cursor& cursor, uint64_t file_bytes) {
  BlockPlace place;
  place.offset = cursor.at();
  uint64_t length = 0;
  if (!cursor.readVarint(length) || length > kMaxFrameBytes ||
      length > file_bytes - std::min(file_bytes, cursor.at()))
    return std::nullopt;
  bool has_block = false;
  const bool whole = eachField(
      cursor, cursor.at() + length, [](uint64_t, uint64_t) {},
      [&](uint64_t field, uint64_t end) {
        if (field != proto::Frame::kBlockFieldNumber) return true;
        const bool first = !has_block;
        has_block = true;
        return first && readHead(cursor, end, place);
      });
  return whole && has_block ? std::optional(place) : std::nullopt;
}

BlockIndex readHeads(const FrameReader& file) {
  BlockIndex index;
  const uint64_t bytes = file.fileBytes();
  Cursor cursor(file, 0);
  while (cursor.at() < bytes && index.blocks.size() < kMostBlocks) {
    const std::optional<BlockPlace> place = readPlace(cursor, bytes);
    if (!place) break;
    index.blocks.push_back(*place);
  }
  return index;
}

// Where the end of the file says that the index is: 0 where it does not say so.
uint64_t statedOffset(const FrameReader& file) {
  constexpr unsigned char kTag =
      WireFormatLite::MakeTag(proto::Frame::kIndexOffsetFieldNumber, WireFormatLite::WIRETYPE_FIXED64);
  std::array<char, 1 + sizeof(uint64_t)> end{};
  const uint64_t bytes = file.fileBytes();
  if (bytes < end.size() || file.readAt(bytes - end.size(), end.data(), end.size()) != end.size()) return 0;
  if (static_cast<unsigned char>(end[0]) != kTag) return 0;
  uint64_t offset = 0;
  for (size_t byte = end.size() - 1; byte > 0; --byte)
    offset = offset << 8 | static_cast<unsigned char>(end[byte]);
  return offset < bytes ? offset : 0;
}

std::optional<BlockIndex> fromMessage(const proto::Index& message, uint64_t end) {
  const int count = message.offset_size();
  if (message.kind_size() != count || message.first_t_size() != count || message.last_t_size() != count ||
      message.event_count_size() != count || message.snapshot_size() != count) {
    return std::nullopt;
  }
  BlockIndex index;
  index.blocks.reserve(static_cast<size_t>(count));
  BlockPlace sum;
  for (int i = 0; i < count; ++i) {
    const uint64_t before = sum.offset;
    sum.offset += message.offset(i);
    sum.first_t += message.first_t(i);
    sum.last_t += message.last_t(i);
    sum.kind = blockKind(static_cast<uint64_t>(message.kind(i)));
    sum.events = message.event_count(i);
    sum.snapshot = message.snapshot(i);
    if (sum.offset >= end || (i > 0 && sum.offset <= before)) return std::nullopt;
    index.blocks.push_back(sum);
  }
  return index;
}

std::optional<BlockIndex> readIndexBlock(FrameReader& file, Unpacker& unpacker) {
  if (!seekToIndex(file)) return std::nullopt;
  const uint64_t offset = file.offset();
  if (file.next() != FrameReader::Outcome::kFrame) return std::nullopt;
  proto::Block block;
  proto::Index message;
  if (!block.ParseFromArray(file.block().data(), static_cast<int>(file.block().size())) ||
      block.kind() != proto::BLOCK_INDEX || !unpacker.unpack(block, message).empty()) {
    return std::nullopt;
  }
  return fromMessage(message, offset);
}

}  // namespace

bool seekToIndex(FrameReader& file) {
  const uint64_t offset = statedOffset(file);
  return offset != 0 && file.seek(offset);
}

BlockIndex readBlockIndex(FrameReader& file, Unpacker& unpacker) {
  if (std::optional<BlockIndex> index = readIndexBlock(file, unpacker)) return std::move(*index);
  return readHeads(file);
}

}  // namespace slabscope::recording
