// SPDX-License-Identifier: GPL-3.0-or-later
// What a byte of a slab can be, in words and as it is painted: the same in all views.
#pragma once

#include <QString>
#include <array>

#include "painting.h"
#include "slabscope/analysis/slab_layout.h"

namespace slabscope::viewer {

/// In the order in which they are told and stacked.
inline constexpr std::array kByteStatesInOrder = {
    analysis::ByteState::kLive,    analysis::ByteState::kDead,   analysis::ByteState::kPadding,
    analysis::ByteState::kStartup, analysis::ByteState::kUnseen, analysis::ByteState::kTail,
    analysis::ByteState::kFree};

/// "live", "not seen", ...
QString wordsOf(analysis::ByteState state);
/// In a sentence.
QString meaningOf(analysis::ByteState state);
/// Painted as slanted lines: never handed out, as far as was seen.
bool isHatched(analysis::ByteState state);
LegendItem legendOf(const Theme& theme, analysis::ByteState state);

}  // namespace slabscope::viewer
