// SPDX-License-Identifier: GPL-3.0-or-later
#include "loaded.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/owners.h"
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

class Observer {
 public:
  explicit Observer(Loaded& loaded) : loaded_(loaded) {}

  void take(const recording::Batch& batch) {
    lives_.take(batch);
    for (const recording::Event& event : batch.events) {
      if (const auto* gc = std::get_if<recording::Gc>(&event)) loaded_.collections.push_back(*gc);
      if (const auto* memory = std::get_if<recording::Memory>(&event); memory != nullptr && memory->rss != 0)
        addStep(loaded_.rss, memory->t, memory->rss);
      if (const auto* rss = std::get_if<recording::ProcessRss>(&event))
        addStep(loaded_.rss, rss->t, rss->rss);
      live_.apply(event);
      addStep(loaded_.store_bytes, std::visit([](const auto& one) { return one.t; }, event),
              live_.totals().store_bytes);
    }
  }

  void finish() {
    loaded_.lives = lives_.finish(loaded_.scan.kinds);
    loaded_.slab_bytes = slabBytesOver(loaded_.lives);
    loaded_.live_bytes = liveBytesOver(loaded_.lives);
  }

 private:
  static void addStep(Steps& steps, recording::Nanoseconds t, uint64_t value) {
    if (!steps.empty() && steps.back().value == value) return;
    if (!steps.empty() && steps.back().t == t) {
      steps.back().value = value;
    } else {
      steps.push_back({t, value});
    }
  }

  Loaded& loaded_;
  analysis::LifetimesBuilder lives_;
  analysis::LiveSet live_;
};

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

Result<std::shared_ptr<const Loaded>> read(const std::string& path, const KeepGoing& keep_going) {
  auto loaded = std::make_shared<Loaded>();
  Observer observer(*loaded);
  const analysis::Progress progress = stoppable(keep_going);
  Result<analysis::Scan> scan =
      analysis::scan(path, progress, [&](const recording::Batch& batch) { observer.take(batch); });
  if (!scan) return scan.error();
  loaded->scan = std::move(*scan);
  observer.finish();
  findOwners(*loaded);
  rankCallers(*loaded);
  Result<std::vector<analysis::InstantReport>> reports =
      analysis::reportAt(loaded->scan, {{"end", loaded->scan.end}, {"peak", loaded->scan.peak}}, progress);
  if (!reports) return reports.error();
  loaded->at_end = std::move(reports->front());
  loaded->at_peak = std::move(reports->back());
  return std::shared_ptr<const Loaded>(std::move(loaded));
}

}  // namespace

std::string Loaded::callerName(recording::FrameId owner) const {
  return analysis::callerInWords(scan.definitions, owner, scan.header.working_directory);
}

std::string Loaded::callerName(const PickedCaller& caller) const {
  return analysis::callerInWords(scan, caller.frame, caller.grouping);
}

std::string Loaded::title() const {
  std::string name = scan.path.substr(scan.path.rfind('/') + 1);
  const std::string node = scan.definitions.runtime("node");
  if (!node.empty()) name += " · node " + node;
  name += " · pid " + std::to_string(scan.header.pid);
  if (!scan.complete()) name += " · incomplete";
  if (scan.lost_events != 0) name += " · " + analysis::counted(scan.lost_events, "event") + " lost";
  return analysis::printable(name);
}

Result<std::shared_ptr<const Loaded>> load(const std::string& path, const KeepGoing& keep_going) {
  try {
    return read(path, keep_going);
  } catch (const Stopped&) {
    return std::shared_ptr<const Loaded>();
  }
}

}  // namespace slabscope::viewer
