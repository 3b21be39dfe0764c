// SPDX-License-Identifier: Apache-2.0
#include "unpack.h"

#include <google/protobuf/stubs/logging.h>

#include <string_view>

#include "format.h"
#include "text.h"

namespace slabscope::recording {

Unpacker::Unpacker() : context_(ZSTD_createDCtx()) {}

std::string Unpacker::unpack(const proto::Block& block, std::string_view& content) {
  const uint64_t size = block.unpacked_size();
  const std::string& payload = block.payload();
  if (size > kMaxUnpackedBytes) {
    return "a block claims " + counted(size, "unpacked byte", "s") + ", more than any that slabscope writes";
  }
  if (block.compression() == proto::COMPRESSION_ZSTD) {
    if (ZSTD_getFrameContentSize(payload.data(), payload.size()) != size) {
      return "the size of a block is not that of its content";
    }
    if (unpacked_.size() < size + kReadAhead) unpacked_.resize(size + kReadAhead);
    const size_t got =
        ZSTD_decompressDCtx(context_.get(), unpacked_.data(), size, payload.data(), payload.size());
    if (ZSTD_isError(got) != 0 || got != size) return "the content of a block cannot be unpacked";
  } else if (block.compression() != proto::COMPRESSION_NONE) {
    return "a block is packed in a way that this slabscope does not know; update slabscope";
  } else if (payload.size() != size) {
    return "the size of a block is not that of its content";
  } else {
    unpacked_.assign(payload);
    unpacked_.resize(size + kReadAhead);
  }
  content = std::string_view(unpacked_.data(), size);
  return {};
}

std::string Unpacker::unpack(const proto::Block& block, google::protobuf::MessageLite& message) {
  std::string_view content;
  std::string damage = unpack(block, content);
  return damage.empty() ? parseContent(content, message) : damage;
}

std::string parseContent(std::string_view content, google::protobuf::MessageLite& message) {
  // Protobuf tells of invalid UTF-8 on stderr too, which belongs to the program that links us.
  const google::protobuf::LogSilencer silencer;
  return message.ParseFromArray(content.data(), static_cast<int>(content.size())) ? "" : kMalformed;
}

}  // namespace slabscope::recording
