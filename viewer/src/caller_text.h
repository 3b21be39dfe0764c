// SPDX-License-Identifier: GPL-3.0-or-later
// Callers where there is little room for them.
#pragma once

#include <QFontMetricsF>
#include <QString>

namespace slabscope::viewer {

/// "keep  src/cache.js:12:18" in at most `width` pixels: of the path its end is kept, where file and line
/// are, and whole folders are left out ("keep  …/cache.js:12:18"), then all of them, then the function. Of
/// other words the beginning is kept.
QString elidedCaller(const QString& name, const QFontMetricsF& metrics, double width);

}  // namespace slabscope::viewer
