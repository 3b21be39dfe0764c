// SPDX-License-Identifier: Apache-2.0
// Of facts with a name the latest word counts.
#pragma once

#include <algorithm>
#include <vector>

namespace slabscope::recording {

/// Puts `latest` in the place of the one with the same `key` (a member), or behind all.
template <class T, class Key>
void replaceOrAppend(std::vector<T>& all, const T& latest, Key key) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& one) { return one.*key == latest.*key; });
  if (found == all.end()) {
    all.push_back(latest);
  } else {
    *found = latest;
  }
}

}  // namespace slabscope::recording
