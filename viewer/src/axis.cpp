// SPDX-License-Identifier: GPL-3.0-or-later
#include "axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "words.h"

namespace slabscope::viewer {
namespace {

// The smallest 1, 2 or 5 times a power of ten that is not below.
double decimalStep(double least) {
  if (least <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::vector<Tick> ticksAt(double from, double to, double step, const std::function<QString(double)>& label) {
  std::vector<Tick> ticks;
  // Counted, not summed up: so that 0 is 0.
  for (double i = std::ceil(from / step - 1e-9); i * step <= to + step * 1e-9; ++i)
    ticks.push_back({i * step, label(i * step)});
  return ticks;
}

}  // namespace

std::vector<Tick> timeTicks(double from, double to, int most) {
  const double step = decimalStep((to - from) / std::max(most, 1));
  struct Unit {
    double ns;
    const char* name;
  };
  static constexpr std::array<Unit, 4> kUnits = {{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}}};
  // A range far from the start is told in seconds with as many decimals as it takes, up to milliseconds.
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& one) {
    return step >= one.ns * 0.01 * (1 - 1e-9) || one.ns == 1;
  });
  const double in_unit = step / unit->ns;
  const int decimals = in_unit >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(in_unit) - 1e-9));
  return ticksAt(from, to, step, [&](double value) {
    return QString::number(value / unit->ns, 'f', decimals) + " " + unit->name;
  });
}

namespace {

constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};

QString labelIn(double bytes, size_t unit) {
  if (bytes == 0) return "0";
  QString number = QString::number(bytes / std::pow(1024, static_cast<double>(unit)), 'f', 2);
  while (number.endsWith('0')) number.chop(1);
  if (number.endsWith('.')) number.chop(1);
  return number + " " + kUnits.at(unit);
}

size_t unitOf(double bytes) {
  size_t unit = 0;
  for (; std::abs(bytes) >= 1024 && unit + 1 < kUnits.size(); bytes /= 1024) ++unit;
  return unit;
}

}  // namespace

QString sizeLabel(double bytes) {
  return labelIn(bytes, unitOf(bytes));
}

std::vector<Tick> byteTicks(double from, double to, int most) {
  const double least = std::max((to - from) / std::max(most, 1), 1.0);
  const double step = std::pow(2, std::ceil(std::log2(least) - 1e-9));
  // Large steps of 64 or 128 KiB would give labels like "1.44 MiB": in the next unit's tenths instead.
  const size_t unit = unitOf(to);
  const double size = std::pow(1024, static_cast<double>(unit));
  const double decimal = size * decimalStep(least / size);
  if (step < size && decimal >= size * 0.05)
    return ticksAt(from, to, decimal, [unit](double bytes) { return labelIn(bytes, unit); });
  return ticksAt(from, to, step, sizeLabel);
}

std::vector<Tick> countTicks(double from, double to, int most) {
  const double step = std::max(decimalStep((to - from) / std::max(most, 1)), 1.0);
  return ticksAt(from, to, step,
                 [](double value) { return countText(static_cast<uint64_t>(std::max(0.0, value))); });
}

}  // namespace slabscope::viewer
