// SPDX-License-Identifier: GPL-3.0-or-later
// A figure over time as fine as what is shown needs it: one of all of the time, and a finer one of the part
// that is looked at. What is missing is made aside.
#pragma once

#include <QTimer>
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "lookup.h"
#include "selection.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::viewer {

template <class Figure>
class Zoomed {
 public:
  /// Runs on another thread; null: it cannot be made. Left by the progress when it is not wanted any more.
  using Make = std::function<std::shared_ptr<const Figure>(const TimeRange&, const analysis::Progress&)>;

  /// `bin_width` tells how fine a figure is, in nanoseconds; `changed` is called when there is another one.
  Zoomed(double (*bin_width)(const Figure&), std::function<void()> changed)
      : bin_width_(bin_width),
        changed_(std::move(changed)),
        lookup_([](const Wanted& wanted,
                   const analysis::Progress& progress) { return wanted.make(wanted.range, progress); },
                [this](const Wanted& wanted, const std::shared_ptr<const FigurePointer>& figure) {
                  take({wanted.range, *figure});
                }) {
    soon_.setSingleShot(true);
    // A gesture goes on: what it shows on its way is not worth the making.
    soon_.setInterval(120);
    QObject::connect(&soon_, &QTimer::timeout, &soon_, [this] { provide(); });
  }

  /// Another figure from now on. `whole` is that of all of the time; null: it is made, too.
  void set(const TimeRange& all, Make make, std::shared_ptr<const Figure> whole = nullptr) {
    clear();
    all_ = all;
    make_ = std::move(make);
    whole_ = std::move(whole);
    if (whole_ == nullptr) provide();
  }
  /// None any more.
  void clear() {
    lookup_.giveUp();
    soon_.stop();
    make_ = nullptr;
    whole_ = nullptr;
    detail_.reset();
    asked_.reset();
    cannot_be_made_.reset();
  }
  /// What is looked at now, and on how many pixels.
  void show(const TimeRange& shown, double pixels) {
    shown_ = shown;
    pixels_ = pixels;
    if (make_ != nullptr) soon_.start();
  }
  /// The finest there is that covers what is shown; null: none yet.
  const Figure* best() const {
    return detail_ && covers(detail_->range, shown_) ? detail_->figure.get() : whole_.get();
  }
  /// Returns when nothing finer is being made.
  void settle() {
    soon_.stop();
    provide();
    lookup_.settle();
  }

 private:
  using FigurePointer = std::shared_ptr<const Figure>;
  struct Wanted {
    TimeRange range;
    Make make;
  };
  struct Made {
    TimeRange range;
    FigurePointer figure;
  };

  static bool covers(const TimeRange& range, const TimeRange& part) {
    return range.from <= part.from && part.until <= range.until;
  }
  bool isFineEnough(const Figure& figure) const {
    const double bin = bin_width_(figure);
    return bin <= 1 || bin * pixels_ <= static_cast<double>(shown_.length());
  }

  void provide() {
    if (make_ == nullptr) return;
    if (whole_ == nullptr) {
      if (asked_ != all_ && cannot_be_made_ != all_) ask(all_);
      return;
    }
    if (pixels_ <= 0 || shown_.length() == 0 || isFineEnough(*best())) return;
    // With what is beside it, for who moves on.
    const recording::Nanoseconds beside = shown_.length() / 2;
    const TimeRange wide{shown_.from - std::min(beside, shown_.from - std::min(all_.from, shown_.from)),
                         std::min(shown_.until + beside, all_.until)};
    // On more pixels than there can be bins nothing finer comes of it.
    const bool is_there = detail_ && detail_->range == wide;
    if (!is_there && asked_ != wide && cannot_be_made_ != wide) ask(wide);
  }

  void ask(const TimeRange& range) {
    asked_ = range;
    lookup_.ask({range, make_});
  }

  void take(Made made) {
    asked_.reset();
    if (made.figure == nullptr) {
      cannot_be_made_ = made.range;
      return;
    }
    if (whole_ == nullptr) {
      whole_ = std::move(made.figure);
    } else {
      detail_ = std::move(made);
    }
    changed_();
    provide();
  }

  double (*bin_width_)(const Figure&);
  std::function<void()> changed_;
  TimeRange all_{0, 0};
  TimeRange shown_{0, 0};
  double pixels_ = 0;
  Make make_;
  FigurePointer whole_;
  std::optional<Made> detail_;
  std::optional<TimeRange> asked_;           // is being made
  std::optional<TimeRange> cannot_be_made_;  // a file is gone
  QTimer soon_;
  Lookup<Wanted, FigurePointer> lookup_;
};

}  // namespace slabscope::viewer
