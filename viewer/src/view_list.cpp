// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_list.h"

#include <array>

#include "callers_view.h"
#include "diff_view.h"
#include "offsets_view.h"
#include "overview_view.h"
#include "pool_facts_view.h"
#include "retention_view.h"
#include "slab_map_view.h"
#include "slabs_view.h"

namespace slabscope::viewer {

std::span<const ViewName> viewNames() {
  static constexpr std::array<ViewName, 8> kNames = {{{"overview", "Overview"},
                                                      {"slabs", "Slabs"},
                                                      {"offsets", "Offsets"},
                                                      {"slab-map", "Slab map"},
                                                      {"callers", "Callers"},
                                                      {"retention", "Retention"},
                                                      {"pool-facts", "Pool facts"},
                                                      {"diff", "Diff"}}};
  return kNames;
}

View* makeView(std::string_view name, Selection& selection, QWidget* parent) {
  if (name == "overview") return new OverviewView(selection, parent);
  if (name == "offsets") return new OffsetsView(selection, parent);
  if (name == "slab-map") return new SlabMapView(selection, parent);
  if (name == "callers") return new CallersView(selection, parent);
  if (name == "diff") return new DiffView(selection, parent);
  if (name == "pool-facts") return new PoolFactsView(selection, parent);
  if (name == "retention") return new RetentionView(selection, parent);
  if (name == "slabs") return new SlabsView(selection, parent);
  return nullptr;
}

}  // namespace slabscope::viewer
