// SPDX-License-Identifier: GPL-3.0-or-later
#include "offsets_images.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "caller_colours.h"
#include "time_axis.h"

namespace slabscope::viewer {
namespace {

constexpr int kNotPicked = 50;  // how opaque, of 255

QImage transparentImage(const QSize& pixels) {
  QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  return image;
}

}  // namespace

QColor SliceColours::of(const analysis::SliceLife& slice) const {
  QColor colour =
      by_caller ? colourOfCaller(*recording, *theme, recording->ownerOf(slice.stack)) : theme->live;
  const bool is_picked = picked == nullptr || analysis::isMarked(*picked, slice.stack);
  if (!is_picked) colour.setAlpha(kNotPicked);
  return colour;
}

DensityImage::Made makeDensityImage(const SliceColours& colours, uint64_t bytes, const ImageFrame& frame) {
  const QSize pixels = frame.pixels();
  const auto columns = static_cast<size_t>(pixels.width());
  DensityImage::Made made{transparentImage(pixels),
                          densityOf(colours.recording->lives, {.range = frame.range,
                                                               .bytes = bytes,
                                                               .columns = columns,
                                                               .rows = static_cast<size_t>(pixels.height()),
                                                               .stacks = colours.picked.get()})};
  const Density& density = made.data;
  // Of the ramp so many colours as it takes for its steps not to be seen.
  std::array<QRgb, 256> ramp{};
  for (size_t i = 0; i < ramp.size(); ++i)
    ramp.at(i) = colours.theme->density(static_cast<double>(i) / (ramp.size() - 1)).rgb();
  const double most = std::max(std::log1p(density.most), 1e-9);
  for (size_t row = 0; row < density.rows && !density.counts.empty(); ++row) {
    auto* line = reinterpret_cast<QRgb*>(made.image.scanLine(pixels.height() - 1 - static_cast<int>(row)));
    for (size_t column = 0; column < columns; ++column) {
      const uint32_t count = density.at(column, row);
      if (count == 0) continue;
      const double place = std::min(std::log1p(count - 1) / most, 1.0) * (ramp.size() - 1);
      line[column] = ramp.at(static_cast<size_t>(place));
    }
  }
  return made;
}

SlabPicture slabPictureOf(const SliceColours& colours, const analysis::SlabLife& slab, const QRectF& plot,
                          const Axis& time) {
  const Axis offset{0, static_cast<double>(std::max<uint64_t>(slab.size, 1)), plot.bottom(), plot.top()};
  return {*colours.theme,
          colours.recording->lives,
          slab,
          time,
          offset,
          plot,
          [colours](const analysis::SliceLife& slice) { return colours.of(slice); }};
}

SlabImage::Made makeSlabImage(const SliceColours& colours, const analysis::SlabLife& slab,
                              const ImageFrame& frame) {
  SlabImage::Made made{transparentImage(frame.pixels()), 0};
  made.image.setDevicePixelRatio(frame.ratio);
  const QRectF plot(QPointF(0, 0), frame.size);
  QPainter painter(&made.image);
  slabPictureOf(colours, slab, plot, timeAxisOf(frame.range, plot)).paint(painter);
  painter.end();
  // Where it is stretched to is told in the widget's own units.
  made.image.setDevicePixelRatio(1);
  return made;
}

}  // namespace slabscope::viewer
