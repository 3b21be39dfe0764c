// SPDX-License-Identifier: Apache-2.0
#include "advice_json.h"

#include <variant>

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

ordered_json fieldsOf(const analysis::SmallSlicesPinSlabs& advice) {
  return {{"held_bytes", advice.holder.held},
          {"alone_bytes", advice.holder.alone},
          {"live_bytes", advice.holder.live},
          {"slices", advice.holder.slices}};
}

ordered_json fieldsOf(const analysis::SurvivorsGrow& advice) {
  ordered_json points = ordered_json::array();
  for (const analysis::GrowthPoint& point : advice.growth.points)
    points.push_back({{"t_ns", point.t}, {"bytes", point.bytes}});
  return {{"survived", std::move(points)}};
}

ordered_json fieldsOf(const analysis::SlabsCloned& advice) {
  return {{"clones", advice.cloner.clones}, {"bytes", advice.cloner.bytes}};
}

ordered_json fieldsOf(const analysis::TailsAbandoned& advice) {
  return {{"slabs", advice.maker.slabs},
          {"slab_bytes", advice.maker.slab_bytes},
          {"tail_bytes", advice.maker.tail_bytes},
          {"by_strings", advice.maker.by_strings},
          {"request_bytes", advice.maker.request_bytes}};
}

ordered_json fieldsOf(const analysis::ManyTemporaryStores& advice) {
  return {{"stores", advice.stores}, {"temporary", advice.temporary}, {"temporary_bytes", advice.bytes}};
}

}  // namespace

ordered_json figuresOf(const analysis::Advice& advice) {
  return std::visit([](const auto& one) { return fieldsOf(one); }, advice);
}

}  // namespace slabscope::cli
