// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of slabscope-viewer.
#pragma once

#include <QSize>
#include <optional>
#include <string>
#include <vector>

#include "slabscope/recording/result.h"

namespace slabscope::viewer {

/// A picture of one view, without a window.
struct RenderRequest {
  std::string view;
  QSize size;  ///< device independent pixels
  double scale = 1;
  bool dark = false;
  std::string at;     ///< as in `slabscope report`; empty: the view's own instant
  std::string range;  ///< "A:B", each as `at`; empty: all
  std::string output;
};

struct Arguments {
  std::vector<std::string> files;
  std::optional<RenderRequest> render;
  std::optional<bool> dark;  ///< of the window; none: as it was last
  bool help = false;
  bool version = false;
};

/// `arguments` without the program's name. The error is one line for the user.
Result<Arguments> parseArguments(const std::vector<std::string>& arguments);

/// What --help prints.
std::string helpText();

}  // namespace slabscope::viewer
