// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the Offsets view that are painted aside.
#pragma once

#include <QColor>
#include <memory>
#include <vector>

#include "aside_image.h"
#include "density.h"
#include "loaded.h"
#include "slab_picture.h"
#include "theme.h"

namespace slabscope::viewer {

/// What live slices are painted in: all that a thread of its own may look at.
struct SliceColours {
  std::shared_ptr<const Loaded> recording;
  const Theme* theme = nullptr;
  bool by_caller = true;                                      ///< else all in one colour
  std::shared_ptr<const std::vector<bool>> picked = nullptr;  ///< by stack id; null: all are

  QColor of(const analysis::SliceLife& slice) const;
};

using DensityImage = AsideImage<Density>;
using SlabImage = AsideImage<int>;

/// How many slices live at each offset up to `bytes`; of the picked stacks where there are any.
DensityImage::Made makeDensityImage(const SliceColours& colours, uint64_t bytes, const ImageFrame& frame);
/// One slab of the recording, slice by slice.
SlabImage::Made makeSlabImage(const SliceColours& colours, const analysis::SlabLife& slab,
                              const ImageFrame& frame);
/// The same as a picture to be painted at once, in a plot and by its axes.
SlabPicture slabPictureOf(const SliceColours& colours, const analysis::SlabLife& slab, const QRectF& plot,
                          const Axis& time);

}  // namespace slabscope::viewer
