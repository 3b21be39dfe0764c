// SPDX-License-Identifier: GPL-3.0-or-later
// Figures in words, as the whole of slabscope writes them, for Qt.
#pragma once

#include <QString>
#include <cstdint>
#include <string_view>

#include "slabscope/analysis/words.h"

namespace slabscope::viewer {

/// "1.5 MiB".
inline QString bytes(uint64_t size) {
  return QString::fromStdString(analysis::bytesInWords(size));
}

/// "1.500 s".
inline QString timeText(recording::Nanoseconds t) {
  return QString::fromStdString(analysis::secondsInWords(t));
}

/// "1.5 ms".
inline QString durationText(recording::Nanoseconds length) {
  return QString::fromStdString(analysis::durationInWords(length));
}

/// "1,234".
inline QString countText(uint64_t number) {
  return QString::fromStdString(analysis::countInWords(number));
}

/// "1,234 slabs", "1 slab"; `noun` is that of one.
inline QString counted(uint64_t number, std::string_view noun) {
  return QString::fromStdString(analysis::counted(number, noun));
}

}  // namespace slabscope::viewer
