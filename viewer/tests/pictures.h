// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings to paint, and what is at a point of a picture.
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <memory>
#include <string>

#include "loaded.h"
#include "view.h"

namespace slabscope::viewer::tests {

/// Two slabs over a millisecond, a mark, collections and memory figures; times and offsets as below.
struct Sample {
  static constexpr uint64_t kSize = 8192;
  static constexpr uint64_t kEnd = 1'000'000;  // nanoseconds
  // The first slab: one slice that stays, one that dies half way, a gap of 1024 bytes behind it that nothing
  // explains, one more.
  static constexpr uint64_t kFirstBorn = 100'000;
  static constexpr uint64_t kSliceDies = 500'000;
  static constexpr uint64_t kSecondBorn = 600'000;

  recording::StoreId first;
  recording::StoreId second;
};

/// Writes it, with two callers: `keep` of the slices that stay, `drop` of that which dies.
Sample writeSample(const std::string& path);

/// The recording, which must be readable.
std::shared_ptr<const Loaded> loadedFrom(const std::string& path);

/// The widget's picture, as many device pixels as `scale` says.
QImage pictureOf(QWidget& widget, double scale = 1);
/// The colour at a point of the widget.
QColor colourAt(const QImage& picture, const QPointF& point);

/// How different two colours are, 0 for the same.
int distance(const QColor& a, const QColor& b);

}  // namespace slabscope::viewer::tests
