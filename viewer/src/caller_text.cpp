// SPDX-License-Identifier: GPL-3.0-or-later
#include "caller_text.h"

#include <algorithm>

namespace slabscope::viewer {
namespace {

// Between a function and its place.
const QString kGap = QStringLiteral("  ");

}  // namespace

QString elidedCaller(const QString& name, const QFontMetricsF& metrics, double width) {
  if (metrics.horizontalAdvance(name) <= width) return name;
  const qsizetype gap = name.indexOf(kGap);
  if (gap < 0) return metrics.elidedText(name, Qt::ElideRight, width);
  const QString function = name.left(gap);
  for (qsizetype slash = name.indexOf('/', gap); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    QString shorter = function + kGap + "…" + name.mid(slash);
    if (metrics.horizontalAdvance(shorter) <= width) return shorter;
  }
  const QString file = name.mid(std::max(gap + kGap.size(), name.lastIndexOf('/') + 1));
  // A module of machine code, which has no line, tells less than the function.
  if (file.contains(':')) {
    for (const QString& shorter : {function + kGap + file, file}) {
      if (metrics.horizontalAdvance(shorter) <= width) return shorter;
    }
  }
  return metrics.elidedText(function, Qt::ElideRight, width);
}

}  // namespace slabscope::viewer
