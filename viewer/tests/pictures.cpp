// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <gtest/gtest.h>

#include <QPainter>
#include <cmath>
#include <cstdlib>

#include "made_up.h"

namespace slabscope::viewer::tests {

using recording::StoreKind;

Sample writeSample(const std::string& path) {
  slabscope::tests::Maker maker(path);
  Sample sample;
  const recording::StackId keep = maker.stack("keep", "/app/cache.js", 7, 3);
  const recording::StackId drop = maker.stack("drop", "/app/parse.js", 9, 5);
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  sample.first = maker.alloc(Sample::kFirstBorn, Sample::kSize, StoreKind::kPool, keep);
  maker.slice(Sample::kFirstBorn, sample.first, 0, 2048, keep);
  const auto dying = maker.slice(200'000, sample.first, 2048, 2048, drop);
  maker.slice(300'000, sample.first, 5120, 1024, keep);
  maker.mark(400'000, "loaded");
  maker.alloc(450'000, 100'000, StoreKind::kArrayBuffer, drop);
  maker.add(recording::Memory{.t = 460'000,
                              .isolate = 0,
                              .rss = 50'000'000,
                              .heap_used = 1,
                              .heap_total = 2,
                              .external = 3,
                              .array_buffers = 4});
  maker.add(
      recording::Gc{.t = 490'000, .duration = 5000, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  maker.add(recording::SliceFree{.t = Sample::kSliceDies, .slice = dying, .teardown = false});
  sample.second = maker.alloc(Sample::kSecondBorn, Sample::kSize, StoreKind::kPool, keep);
  maker.slice(Sample::kSecondBorn, sample.second, 0, 4096, keep);
  maker.add(recording::IsolateEnd{.t = Sample::kEnd, .isolate = 0, .thread = 1, .allocator = 0});
  maker.finish();
  return sample;
}

std::shared_ptr<const Loaded> loadedFrom(const std::string& path) {
  const Result<std::shared_ptr<const Loaded>> loaded = load(path);
  EXPECT_TRUE(loaded) << loaded.error().message;
  return *loaded;
}

QImage pictureOf(QWidget& widget, double scale) {
  QImage image((QSizeF(widget.size()) * scale).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(scale);
  QPainter painter(&image);
  widget.render(&painter);
  return image;
}

QColor colourAt(const QImage& picture, const QPointF& point) {
  const double ratio = picture.devicePixelRatio();
  return picture.pixelColor(static_cast<int>(std::floor(point.x() * ratio)),
                            static_cast<int>(std::floor(point.y() * ratio)));
}

int distance(const QColor& a, const QColor& b) {
  return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

}  // namespace slabscope::viewer::tests
