// SPDX-License-Identifier: Apache-2.0
#include "agent_coverage.h"

#include <algorithm>

namespace slabscope::collector {

std::optional<std::string> AgentCoverage::gap() const {
  const auto lacking =
      std::count_if(isolate_of_thread_.begin(), isolate_of_thread_.end(),
                    [&](const auto& one) { return one.second != 0 && with_agent_.count(one.first) == 0; });
  if (lacking == 0) return std::nullopt;
  return "the agent did not run in " + std::to_string(lacking) + (lacking == 1 ? " worker" : " workers") +
         " (started with env: {}, say): of theirs only stores are recorded, without JavaScript callers";
}

}  // namespace slabscope::collector
