// SPDX-License-Identifier: GPL-3.0-or-later
// The colours and measures of all pictures, light and dark. Views take nothing from the desktop's palette, so
// that a picture is the same on a screen and in a file.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>
#include <array>
#include <vector>

#include "slabscope/analysis/slab_layout.h"

class QWidget;

namespace slabscope::viewer {

struct Theme {
  bool dark = false;
  QColor window;  ///< behind everything
  QColor panel;   ///< behind a plot
  QColor text;
  QColor muted;  ///< labels of axes, second lines
  QColor grid;
  QColor frame;   ///< axes, borders
  QColor accent;  ///< what is picked
  QColor warning;
  QColor warning_ground;
  QColor live;
  QColor dead;
  QColor padding;
  QColor tail;
  QColor unseen;
  QColor stores;  ///< series of the overview
  QColor slabs;
  QColor slab_live;
  QColor rss;
  std::vector<QColor> callers;  ///< of the callers that cost most, in their order
  QColor other_caller;
  std::array<QColor, 4> ramp;  ///< densities, from few to many

  QColor of(analysis::ByteState state) const;
  /// A colour of the ramp, `value` from 0 to 1.
  QColor density(double value) const;
  QPalette palette() const;
  /// What the desktop's style paints badly on these colours, as style sheets: of bars in tables and other
  /// areas that scroll, and of check boxes.
  QString scrollBarStyle() const;
  QString checkBoxStyle() const;
};

const Theme& lightTheme();
const Theme& darkTheme();

/// `a` with so much of `b` in it, from 0 to 1.
QColor mix(const QColor& a, const QColor& b, double share);
/// As opaque as `alpha` of 255.
QColor withAlpha(QColor colour, int alpha);
/// Whichever of black and white is read better on it.
QColor inkOn(const QColor& ground);

/// Gives a widget the theme's colours and a style sheet. A widget with one keeps colours that it had before:
/// what matters is told by the sheet too.
void dress(QWidget& widget, const Theme& theme, const QString& sheet);

/// The fonts of the pictures, in pixels: their figures are all of one width.
QFont textFont(int pixels = 12);
QFont titleFont();

}  // namespace slabscope::viewer
