// SPDX-License-Identifier: GPL-3.0-or-later
// Figures in words, as the whole of slabscope writes them, for Qt.
#pragma once

#include <QString>
#include <cstdint>

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

}  // namespace slabscope::viewer
