// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/replay.h"

#include "replay_pass.h"

namespace slabscope::analysis {

Result<> replay(const Scan& scan, const std::vector<Instant>& instants, const AtInstant& visit,
                const Progress& progress) {
  const auto nothing = [](const auto&, const LiveSet&) {};
  const Result<uint64_t> read =
      replayPass(scan, instants, ReadTo::kLastInstant, progress, nothing, visit, StartAt::kNearestSnapshot);
  if (!read) return read.error();
  return Nothing{};
}

}  // namespace slabscope::analysis
