// SPDX-License-Identifier: GPL-3.0-or-later
// The views there are, by the names of the command line, in the order of the window's tabs.
#pragma once

#include <span>
#include <string_view>

#include "selection.h"

class QWidget;

namespace slabscope::viewer {

class View;

struct ViewName {
  std::string_view name;   ///< of --render
  std::string_view title;  ///< of its tab
};

std::span<const ViewName> viewNames();

/// Null for an unknown name. `selection` must outlive the view.
View* makeView(std::string_view name, Selection& selection, QWidget* parent = nullptr);

}  // namespace slabscope::viewer
