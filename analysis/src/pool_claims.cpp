// SPDX-License-Identifier: Apache-2.0
// The claims and their figures as a person reads them.
#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

#include "slabscope/analysis/pool_claims.h"
#include "slabscope/analysis/words.h"

namespace slabscope::analysis {
namespace {

constexpr std::array kOfPool = {
    Factory::kAllocUnsafe, Factory::kAllocUnsafeAligned, Factory::kFromString, Factory::kFromArray,
    Factory::kConcat,      Factory::kCopyBytesFrom,      Factory::kUnknown};

const FactoryFigures& figuresOf(const ThresholdFact& fact, Factory factory) {
  return fact.factories.at(static_cast<size_t>(factory));
}

const recording::Tally& gap(const PlacementFact& fact, GapCause cause) {
  return fact.gaps.at(static_cast<size_t>(cause));
}

void append(std::string& line, const std::string& more) {
  if (!line.empty()) line += "; ";
  line += more;
}

std::string figures(const PoolSizeFact& fact) {
  std::string line = fact.told ? fmt::format("Buffer.poolSize {} bytes", countInWords(*fact.told)) : "";
  for (const auto& [size, slabs] : fact.slabs)
    append(line, fmt::format("{} of {} bytes", counted(slabs, "slab"), countInWords(size)));
  if (fact.room == 0) return line;
  std::string bases;
  for (const auto& [base, slabs] : fact.bases) {
    if (!bases.empty()) bases += ", ";
    bases += fmt::format("+{} ({} ×)", base, countInWords(slabs));
  }
  append(line, fmt::format("{} bytes more align its base, first cut at {}", fact.room, bases));
  return line;
}

std::string figures(const AllocFact& fact) {
  if (fact.cuts.count + fact.stores.count == 0)
    return "no call seen (up to 64 bytes lie on V8's heap and leave no trace)";
  return fmt::format("{} from the pool; {} of their own, the smallest {} bytes (up to 64 leave no trace)",
                     counted(fact.cuts.count, "cut"), counted(fact.stores.count, "store"),
                     countInWords(fact.smallest_store));
}

std::string figures(const ThresholdFact& fact) {
  std::string line = fact.threshold == 0 ? "" : fmt::format("half the pool {}", countInWords(fact.threshold));
  if (fact.largest_cut) append(line, fmt::format("largest cut {}", countInWords(fact.largest_cut->length)));
  if (fact.smallest_store)
    append(line, fmt::format("smallest of its own {}", countInWords(fact.smallest_store->length)));
  std::string factories;
  for (const Factory factory : kOfPool) {
    const FactoryFigures& one = figuresOf(fact, factory);
    if (one.cuts.count == 0) continue;
    if (!factories.empty()) factories += ", ";
    factories += fmt::format("{} {}", inWords(factory), countInWords(one.cuts.count));
  }
  if (!factories.empty()) append(line, "cuts: " + factories);
  if (fact.large_cuts + fact.small_stores != 0)
    append(line, fmt::format("against it {} and {} of their own", counted(fact.large_cuts, "cut"),
                             counted(fact.small_stores, "store")));
  if (fact.small_string_stores != 0)
    append(line, fmt::format("{} among these (the count of characters may decide)",
                             counted(fact.small_string_stores, "string")));
  return line;
}

std::string figures(const PlacementFact& fact) {
  std::string line = fmt::format("of {} {} begin where the one before ended", counted(fact.cuts, "cut"),
                                 countInWords(gap(fact, GapCause::kNone).count));
  constexpr std::array<std::pair<GapCause, const char*>, 8> kCauses = {
      {{GapCause::kAlignment, "after 1 to 7 bytes to a multiple of 8"},
       {GapCause::kAlignedRequest, "aligned on request"},
       {GapCause::kBase, "first in their slab"},
       {GapCause::kStartup, "after what was cut at start-up"},
       {GapCause::kPaused, "after a pause"},
       {GapCause::kLost, "after lost events"},
       {GapCause::kDropped, "after what --max-size dropped"},
       {GapCause::kUnknown, "apart for no known reason"}}};
  for (const auto& [cause, words] : kCauses) {
    const uint64_t count = gap(fact, cause).count;
    if (count != 0) line += fmt::format(", {} {}", countInWords(count), words);
  }
  if (fact.trims != 0) line += fmt::format(", {}", counted(fact.trims, "trim"));
  if (fact.between != 0)
    append(line, fmt::format("one caller's next cut up to {} farther on, others' between",
                             bytesInWords(fact.farthest)));
  return line;
}

std::string figures(const ReuseFact& fact) {
  std::string line =
      fmt::format("{} cut over dead ones ({}), {} backward, of {}, {} of them after deaths in their slab",
                  countInWords(fact.reused.count), bytesInWords(fact.reused.bytes),
                  countInWords(fact.backward), counted(fact.cuts, "cut"), countInWords(fact.after_deaths));
  if (fact.over_live != 0) append(line, fmt::format("{} over live ones", countInWords(fact.over_live)));
  if (fact.unclear != 0) append(line, fmt::format("{} not clear without stacks", countInWords(fact.unclear)));
  return line;
}

std::string figures(const SharingFact& fact) {
  return fmt::format("{} in {}; {} of these have more than one, up to {}", counted(fact.cuts, "cut"),
                     counted(fact.slabs, "slab"), countInWords(fact.shared), countInWords(fact.most));
}

std::string figures(const OldDataFact& fact) {
  if (fact.zeroed) return "node was started with --zero-fill-buffers";
  if (fact.slabs.count == 0)
    return fmt::format("no slab was made after {} had died",
                       fact.exact ? "a store" : "one of the stores that are known");
  if (fact.reused.count == 0 && !fact.exact)
    return fmt::format("0 of {} lie where a store that is known had been; not all that had died are known",
                       counted(fact.slabs.count, "new slab"));
  return fmt::format("{}{} of {} lie where a store had been ({}); the bytes themselves are not recorded",
                     fact.exact ? "" : "at least ", countInWords(fact.reused.count),
                     counted(fact.slabs.count, "new slab"), bytesInWords(fact.reused.bytes));
}

std::string figures(const CostFact& fact) {
  const FillFigures& all = fact.all;
  if (all.slabs == 0)
    return "as consecutive slices lie; what it costs is not known: the pool has left no slab whose cuts were "
           "all seen";
  std::string line =
      fmt::format("{} left, {} of them cut; padding {}, to align the slab {}, tails {}",
                  counted(all.slabs, "slab"), shareInWords(all.cut, all.bytes),
                  bytesInWords(all.padding + all.aligned), bytesInWords(all.room), bytesInWords(all.tail()));
  const auto tail = [&](TailCause cause) { return all.tails.at(static_cast<size_t>(cause)).bytes; };
  if (tail(TailCause::kStringReservation) != 0)
    line += fmt::format(" ({} of it although the next string fitted)",
                        bytesInWords(tail(TailCause::kStringReservation)));
  if (tail(TailCause::kUnknown) != 0)
    line +=
        fmt::format(" ({} of it for a reason that is not known)", bytesInWords(tail(TailCause::kUnknown)));
  std::string factories;
  for (const Factory factory : kOfPool) {
    const FillFigures& one = fact.by_factory.at(static_cast<size_t>(factory));
    if (one.slabs == 0) continue;
    if (!factories.empty()) factories += ", ";
    factories += fmt::format("{} {}", inWords(factory), shareInWords(one.cut, one.bytes));
  }
  append(line, "left for " + factories);
  return line;
}

std::string figures(const HeldFact& fact) {
  if (fact.slabs.count == 0) return "at the end no slice holds a slab that the pool has left";
  return fmt::format(
      "{} ({}) held at the end by {}; the least {} bytes; by < 1 %: {}, 1 to 10 %: {}, 10 to 50 %: "
      "{}, more: {}; {} by what a full collection left",
      counted(fact.slabs.count, "slab"), bytesInWords(fact.slabs.bytes), bytesInWords(fact.live),
      countInWords(fact.smallest), countInWords(fact.by_percent[0]), countInWords(fact.by_percent[1]),
      countInWords(fact.by_percent[2]), countInWords(fact.by_percent[3]), countInWords(fact.old.count));
}

std::string figures(const ThreadsFact& fact) {
  std::string line;
  for (const auto& [isolate, pool] : fact.isolates) {
    if (line.size() > 100) {
      append(line, "…");
      break;
    }
    append(line, fmt::format("isolate {}: {} in {}", isolate, counted(pool.cuts, "cut"),
                             counted(pool.slabs, "slab")));
  }
  append(line, fmt::format("{} of a slab of another isolate", counted(fact.mixed, "cut")));
  return line;
}

std::string figures(const WholeFact& fact) {
  return fmt::format("{} freed ({}), {} shrunk, {} freed under live slices",
                     counted(fact.freed.count, "slab"), bytesInWords(fact.freed.bytes),
                     countInWords(fact.shrunk), countInWords(fact.freed_in_use));
}

// Where a claim can be seen, in words too.
struct Shown {
  std::string words;
  std::optional<Example> place;
};

class Places {
 public:
  explicit Places(const Scan& scan) : scan_(scan) {}

  Shown slice(const std::optional<Example>& example) const {
    if (!example) return {};
    return {fmt::format("slab {} +{}, {} bytes, {}{}", example->store.value, countInWords(example->offset),
                        countInWords(example->length), secondsInWords(example->t), by(*example)),
            example};
  }
  Shown store(const std::optional<Example>& example, const char* what) const {
    if (!example) return {};
    return {fmt::format("{} {}, {} bytes, {}{}", what, example->store.value, countInWords(example->length),
                        secondsInWords(example->t), by(*example)),
            example};
  }
  Shown neighbours(const std::optional<Example>& first, const std::optional<Example>& second) const {
    if (!first || !second) return {};
    return {fmt::format("slab {} +{} ({} bytes{}), then +{} ({} bytes{}), {}", first->store.value,
                        countInWords(first->offset), countInWords(first->length), by(*first),
                        countInWords(second->offset), countInWords(second->length), by(*second),
                        secondsInWords(second->t)),
            second};
  }

 private:
  std::string by(const Example& example) const {
    if (!example.caller) return "";
    return ", " + callerInWords(scan_.definitions, example.caller, scan_.header.working_directory);
  }
  const Scan& scan_;
};

Shown firstOf(std::initializer_list<Shown> candidates) {
  for (const Shown& one : candidates) {
    if (one.place) return one;
  }
  return {};
}

// Either a cut that is too large, or a store that is too small.
Shown exceptionOf(const ThresholdFact& fact, const Places& places) {
  if (!fact.exception) return {};
  return fact.exception->length < fact.threshold ? places.store(fact.exception, "store")
                                                 : places.slice(fact.exception);
}

Shown exampleOf(const OldDataFact& fact, const Places& places) {
  if (!fact.example) return {};
  return {fmt::format("{}, over store {} that died at {}", places.store(fact.example, "slab").words,
                      fact.earlier.value, secondsInWords(fact.earlier_died)),
          fact.example};
}

Shown exampleOf(const CostFact& fact, const Places& places) {
  if (!fact.example) return {};
  return {fmt::format("slab {} left with {} unused for {}", fact.left.value, bytesInWords(fact.left_tail),
                      places.slice(fact.example).words),
          fact.example};
}

Claim claim(const char* id, const char* text, const Finding& finding, std::string figures, Shown shown) {
  return {id, text, finding, std::move(figures), std::move(shown.words), shown.place};
}

}  // namespace

std::vector<Claim> claimsOf(const Scan& scan, const PoolFacts& facts) {
  const Places places(scan);
  const auto& [size, alloc, threshold, placement, reuse, sharing, old_data, cost, held, threads, whole] =
      facts;
  return {
      claim("pool-size", "The pool's size is 8192 bytes", size, figures(size),
            places.store(size.example, "slab")),
      claim("alloc", "Buffer.alloc takes a chunk of the pool", alloc, figures(alloc),
            firstOf({places.slice(alloc.cut), places.store(alloc.store, "store")})),
      claim("threshold", "Requests below half the pool's size are cut from slabs, others are not", threshold,
            figures(threshold),
            firstOf({exceptionOf(threshold, places), places.slice(threshold.largest_cut),
                     places.store(threshold.smallest_store, "store")})),
      claim("placement", "Consecutive slices lie apart", placement, figures(placement),
            firstOf({places.slice(placement.apart), places.neighbours(placement.first, placement.second)})),
      claim("reuse", "Freed regions of a slab are handed out again", reuse, figures(reuse),
            places.slice(reuse.example)),
      claim("sharing", "Different small Buffers share one ArrayBuffer", sharing, figures(sharing),
            places.neighbours(sharing.first, sharing.second)),
      claim("old-data", "A new slab's memory may hold an earlier store's data", old_data, figures(old_data),
            exampleOf(old_data, places)),
      claim("fragmentation", "Buffers are placed apart, against fragmentation", cost, figures(cost),
            exampleOf(cost, places)),
      claim("held", "A few live bytes (under 10 %) keep a whole slab", held, figures(held),
            places.slice(held.example)),
      claim("threads", "Each thread has a pool of its own", threads, figures(threads),
            firstOf({places.slice(threads.exception), places.slice(threads.example)})),
      claim("whole", "A slab goes back whole, once none of its slices lives", whole, figures(whole),
            firstOf({places.store(whole.exception, "slab"), places.store(whole.example, "slab")})),
  };
}

}  // namespace slabscope::analysis
