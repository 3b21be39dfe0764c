// SPDX-License-Identifier: Apache-2.0
#include "scan_builder.h"

#include <utility>

namespace slabscope::analysis {

using recording::Nanoseconds;

ScanBuilder::ScanBuilder(Scan& scan, const std::string& path, const recording::Reader& reader) : scan_(scan) {
  scan.path = path;
  scan.header = reader.header();
  // An instant without events is the state before the first of them.
  scan.peak = {0, 0};
  const recording::Dropped& dropped = scan.header.dropped;
  scan.traffic = {dropped.stores, dropped.freed_stores, dropped.slices, dropped.freed_slices};
  scan.rss_max = dropped.rss_max;
  for (size_t kind = 0; kind < scan.collections.size(); ++kind)
    scan.collections[kind] = {dropped.collections[kind], dropped.collection_time[kind]};
}

void ScanBuilder::finish(const recording::Reader& reader, const LiveSet& live) {
  endRetelling(false, live);
  if (!ended_) endHere(live);
  scan_.integrity = reader.integrity();
  scan_.footer = reader.footer();
  scan_.duration = std::max(scan_.duration, scan_.header.dropped.until);
  if (scan_.footer) scan_.duration = std::max(scan_.duration, scan_.footer->end_t);
  if (paused_) scan_.pauses.back().until = scan_.duration;
}

void ScanBuilder::on(const recording::Gc& event, const LiveSet& /*live*/) {
  ++scan_.counts.gc;
  Collections& kind = scan_.collections.at(static_cast<size_t>(event.kind));
  ++kind.count;
  kind.duration += event.duration;
}

void ScanBuilder::on(const recording::Memory& event, const LiveSet& /*live*/) {
  ++scan_.counts.memory;
  scan_.rss_max = std::max(scan_.rss_max, event.rss);
  if (event.isolate == kMainIsolate) scan_.last_memory = event;
}

void ScanBuilder::on(const recording::ProcessRss& event, const LiveSet& /*live*/) {
  ++scan_.counts.process_rss;
  scan_.rss_max = std::max(scan_.rss_max, event.rss);
}

void ScanBuilder::on(const recording::Mark& event, const LiveSet& /*live*/) {
  ++scan_.counts.mark;
  scan_.marks.push_back({event.name, {event.t, seen_}});
}

void ScanBuilder::on(const recording::Lost& event, const LiveSet& /*live*/) {
  ++scan_.counts.lost;
  scan_.losses.push_back(event);
  scan_.lost_events += event.count;
}

void ScanBuilder::on(const recording::Pause& event, const LiveSet& /*live*/) {
  ++scan_.counts.pause;
  if (paused_) return;
  paused_ = true;
  scan_.pauses.push_back({event.t, event.t});
}

void ScanBuilder::on(const recording::Resume& event, const LiveSet& /*live*/) {
  ++scan_.counts.resume;
  if (paused_) scan_.pauses.back().until = event.t;
  paused_ = false;
}

void ScanBuilder::countTraffic(const Totals& after) {
  const auto count = [](uint64_t before, uint64_t now, uint64_t& born, uint64_t& died) {
    born += std::max(before, now) - before;
    died += before - std::min(before, now);
  };
  Traffic& all = scan_.traffic;
  count(totals_.stores, after.stores, all.stores.count, all.freed_stores.count);
  count(totals_.store_bytes, after.store_bytes, all.stores.bytes, all.freed_stores.bytes);
  count(totals_.slices, after.slices, all.slices.count, all.freed_slices.count);
  count(totals_.slice_bytes, after.slice_bytes, all.slices.bytes, all.freed_slices.bytes);
}

// What is told again did not happen in this order alone: only at its end it is a state that has been.
void ScanBuilder::endRetelling(bool retold, const LiveSet& live) {
  if (std::exchange(retold_, retold) && !retold) lookForPeak(scan_.header.dropped.until, live);
}

void ScanBuilder::endHere(const LiveSet& live) {
  ended_ = true;
  scan_.end = {scan_.duration, seen_};
  scan_.at_end = live.totals();
}

}  // namespace slabscope::analysis
