// SPDX-License-Identifier: GPL-3.0-or-later
// Values to pixels and back, and where the ticks go. Plain values, without a widget.
#pragma once

#include <QString>
#include <vector>

namespace slabscope::viewer {

/// A range of values (nanoseconds or bytes) laid over a range of pixels; pixels may run downwards.
struct Axis {
  double from = 0;
  double to = 1;
  double pixel_from = 0;
  double pixel_to = 1;

  double toPixel(double value) const { return pixel_from + (value - from) * scale(); }
  double toValue(double pixel) const { return from + (pixel - pixel_from) / scale(); }
  /// Pixels a value.
  double scale() const { return to > from ? (pixel_to - pixel_from) / (to - from) : 1; }
};

struct Tick {
  double value = 0;
  QString label;  ///< with its unit
};

/// At most `most` ticks inside from…to at round times, all in one unit: "0 s", "0.5 s" or "120 ms".
std::vector<Tick> timeTicks(double from, double to, int most);
/// At round sizes in binary units: "0", "16 KiB", "1.5 MiB".
std::vector<Tick> byteTicks(double from, double to, int most);
/// At whole numbers: "0", "500", "1,000".
std::vector<Tick> countTicks(double from, double to, int most);

/// A size of an axis: as byteTicks label it.
QString sizeLabel(double bytes);

}  // namespace slabscope::viewer
