// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/report.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "replay_pass.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/replay.h"
#include "watches.h"
#include "whole_pass.h"

namespace slabscope::analysis {

namespace {

InstantReport reportOf(const NamedInstant& at, const LiveSet& live, const Owners& owners) {
  InstantReport report{holdingsOf(live, owners), at, live.totals(), {}};
  if (const recording::Nanoseconds* full = live.collections().last(kMainIsolate))
    report.last_full_collection = *full;
  return report;
}

std::vector<Instant> placesOf(const std::vector<NamedInstant>& instants) {
  std::vector<Instant> places;
  places.reserve(instants.size());
  for (const NamedInstant& one : instants) places.push_back(one.instant);
  return places;
}

class Surveyor {
 public:
  explicit Surveyor(WholeSurvey& survey) : survey_(survey), owners_(survey.scan.definitions) {}

  void begin(const recording::Outline& outline) {
    watches_.emplace(survey_.scan, owners_, outline.full_collections);
  }
  template <class One>
  void take(const One& one, const LiveSet& live) {
    watches_->take(one, live);
  }
  void atPeak(const LiveSet& live) { survey_.at_peak = reportOf({"peak", {}}, live, owners_); }
  void atEnd(recording::Nanoseconds t, const LiveSet& live) {
    survey_.at_end = reportOf({"end", {}}, live, owners_);
    survey_.evidence = watches_->finish(t, survey_.at_end);
  }

 private:
  WholeSurvey& survey_;
  const Owners owners_;
  std::optional<Watches> watches_;
};

}  // namespace

Result<std::optional<WholeSurvey>> surveyWhole(const std::string& path, const Progress& progress) {
  WholeSurvey survey;
  Surveyor surveyor(survey);
  const Result<bool> done = wholePass(path, survey.scan, progress, surveyor);
  if (!done) return done.error();
  if (!*done) return std::optional<WholeSurvey>();
  survey.at_peak.at.instant = survey.scan.peak;
  survey.at_end.at.instant = survey.scan.end;
  return std::optional(std::move(survey));
}

Result<std::vector<InstantReport>> reportAt(const Scan& scan, const std::vector<NamedInstant>& instants,
                                            const Progress& progress) {
  const Owners owners(scan.definitions);
  std::vector<InstantReport> reports(instants.size());
  const auto visit = [&](size_t index, const LiveSet& live) {
    reports[index] = reportOf(instants[index], live, owners);
  };
  const Result<> replayed = replay(scan, placesOf(instants), visit, progress);
  if (!replayed) return replayed.error();
  return reports;
}

Result<Survey> survey(const Scan& scan, const std::vector<NamedInstant>& instants, const Progress& progress) {
  const Owners owners(scan.definitions);
  Watches watches(scan, owners, fullCollections(scan));
  Survey survey;
  survey.instants.resize(instants.size());
  bool watching = true;
  const auto watch = [&](const auto& event, const LiveSet& live) {
    if (watching) watches.take(event, live);
  };
  const auto visit = [&](size_t index, const LiveSet& live) {
    survey.instants[index] = reportOf(instants[index], live, owners);
    if (index != 0) return;
    survey.evidence =
        watches.finish(std::min(instants[index].instant.t, scan.duration), survey.instants[index]);
    watching = false;
  };
  const Result<uint64_t> read =
      replayPass<Slices::kByRuns>(scan, placesOf(instants), ReadTo::kEnd, progress, watch, visit);
  if (!read) return read.error();
  survey.batches = *read;
  return survey;
}

}  // namespace slabscope::analysis
