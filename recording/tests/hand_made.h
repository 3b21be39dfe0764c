// SPDX-License-Identifier: Apache-2.0
// Files made frame by frame with the generated classes: what the writer never writes, and what other programs
// might.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "recording.pb.h"

namespace slabscope::recording {

/// One frame with its length prefix; `first` gives it the magic, and the last one says where the index is.
std::string frameOf(const proto::Block& block, bool first = false, uint64_t index_offset = 0);
/// The length prefix of a frame, and the frame.
std::string delimited(const proto::Frame& frame);
/// A block whose payload is not compressed.
proto::Block blockOf(proto::BlockKind kind, const google::protobuf::MessageLite& payload);
/// A block with the counts and times that the batch holds.
proto::Block blockOf(const proto::Batch& batch);
std::string headerFrame(uint32_t format = 1, uint32_t min_reader = 1);
std::string footerFrame(uint64_t batches, uint64_t events);

/// Where the frames of a whole file begin, and at last where the file ends.
std::vector<size_t> frameOffsets(std::string_view file);
/// The block of the frame that begins at `offset`.
proto::Block blockAt(std::string_view file, size_t offset);
/// The payload, unpacked.
std::string payloadOf(const proto::Block& block);

}  // namespace slabscope::recording
