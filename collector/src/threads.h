// SPDX-License-Identifier: Apache-2.0
// Which isolate runs on which of Node's threads, and which isolate started it.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "slabscope/wire/records.h"

namespace slabscope::collector {

class Threads {
 public:
  /// Whether that is news.
  bool add(const wire::ThreadKnown& known);
  /// Where a moved store comes to; nothing as long as that is not known.
  std::optional<uint32_t> destinationOf(const wire::StoreMove& move) const;

 private:
  std::unordered_map<int64_t, uint32_t> isolates_;  ///< by thread
  std::unordered_map<int64_t, uint32_t> parents_;   ///< by thread: the isolate that started it
  std::unordered_map<uint32_t, int64_t> threads_;   ///< by isolate
};

}  // namespace slabscope::collector
