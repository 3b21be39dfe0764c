// SPDX-License-Identifier: Apache-2.0
// What a recording's history says, read line by line from JSON Lines as any other program would: slow and
// obvious, byte by byte, with no piece in common with the analysis that it checks.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace slabscope::tests {

/// Ids are those of the lines; the owner of a stack is the id of a frame, 0 without one.
class ReferenceModel {
 public:
  struct Range {
    uint64_t begin = 0, end = 0;
  };
  struct Store {
    uint64_t size = 0, stack = 0, isolate = 0, born = 0;
    std::string kind;
    std::vector<Range> cut;
    uint64_t last_cut = 0;
    bool isSlab() const { return kind == "pool" || kind == "native-pool"; }
  };
  struct Slice {
    uint64_t store = 0, parent = 0, offset = 0, length = 0, stack = 0, born = 0, isolate = 0;
  };
  struct SlabHolder {
    uint64_t live = 0, share = 0, slices = 0;
    friend bool operator==(const SlabHolder&, const SlabHolder&) = default;
  };
  struct Slab {
    uint64_t size = 0, live = 0, dead = 0, gaps = 0, rest = 0, slices = 0, cuts = 0, isolate = 0, born = 0;
    bool left = false;  ///< by its pool: the rest is a tail
    std::optional<uint64_t> died;
    std::map<uint64_t, SlabHolder> holders;  ///< by owner
    friend bool operator==(const Slab&, const Slab&) = default;
  };
  struct Holder {
    uint64_t held = 0, alone = 0, live = 0, slices = 0;
    friend bool operator==(const Holder&, const Holder&) = default;
  };
  struct Costs {
    uint64_t allocations = 0, bytes = 0, live = 0, held = 0;
    uint64_t alone = 0;  ///< of held, what no other stack has a part in
    uint64_t temporary = 0, temporary_bytes = 0;
    friend bool operator==(const Costs&, const Costs&) = default;
  };

  explicit ReferenceModel(std::vector<nlohmann::json> lines);

  /// Replays what has happened by `t`, which never goes back.
  void advanceTo(uint64_t t);

  const std::map<uint64_t, Store>& stores() const { return stores_; }
  /// Live slices of live stores.
  std::map<uint64_t, Slice> slices() const;
  std::map<uint64_t, Slab> slabs() const;        ///< by store
  std::map<uint64_t, Holder> holders() const;    ///< of all slabs, by owner
  std::map<uint64_t, uint64_t> callers() const;  ///< bytes of stores that are no slabs, by owner
  std::map<uint64_t, Costs> costs() const;       ///< by stack; those without a figure are left out

 private:
  void apply(const nlohmann::json& event);
  void allocated(uint64_t stack, uint64_t bytes);
  void died(uint64_t stack, uint64_t bytes, uint64_t isolate, uint64_t born);
  uint64_t innermostOwn(uint64_t stack) const;
  uint64_t ownerOf(uint64_t stack) const;
  Slab slabOf(uint64_t id, const Store& store) const;

  struct Birth {
    uint64_t t = 0, isolate = 0;
    std::string kind;
  };
  struct Collection {
    uint64_t t = 0, isolate = 0;
  };

  std::vector<nlohmann::json> lines_;
  std::vector<Birth> births_;            // of all stores
  std::map<uint64_t, uint64_t> deaths_;  // by store, when
  size_t next_ = 0;
  uint64_t now_ = 0;
  std::map<uint64_t, nlohmann::json> frames_, stacks_;
  std::map<uint64_t, uint64_t> owners_;  // by stack
  std::map<uint64_t, Store> stores_;
  std::map<uint64_t, Slice> slices_;
  std::vector<Collection> collections_;  // so far, of those that free memory
  std::map<uint64_t, Costs> spent_;      // allocations, bytes and temporary ones so far
};

}  // namespace slabscope::tests
