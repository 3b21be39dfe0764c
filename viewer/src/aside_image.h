// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of a range of time that takes longer to paint than a frame may: painted aside, and shown
// stretched to where it belongs while the next is being painted.
#pragma once

#include <QImage>
#include <QPainter>
#include <functional>
#include <memory>
#include <utility>

#include "axis.h"
#include "latest.h"
#include "selection.h"

namespace slabscope::viewer {

struct ImageFrame {
  TimeRange range;
  QSizeF size;  ///< device independent pixels
  double ratio = 1;

  QSize pixels() const { return (size * ratio).toSize(); }
  friend bool operator==(const ImageFrame&, const ImageFrame&) = default;
};

/// `Data` is what the picture was made of, for who points at it.
template <class Data>
class AsideImage {
 public:
  struct Made {
    QImage image;
    Data data;
  };
  /// Runs on another thread; its image has the frame's pixels.
  using Make = std::function<Made(const ImageFrame&)>;

  /// `changed` is called when there is another one.
  explicit AsideImage(std::function<void()> changed)
      : latest_([this, changed = std::move(changed)](const std::shared_ptr<const Framed>& framed) {
          asked_.reset();
          shown_ = framed;
          changed();
        }) {}

  /// Nothing to show: of another subject from now on.
  void clear() {
    shown_ = nullptr;
    paintAnew();
  }
  /// It would be painted otherwise now; what is there is shown until it is.
  void paintAnew() {
    latest_.forget();
    asked_.reset();
    is_stale_ = true;
  }
  /// Has it painted where what is there is not of this frame; `waits`: before this returns.
  void provide(const ImageFrame& frame, const Make& make, bool waits) {
    if (frame.pixels().isEmpty() || frame.range.length() == 0) return;
    if (!is_stale_ && (isOf(frame) || (asked_ == frame && !waits))) return;
    is_stale_ = false;
    if (waits) {
      latest_.forget();
      asked_.reset();
      shown_ = std::make_shared<const Framed>(Framed{frame, make(frame)});
      return;
    }
    asked_ = frame;
    latest_.ask([frame, make](const std::atomic<bool>& /*stop: it does not take long*/) {
      return std::make_shared<const Framed>(Framed{frame, make(frame)});
    });
  }

  /// Where its time is on the axis, over the height of the plot.
  void paint(QPainter& painter, const QRectF& plot, const Axis& time) const {
    if (shown_ == nullptr) return;
    const double left = time.toPixel(static_cast<double>(shown_->frame.range.from));
    const double right = time.toPixel(static_cast<double>(shown_->frame.range.until));
    painter.save();
    painter.setClipRect(plot);
    painter.drawImage(QRectF(left, plot.top(), right - left, plot.height()), shown_->made.image);
    painter.restore();
  }
  /// Null: nothing has been made yet.
  const Data* data() const { return shown_ == nullptr ? nullptr : &shown_->made.data; }
  /// What is shown is of this range.
  bool isOf(const TimeRange& range) const { return shown_ != nullptr && shown_->frame.range == range; }

 private:
  struct Framed {
    ImageFrame frame;
    Made made;
  };
  bool isOf(const ImageFrame& frame) const { return shown_ != nullptr && shown_->frame == frame; }

  std::shared_ptr<const Framed> shown_;
  std::optional<ImageFrame> asked_;  // is being painted
  bool is_stale_ = false;
  Latest<Framed> latest_;
};

}  // namespace slabscope::viewer
