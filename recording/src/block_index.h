// SPDX-License-Identifier: Apache-2.0
// Finds out where the blocks of a file are, without unpacking any.
#pragma once

#include "frame_reader.h"
#include "slabscope/recording/block_index.h"
#include "unpack.h"

namespace slabscope::recording {

/// By the index at the end of the file; where that is missing or does not add up, by the heads of the blocks,
/// up to the first that cannot be read. The place at which `file` reads on is another afterwards.
BlockIndex readBlockIndex(FrameReader& file, Unpacker& unpacker);

/// Goes to the index at the end of the file; false where the end does not say where that is.
bool seekToIndex(FrameReader& file);

}  // namespace slabscope::recording
