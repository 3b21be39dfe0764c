// SPDX-License-Identifier: Apache-2.0
#include "hand_made.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <xxhash.h>
#include <zstd.h>

#include <sstream>
#include <stdexcept>

namespace slabscope::recording {
namespace {

// The frame at `offset`, read as any protobuf implementation would; `offset` moves behind it.
proto::Frame frameAt(std::string_view file, size_t& offset) {
  google::protobuf::io::ArrayInputStream bytes(file.data() + offset, static_cast<int>(file.size() - offset));
  proto::Frame frame;
  if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&frame, &bytes, nullptr)) {
    throw std::runtime_error("no frame at " + std::to_string(offset));
  }
  offset += static_cast<size_t>(bytes.ByteCount());
  return frame;
}

}  // namespace

std::string delimited(const proto::Frame& frame) {
  std::ostringstream out;
  google::protobuf::util::SerializeDelimitedToOstream(frame, &out);
  return out.str();
}

std::string frameOf(const proto::Block& block, bool first, uint64_t index_offset) {
  proto::Frame frame;
  if (first) frame.set_magic("slabscope\n");
  if (index_offset != 0) frame.set_index_offset(index_offset);
  frame.set_block(block.SerializeAsString());
  frame.set_checksum(XXH64(frame.block().data(), frame.block().size(), 0));
  return delimited(frame);
}

proto::Block blockOf(proto::BlockKind kind, const google::protobuf::MessageLite& payload) {
  proto::Block block;
  block.set_kind(kind);
  block.set_payload(payload.SerializeAsString());
  block.set_unpacked_size(block.payload().size());
  return block;
}

proto::Block blockOf(const proto::Batch& batch) {
  proto::Block block = blockOf(proto::BLOCK_BATCH, batch);
  block.set_event_count(batch.kinds().size());
  uint64_t t = 0;
  for (const uint64_t time : batch.times()) t += time;
  block.set_first_t(batch.times_size() == 0 ? 0 : batch.times(0));
  block.set_last_t(t);
  return block;
}

std::string headerFrame(uint32_t format, uint32_t min_reader) {
  proto::Header header;
  header.set_format(format);
  header.set_min_reader(min_reader);
  return frameOf(blockOf(proto::BLOCK_HEADER, header), true);
}

std::string footerFrame(uint64_t batches, uint64_t events) {
  proto::Footer footer;
  footer.set_batches(batches);
  footer.set_events(events);
  return frameOf(blockOf(proto::BLOCK_FOOTER, footer));
}

std::vector<size_t> frameOffsets(std::string_view file) {
  std::vector<size_t> offsets{0};
  for (size_t at = 0; at < file.size(); offsets.push_back(at)) frameAt(file, at);
  return offsets;
}

proto::Block blockAt(std::string_view file, size_t offset) {
  proto::Block block;
  if (!block.ParseFromString(frameAt(file, offset).block())) throw std::runtime_error("no block");
  return block;
}

std::string payloadOf(const proto::Block& block) {
  if (block.compression() == proto::COMPRESSION_NONE) return block.payload();
  std::string unpacked(block.unpacked_size(), '\0');
  const size_t size =
      ZSTD_decompress(unpacked.data(), unpacked.size(), block.payload().data(), block.payload().size());
  if (size != unpacked.size()) throw std::runtime_error("cannot unpack");
  return unpacked;
}

}  // namespace slabscope::recording
