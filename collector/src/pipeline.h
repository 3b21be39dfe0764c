// SPDX-License-Identifier: Apache-2.0
// From the rings of one process to its recording: drain, merge, translate. Needs no process, only a mapping
// and a writer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent_coverage.h"
#include "interner.h"
#include "merge.h"
#include "ring_drain.h"
#include "slabscope/recording/writer.h"
#include "stack_table.h"
#include "translator.h"

namespace slabscope::collector {

class Pipeline : private RecordSink {
 public:
  /// The pointers and references must outlive the pipeline. `start` is t = 0 of the recording,
  /// CLOCK_MONOTONIC.
  Pipeline(void* mapping, recording::Writer& writer, NativeResolver& natives, uint64_t start);

  /// Called with the index of a ring whose memory may be given back to the kernel.
  void onIdleRing(std::function<void(uint32_t)> callback) { idle_ring_ = std::move(callback); }

  /// Reads the rings. `now` must have been taken just before. Returns the bytes taken from the fullest ring.
  /// `last`: the process writes no more.
  uint64_t drain(uint64_t now, bool last = false);
  /// Writes what is ripe at `now`, the time of the latest drain.
  void emit(uint64_t now);
  /// Writes everything that has been drained.
  void emitAll(uint64_t now);
  void addResidentSize(uint64_t t, uint64_t bytes);
  /// From `t` on the recording is paused, or goes on.
  void addPausing(uint64_t t, bool paused);
  /// A mark from outside of the program; it counts for the main isolate.
  void addMark(uint64_t t, std::string_view name);

  uint64_t lostEvents() const { return lost_.total(); }
  const Dropped& lost() const { return lost_; }
  /// wire::Stack's flags about native frames that are missing, over all stacks so far.
  uint8_t missingNatives() const { return stacks_.missingNatives(); }
  /// Why workers are missing some of what is recorded; nullopt where none is.
  std::optional<std::string> agentGap() const { return agents_.gap(); }
  /// Whether anything was seen of an isolate of the process.
  bool sawIsolate() const { return agents_.sawIsolate(); }
  const TranslatorCounts& counts() const { return translator_.counts(); }

  /// How long an event may lie between its stamp and its commit before it is out of order (nanoseconds).
  static constexpr uint64_t kHoldBack = 20'000'000;

 private:
  void take(uint32_t ring, uint32_t thread, uint64_t t, const Decoded& record) override;
  void take(uint32_t ring, const wire::SmallSlice& slice, uint64_t parent) override;
  void take(uint32_t ring, uint64_t t, DeathIds deaths) override;
  void take(const std::vector<LoggedDeath>& deaths) override;
  void lose(const Dropped& dropped) override;
  void ringIsTorn(uint32_t ring) override;
  void ringIsIdle(uint32_t ring) override;

  void define(const StackDefinition& definition);
  void loseStack();

  void learn(const RuntimeText& info);
  void learn(const CapabilityText& capability);
  template <class Body>
  void queue(uint32_t ring, uint32_t thread, uint64_t t, const Body& body);

  recording::Writer& writer_;
  NativeResolver& natives_;
  Interner interner_;
  StackTable stacks_;
  Merge merge_;
  Translator translator_;
  AgentCoverage agents_;
  Merge::Sink to_translator_;
  std::function<void(uint32_t)> idle_ring_;
  std::unordered_map<std::string, std::string> runtime_;
  std::unordered_map<std::string, uint64_t> told_at_;  ///< by capability: when it was last told of
  Dropped lost_;                                       ///< in all
  bool stacks_cut_ = false;
  uint64_t latest_;  ///< no event can be younger than this
  RingDrain rings_;
};

}  // namespace slabscope::collector
