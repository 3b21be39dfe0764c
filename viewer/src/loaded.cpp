// SPDX-License-Identifier: GPL-3.0-or-later
#include "loaded.h"

#include <algorithm>
#include <future>
#include <unordered_map>
#include <utility>

#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/source_maps.h"
#include "slabscope/analysis/words.h"

namespace slabscope::viewer {
namespace {

// The analysis is told to stop from within its callbacks; nothing but this leaves them.
struct Stopped {};

analysis::Progress stoppable(const KeepGoing& keep_going) {
  return [&keep_going](uint64_t events) {
    if (keep_going && !keep_going(events)) throw Stopped();
  };
}

void findOwners(Loaded& loaded) {
  const recording::Definitions& definitions = loaded.scan.definitions;
  const analysis::Owners owners(definitions);
  // Ids run from 1; 0 is no stack.
  loaded.owners.resize(definitions.stackCount() + 1);
  for (size_t i = 0; i < loaded.owners.size(); ++i)
    loaded.owners[i] = owners.of(recording::StackId{static_cast<uint32_t>(i)});
}

// Who has held most for longest is who gets a colour.
void rankCallers(Loaded& loaded) {
  std::unordered_map<uint32_t, double> weights;
  for (const analysis::SliceLife& slice : loaded.lives.slices) {
    const recording::Nanoseconds until = std::min(slice.life.died, loaded.scan.duration);
    const auto lived = static_cast<double>(until - std::min(until, slice.life.born));
    weights[loaded.ownerOf(slice.stack).value] += lived * static_cast<double>(slice.length);
  }
  std::vector<std::pair<double, uint32_t>> ranked;
  ranked.reserve(weights.size());
  for (const auto& [owner, weight] : weights) ranked.emplace_back(-weight, owner);
  std::sort(ranked.begin(), ranked.end());
  for (const auto& [weight, owner] : ranked) loaded.callers.push_back(recording::FrameId{owner});
}

Result<std::shared_ptr<const Loaded>> read(const std::string& path, const KeepGoing& keep_going,
                                           const OnSummary& on_summary) {
  auto loaded = std::make_shared<Loaded>();
  const analysis::Progress progress = stoppable(keep_going);
  Result<analysis::Scan> scan = analysis::scan(path, progress);
  if (!scan) return scan.error();
  loaded->scan = std::move(*scan);
  analysis::applySourceMaps(loaded->scan);

  // What they throw when they are told to stop comes out of get(); the end of a future waits for it.
  auto timeline =
      std::async(std::launch::async, [&] { return analysis::Timeline::build(loaded->scan, {}, progress); });
  Result<std::vector<analysis::InstantReport>> reports =
      analysis::reportAt(loaded->scan, {{"end", loaded->scan.end}, {"peak", loaded->scan.peak}}, progress);
  if (!reports) return reports.error();
  loaded->at_end = std::move(reports->front());
  loaded->at_peak = std::move(reports->back());
  findOwners(*loaded);
  auto lives = std::async(std::launch::async, [&] { return analysis::lifetimesOf(loaded->scan, progress); });
  Result<analysis::Timeline> whole = timeline.get();
  if (!whole) return whole.error();
  loaded->timeline = std::move(*whole);
  if (on_summary) on_summary(std::make_shared<const Loaded>(*loaded));

  Result<analysis::Lifetimes> all_lives = lives.get();
  if (!all_lives) return all_lives.error();
  loaded->lives = std::move(*all_lives);
  loaded->has_lives = true;
  rankCallers(*loaded);
  return std::shared_ptr<const Loaded>(std::move(loaded));
}

}  // namespace

QString Loaded::callerName(recording::FrameId owner) const {
  return QString::fromStdString(
      analysis::callerInWords(scan.definitions, owner, scan.header.working_directory));
}

QString Loaded::callerName(const PickedCaller& caller) const {
  return QString::fromStdString(analysis::callerInWords(scan, caller.frame, caller.grouping));
}

TimeRange Loaded::wholeRange() const {
  const recording::Nanoseconds from = scan.hasDropped() ? scan.header.dropped.until : 0;
  return {from, std::max(scan.duration, from + 1)};
}

QString Loaded::title() const {
  std::string name = scan.path.substr(scan.path.rfind('/') + 1);
  const std::string node = scan.definitions.runtime("node");
  if (!node.empty()) name += " · node " + node;
  name += " · pid " + std::to_string(scan.header.pid);
  if (!scan.header.slices) name += " · slices not recorded";
  if (scan.header.slices && !scan.header.liveness) name += " · deaths of slices not recorded";
  if (!scan.complete()) name += " · incomplete";
  if (scan.lost_events != 0) name += " · " + analysis::counted(scan.lost_events, "event") + " lost";
  return QString::fromStdString(analysis::printable(name));
}

Result<std::shared_ptr<const Loaded>> load(const std::string& path, const KeepGoing& keep_going,
                                           const OnSummary& on_summary) {
  try {
    return read(path, keep_going, on_summary);
  } catch (const Stopped&) {
    return std::shared_ptr<const Loaded>();
  }
}

}  // namespace slabscope::viewer
