// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "explain.h"
#include "json_fields.h"

namespace slabscope::cli {
namespace {

using namespace analysis;  // NOLINT(google-build-using-namespace): one function for each of its facts
using nlohmann::ordered_json;

// A verdict's or a factory's name as an identifier.
std::string dashed(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '-');
  return words;
}

class Examples {
 public:
  explicit Examples(const recording::Definitions& definitions) : definitions_(definitions) {}

  ordered_json operator()(const std::optional<Example>& example) const {
    if (!example) return nullptr;
    return {{"slab", example->store.value}, {"isolate", example->isolate},
            {"offset", example->offset},    {"length", example->length},
            {"t_ns", example->t},           {"caller", callerFields(definitions_, example->caller)}};
  }

 private:
  const recording::Definitions& definitions_;
};

ordered_json tallyJson(const recording::Tally& tally) {
  return {{"count", tally.count}, {"bytes", tally.bytes}};
}

ordered_json sizesJson(const std::map<uint64_t, uint64_t>& counts, const char* key) {
  ordered_json json = ordered_json::array();
  for (const auto& [value, count] : counts) json.push_back({{key, value}, {"slabs", count}});
  return json;
}

void put(ordered_json& claim, const PoolSizeFact& fact, const Examples& examples) {
  claim["counts"] = {{"told", orNull(fact.told)},
                     {"slabs", sizesJson(fact.slabs, "size")},
                     {"room", fact.room},
                     {"bases", sizesJson(fact.bases, "offset")}};
  claim["examples"] = {{"first", examples(fact.example)}};
}

void put(ordered_json& claim, const AllocFact& fact, const Examples& examples) {
  claim["counts"] = {{"cuts", tallyJson(fact.cuts)},
                     {"stores", tallyJson(fact.stores)},
                     {"smallest_store", fact.smallest_store}};
  claim["examples"] = {{"cut", examples(fact.cut)}, {"store", examples(fact.store)}};
}

void put(ordered_json& claim, const ThresholdFact& fact, const Examples& examples) {
  ordered_json factories = ordered_json::array();
  for (size_t i = 0; i < kFactories; ++i) {
    const FactoryFigures& one = fact.factories.at(i);
    if (one.cuts.count + one.stores.count == 0) continue;
    factories.push_back({{"factory", inWords(static_cast<Factory>(i))},
                         {"cuts", tallyJson(one.cuts)},
                         {"smallest_cut", one.smallest_cut},
                         {"largest_cut", one.largest_cut},
                         {"stores", tallyJson(one.stores)},
                         {"smallest_store", one.smallest_store},
                         {"largest_store", one.largest_store}});
  }
  claim["counts"] = {{"threshold", fact.threshold},
                     {"factories", std::move(factories)},
                     {"large_cuts", fact.large_cuts},
                     {"small_stores", fact.small_stores},
                     {"small_string_stores", fact.small_string_stores}};
  claim["examples"] = {{"largest_cut", examples(fact.largest_cut)},
                       {"smallest_store", examples(fact.smallest_store)},
                       {"exception", examples(fact.exception)}};
}

void put(ordered_json& claim, const PlacementFact& fact, const Examples& examples) {
  constexpr const char* kNames[kGapCauses] = {"none",   "alignment", "aligned_request", "base",   "startup",
                                              "paused", "lost",      "dropped",         "unknown"};
  ordered_json gaps;
  for (size_t i = 0; i < kGapCauses; ++i) gaps[kNames[i]] = tallyJson(fact.gaps.at(i));
  claim["counts"] = {{"cuts", fact.cuts},
                     {"slabs", fact.slabs},
                     {"pairs", fact.pairs},
                     {"gaps", std::move(gaps)},
                     {"trims", fact.trims},
                     {"backward", fact.backward},
                     {"others_between", fact.between},
                     {"farthest", fact.farthest}};
  claim["examples"] = {{"first", examples(fact.first)},
                       {"second", examples(fact.second)},
                       {"apart", examples(fact.apart)},
                       {"others_between", examples(fact.between_end)}};
}

void put(ordered_json& claim, const ReuseFact& fact, const Examples& examples) {
  claim["counts"] = {{"cuts", fact.cuts},           {"after_deaths", fact.after_deaths},
                     {"backward", fact.backward},   {"reused", tallyJson(fact.reused)},
                     {"over_live", fact.over_live}, {"unclear", fact.unclear}};
  claim["examples"] = {{"reused", examples(fact.example)}};
}

void put(ordered_json& claim, const SharingFact& fact, const Examples& examples) {
  claim["counts"] = {
      {"cuts", fact.cuts}, {"slabs", fact.slabs}, {"shared_slabs", fact.shared}, {"most_cuts", fact.most}};
  claim["examples"] = {{"first", examples(fact.first)}, {"second", examples(fact.second)}};
}

void put(ordered_json& claim, const OldDataFact& fact, const Examples& examples) {
  claim["counts"] = {{"slabs", tallyJson(fact.slabs)},
                     {"reused", tallyJson(fact.reused)},
                     {"unsafe_stores", tallyJson(fact.unsafe)},
                     {"reused_unsafe", tallyJson(fact.reused_unsafe)},
                     {"exact", fact.exact},
                     {"zero_filled", fact.zeroed}};
  claim["examples"] = {{"slab", examples(fact.example)},
                       {"earlier_store", fact.earlier ? ordered_json(fact.earlier.value) : ordered_json()},
                       {"earlier_died_ns", fact.earlier ? ordered_json(fact.earlier_died) : ordered_json()}};
}

ordered_json fillJson(const FillFigures& fill) {
  constexpr const char* kNames[kTailCauses] = {"did_not_fit", "string_reservation", "unknown"};
  ordered_json tails;
  for (size_t i = 0; i < kTailCauses; ++i) tails[kNames[i]] = tallyJson(fill.tails.at(i));
  return {{"slabs", fill.slabs},     {"bytes", fill.bytes},       {"cut", fill.cut},
          {"padding", fill.padding}, {"aligned", fill.aligned},   {"room", fill.room},
          {"tail", fill.tail()},     {"tails", std::move(tails)}, {"fill", fill.fill()}};
}

void put(ordered_json& claim, const CostFact& fact, const Examples& examples) {
  ordered_json factories = ordered_json::array();
  for (size_t i = 0; i < kFactories; ++i) {
    const FillFigures& one = fact.by_factory.at(i);
    if (one.slabs == 0) continue;
    ordered_json row = {{"factory", inWords(static_cast<Factory>(i))}};
    row.update(fillJson(one));
    factories.push_back(std::move(row));
  }
  claim["counts"] = fillJson(fact.all);
  claim["counts"]["left_for"] = std::move(factories);
  claim["counts"]["not_whole"] = fact.not_whole;
  claim["examples"] = {{"request", examples(fact.example)},
                       {"left_slab", fact.left ? ordered_json(fact.left.value) : ordered_json()},
                       {"left_tail", fact.left_tail}};
}

void put(ordered_json& claim, const HeldFact& fact, const Examples& examples) {
  claim["counts"] = {{"slabs", tallyJson(fact.slabs)},
                     {"live_bytes", fact.live},
                     {"smallest_live_bytes", fact.smallest},
                     {"below_1_percent", fact.by_percent[0]},
                     {"below_10_percent", fact.by_percent[1]},
                     {"below_50_percent", fact.by_percent[2]},
                     {"more", fact.by_percent[3]},
                     {"survived_full_collection", tallyJson(fact.old)},
                     {"without_live_slice", tallyJson(fact.empty)}};
  claim["examples"] = {{"slice", examples(fact.example)}, {"slab_size", fact.example_size}};
}

void put(ordered_json& claim, const ThreadsFact& fact, const Examples& examples) {
  ordered_json isolates = ordered_json::array();
  for (const auto& [isolate, pool] : fact.isolates)
    isolates.push_back({{"isolate", isolate}, {"slabs", pool.slabs}, {"cuts", pool.cuts}});
  claim["counts"] = {{"isolates", std::move(isolates)}, {"mixed", fact.mixed}};
  claim["examples"] = {{"other_isolate", examples(fact.example)}, {"exception", examples(fact.exception)}};
}

void put(ordered_json& claim, const WholeFact& fact, const Examples& examples) {
  claim["counts"] = {
      {"freed", tallyJson(fact.freed)}, {"shrunk", fact.shrunk}, {"freed_in_use", fact.freed_in_use}};
  claim["examples"] = {{"freed", examples(fact.example)}, {"exception", examples(fact.exception)}};
}

void putAll(ordered_json& claim, const std::string& id, const PoolFacts& facts, const Examples& examples) {
  if (id == "pool-size") put(claim, facts.size, examples);
  if (id == "alloc") put(claim, facts.alloc, examples);
  if (id == "threshold") put(claim, facts.threshold, examples);
  if (id == "placement") put(claim, facts.placement, examples);
  if (id == "reuse") put(claim, facts.reuse, examples);
  if (id == "sharing") put(claim, facts.sharing, examples);
  if (id == "old-data") put(claim, facts.old_data, examples);
  if (id == "fragmentation") put(claim, facts.cost, examples);
  if (id == "held") put(claim, facts.held, examples);
  if (id == "threads") put(claim, facts.threads, examples);
  if (id == "whole") put(claim, facts.whole, examples);
}

}  // namespace

ordered_json explainJson(const Scan& scan, const PoolFacts& facts) {
  const Examples examples(scan.definitions);
  ordered_json claims = ordered_json::array();
  for (const Claim& one : claimsOf(scan, facts)) {
    const char* lacking = inWords(one.finding.lacking);
    ordered_json claim = {{"id", one.id},
                          {"claim", one.text},
                          {"verdict", dashed(inWords(one.finding.verdict))},
                          {"lacking", *lacking == '\0' ? ordered_json() : ordered_json(lacking)}};
    putAll(claim, one.id, facts, examples);
    claims.push_back(std::move(claim));
  }
  ordered_json json = {{"schema", 1},
                       {"file", scan.path},
                       {"node", scan.definitions.runtime("node")},
                       {"complete", scan.complete()},
                       {"lost_events", scan.lost_events},
                       {"end_t_ns", scan.end.t},
                       {"claims", std::move(claims)}};
  addSourceMaps(scan.source_maps, json);
  return json;
}

}  // namespace slabscope::cli
