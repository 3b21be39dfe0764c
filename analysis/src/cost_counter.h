// SPDX-License-Identifier: Apache-2.0
// Counts what each stack costs, event by event.
#pragma once

#include <map>
#include <vector>

#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class CostCounter {
 public:
  /// `scan` must outlive this.
  explicit CostCounter(const Scan& scan);

  void take(const recording::Event& event);

  /// What is alive after the events so far.
  const LiveSet& live() const { return live_; }
  CostTable finish();

 private:
  // When an isolate's last two collections began.
  struct Collections {
    recording::Nanoseconds last = 0;
    recording::Nanoseconds before = 0;
    uint64_t count = 0;
  };
  struct IsolateKey {
    uint64_t value = 0;  // isolate + 1
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr bool operator==(IsolateKey, IsolateKey) = default;
  };

  Costs& of(recording::StackId stack);
  template <class Other>
  void before(const Other& /*costs nothing*/) {}
  void before(const recording::StoreAlloc& event);
  void before(const recording::StoreResize& event);
  void before(const recording::StoreFree& event);
  void before(const recording::Slice& event);
  void before(const recording::SliceFree& event);
  void before(const recording::Gc& event);
  bool isTemporary(uint32_t isolate, recording::Nanoseconds born) const;
  void addLiveStores(CostTable& table);
  void addSlabs(CostTable& table);

  const Scan& scan_;
  LiveSet live_;
  std::vector<Costs> costs_;  // by stack id
  IdMap<IsolateKey, Collections> collections_;
};

}  // namespace slabscope::analysis
