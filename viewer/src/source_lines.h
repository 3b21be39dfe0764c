// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of source around a caller's place, where its file is on this machine.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <optional>

#include "loaded.h"
#include "selection.h"

namespace slabscope::viewer {

struct SourceQuestion {
  std::shared_ptr<const Loaded> recording;
  std::optional<PickedCaller> caller;
  friend bool operator==(const SourceQuestion&, const SourceQuestion&) = default;
};

struct SourceLines {
  QString place;      ///< "/app/cache.js:12:18"; empty: the caller has none
  QStringList lines;  ///< of the file, those around the place; long ones cut
  int first = 1;      ///< the number of the first of them
  int line = 0;       ///< the caller's own, from 1
  int column = 0;     ///< in its line as it is told here, from 1; 0: not known, or cut off
  QString trouble;    ///< why there are none, or what is to be known of these; a sentence
};

/// Reads the file, if it is a regular one of a size that people write. For another thread than the GUI's.
SourceLines findSource(const SourceQuestion& question, const analysis::Progress& progress);

}  // namespace slabscope::viewer
