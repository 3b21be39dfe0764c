// SPDX-License-Identifier: Apache-2.0
// Turns the columns of a batch into definitions and events, and refuses a batch that does not add up: what a
// decoder has let through can be used as an index without another look.
#pragma once

#include <cstdint>
#include <string>

#include "batch_columns.h"
#include "recording.pb.h"
#include "slabscope/recording/reader.h"

namespace slabscope::recording {

/// Both append to `batch` and count in `defined`. They return "", or what is wrong; then `batch` and
/// `defined` are of no use any more. `message` is what BatchColumns::split() left for protobuf; the strings
/// are moved out of it.
std::string decodeDefinitions(proto::Batch& message, Defined& defined, BatchHead& batch);
std::string decodeEvents(BatchColumns& columns, const proto::Batch& message, const proto::Block& block,
                         Columns read, Defined& defined, BatchByKind& batch);

}  // namespace slabscope::recording
