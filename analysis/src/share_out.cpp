// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "slabscope/analysis/holders.h"

namespace slabscope::analysis {

// 128 bits: a weight times a size may not fit into 64.
__extension__ using Wide = unsigned __int128;

std::vector<uint64_t> shareOut(uint64_t whole, const std::vector<uint64_t>& weights) {
  std::vector<uint64_t> shares;
  std::vector<uint32_t> order(weights.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  Sharer().share(whole, weights, order, shares);
  return shares;
}

void Sharer::share(uint64_t whole, const std::vector<uint64_t>& weights, const std::vector<uint32_t>& order,
                   std::vector<uint64_t>& shares) {
  // Most slabs have one holder.
  if (weights.size() <= 1) return shares.assign(weights.size(), whole);
  shares.resize(weights.size());
  Wide total = 0;
  for (const uint64_t weight : weights) total += weight;
  const bool even = total == 0;
  if (even) total = weights.size();

  remainders_.resize(weights.size());
  uint64_t left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const uint64_t weight = even ? 1 : weights[i];
    // A division of 128 bits takes ten times as long.
    uint64_t product = 0;
    if (!__builtin_mul_overflow(whole, weight, &product) && total <= UINT64_MAX) {
      const auto divisor = static_cast<uint64_t>(total);
      shares[i] = product / divisor;
      remainders_[i] = {product % divisor, order[i], static_cast<uint32_t>(i)};
    } else {
      const Wide wide = static_cast<Wide>(whole) * weight;
      shares[i] = static_cast<uint64_t>(wide / total);
      remainders_[i] = {static_cast<uint64_t>(wide % total), order[i], static_cast<uint32_t>(i)};
    }
    left -= shares[i];
  }
  if (left == 0) return;
  // There are fewer bytes left than shares.
  std::nth_element(remainders_.begin(), remainders_.begin() + static_cast<std::ptrdiff_t>(left),
                   remainders_.end(), [](const Remainder& a, const Remainder& b) {
                     return a.size != b.size ? a.size > b.size : a.order < b.order;
                   });
  for (size_t i = 0; i < left; ++i) ++shares[remainders_[i].place];
}

}  // namespace slabscope::analysis
