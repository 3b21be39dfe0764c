// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/advice_words.h"

#include <fmt/format.h>

#include <variant>

#include "slabscope/analysis/packages.h"
#include "slabscope/analysis/words.h"

namespace slabscope::analysis {
namespace {
std::string wordsOf(const SmallSlicesPinSlabs& advice) {
  const Holder& holder = advice.holder;
  const std::string factor =
      holder.live == 0 ? "" : fmt::format(" ({})", factorInWords(holder.held, holder.live));
  return fmt::format(
      "holds {} of slabs with {}{}: copy what you keep, with Buffer.allocUnsafeSlow or "
      "Uint8Array.prototype.slice.call",
      bytesInWords(holder.held), counted(holder.live, "live byte"), factor);
}

std::string wordsOf(const SurvivorsGrow& advice) {
  const auto& points = advice.growth.points;
  return fmt::format(
      "holds {} that survived a full collection, {} at {}, never less at {} looks between: look for what "
      "keeps it, a leak or a cache without a limit",
      bytesInWords(points.back().bytes), bytesInWords(points.front().bytes), secondsInWords(points.front().t),
      points.size() - 2);
}

std::string wordsOf(const SlabsCloned& advice) {
  return fmt::format(
      "received {} of whole slabs, {}: a clone of a pooled Buffer takes its slab along; send "
      "Uint8Array.prototype.slice.call(buffer)",
      counted(advice.cloner.clones, "clone"), bytesInWords(advice.cloner.bytes));
}

std::string wordsOf(const TailsAbandoned& advice) {
  const TailMaker& maker = advice.maker;
  const std::string what =
      fmt::format("made the pool leave {} with {:.0f} % of them unused, {}", counted(maker.slabs, "slab"),
                  static_cast<double>(maker.tail_bytes) * 100 / static_cast<double>(maker.slab_bytes),
                  bytesInWords(maker.tail_bytes));
  if (advice.isByStrings())
    return what +
           ": Buffer.from(string) wants room for more than the string takes; Buffer.allocUnsafe with "
           "Buffer.byteLength, then write, does not";
  return fmt::format(
      "{}: its Buffers of {} on average did not fit; Buffer.allocUnsafeSlow takes no more than they need",
      what, bytesInWords(maker.request_bytes / maker.slabs));
}

std::string wordsOf(const ManyTemporaryStores& advice) {
  return fmt::format(
      "made {} of its own, of which {} ({}) were dead by the first collection: {}",
      counted(advice.stores, "store"), countInWords(advice.temporary), bytesInWords(advice.bytes),
      advice.wouldFitPool() ? "let Buffer.allocUnsafe cut them from the pool, or reuse a Buffer"
                            : "reuse a Buffer where it can be");
}

}  // namespace

const char* nameOf(const Advice& advice) {
  struct Names {
    const char* operator()(const SmallSlicesPinSlabs&) const { return "small-slices-pin-slabs"; }
    const char* operator()(const SurvivorsGrow&) const { return "survivors-grow"; }
    const char* operator()(const SlabsCloned&) const { return "slabs-cloned"; }
    const char* operator()(const TailsAbandoned& one) const {
      return one.isByStrings() ? "tails-abandoned-by-strings" : "tails-abandoned-by-sizes";
    }
    const char* operator()(const ManyTemporaryStores&) const { return "many-temporary-stores"; }
  };
  return std::visit(Names{}, advice);
}

recording::FrameId ownerOf(const Advice& advice) {
  struct Owner {
    recording::FrameId operator()(const SmallSlicesPinSlabs& one) const { return one.holder.owner; }
    recording::FrameId operator()(const SurvivorsGrow& one) const { return one.growth.owner; }
    recording::FrameId operator()(const SlabsCloned& one) const { return one.cloner.owner; }
    recording::FrameId operator()(const TailsAbandoned& one) const { return one.maker.owner; }
    recording::FrameId operator()(const ManyTemporaryStores& one) const { return one.owner; }
  };
  return std::visit(Owner{}, advice);
}

std::string adviceInWords(const Scan& scan, const Advice& advice) {
  const recording::FrameId owner = ownerOf(advice);
  const CodeOwner code = codeOwnerOf(scan.definitions, owner, scan.header.executable);
  const std::string package =
      code.kind == CodeOwner::Kind::kPackage ? fmt::format(" (package {})", printable(code.package)) : "";
  return fmt::format("{}{} {}", callerInWords(scan.definitions, owner, scan.header.working_directory),
                     package, std::visit([](const auto& one) { return wordsOf(one); }, advice));
}

}  // namespace slabscope::analysis
