// SPDX-License-Identifier: Apache-2.0
// Which isolates the agent ran in. Node hands --require on to workers, but not to one whose environment the
// program has emptied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace slabscope::collector {

class AgentCoverage {
 public:
  /// An isolate was seen on the thread.
  void isolateStarted(uint32_t thread, uint32_t isolate) { isolate_of_thread_[thread] = isolate; }
  /// The agent of the thread's isolate has spoken.
  void agentSpoke(uint32_t thread) { with_agent_.insert(thread); }

  /// Whether any isolate was seen: each that has an ArrayBuffer of node's allocator is.
  bool sawIsolate() const { return !isolate_of_thread_.empty(); }
  /// Why something is missing, in words for the user; nullopt where the agent ran in every worker. What is
  /// missing without an agent in the main isolate the shim tells itself.
  std::optional<std::string> gap() const;

 private:
  std::unordered_map<uint32_t, uint32_t> isolate_of_thread_;
  std::unordered_set<uint32_t> with_agent_;
};

}  // namespace slabscope::collector
