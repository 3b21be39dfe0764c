// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/averages.h"

#include <algorithm>

namespace slabscope::analysis {

using recording::Nanoseconds;

Averages::Averages(const TimeRange& range) : range_(range) {
  const Nanoseconds length = range.until - range.from;
  const size_t bins = static_cast<size_t>(std::min<Nanoseconds>(length, kMostBins));
  width_ = static_cast<double>(length) / static_cast<double>(bins);
  steps_.resize(bins);
  parts_.resize(bins);
}

void Averages::add(Nanoseconds t, int64_t by) {
  if (t >= range_.until || steps_.empty()) return;
  const auto change = static_cast<double>(by);
  if (t <= range_.from) {
    first_ += change;
    return;
  }
  const auto since = static_cast<double>(t - range_.from);
  const size_t bin = std::min(static_cast<size_t>(since / width_), steps_.size() - 1);
  steps_[bin] += change;
  parts_[bin] += change * (static_cast<double>(bin + 1) * width_ - since);
}

void Averages::finish() {
  sums_.assign(steps_.size() + 1, 0);
  double level = first_;
  for (size_t bin = 0; bin < steps_.size(); ++bin) {
    sums_[bin + 1] = sums_[bin] + level * width_ + parts_[bin];
    level += steps_[bin];
  }
  steps_ = {};
  parts_ = {};
}

double Averages::sumUntil(double t) const {
  const double bins = std::clamp(t / width_, 0.0, static_cast<double>(sums_.size() - 1));
  const size_t bin = std::min(static_cast<size_t>(bins), sums_.size() - 2);
  return sums_[bin] + (sums_[bin + 1] - sums_[bin]) * (bins - static_cast<double>(bin));
}

double Averages::over(Nanoseconds from, Nanoseconds until) const {
  from = std::clamp(from, range_.from, range_.until);
  until = std::clamp(until, range_.from, range_.until);
  if (sums_.size() < 2 || until <= from) return 0;
  const double area =
      sumUntil(static_cast<double>(until - range_.from)) - sumUntil(static_cast<double>(from - range_.from));
  // What rounding leaves of nothing is not to be less than that.
  return std::max(0.0, area / static_cast<double>(until - from));
}

}  // namespace slabscope::analysis
