// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

#include "profile_export.h"
#include "slabscope/recording/version.h"

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

/// Numbers frames by their order of first use.
class FrameTable {
 public:
  explicit FrameTable(const recording::Definitions& definitions) : definitions_(definitions) {}

  size_t indexOf(recording::FrameId id) {
    const auto [known, is_new] = by_id_.try_emplace(id.value, frames_.size());
    if (is_new) add(profileFrame(definitions_, id));
    return known->second;
  }
  size_t add(const ProfileFrame& frame) {
    ordered_json object = {{"name", frame.function}};
    if (!frame.file.empty()) object["file"] = frame.file;
    if (frame.line != 0) object["line"] = frame.line;
    if (frame.line != 0 && frame.column != 0) object["col"] = frame.column;
    frames_.push_back(std::move(object));
    return frames_.size() - 1;
  }
  ordered_json take() { return std::move(frames_); }

 private:
  const recording::Definitions& definitions_;
  std::unordered_map<uint64_t, size_t> by_id_;
  ordered_json frames_ = ordered_json::array();
};

}  // namespace

void writeSpeedscope(const Profile& profile, fmt::memory_buffer& out) {
  FrameTable frames(profile.scan.definitions);
  std::vector<ordered_json> stacks;  // outermost first
  for (const analysis::StackCosts& stack : profile.table.stacks) {
    ordered_json indexes = ordered_json::array();
    const std::vector<recording::FrameId> ids = profile.scan.definitions.framesOf(stack.stack);
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) indexes.push_back(frames.indexOf(*id));
    if (ids.empty()) indexes.push_back(frames.add(noStackFrame()));
    stacks.push_back(std::move(indexes));
  }

  ordered_json profiles = ordered_json::array();
  // What is held comes first: it is what a reader sees on opening.
  for (auto column = kCostColumns.rbegin(); column != kCostColumns.rend(); ++column) {
    ordered_json samples = ordered_json::array();
    ordered_json weights = ordered_json::array();
    uint64_t total = 0;
    const auto add = [&](const ordered_json& stack, uint64_t value) {
      if (value == 0) return;
      samples.push_back(stack);
      weights.push_back(value);
      total += value;
    };
    for (size_t i = 0; i < stacks.size(); ++i) add(stacks[i], profile.table.stacks[i].costs.*column->value);
    if (column->value == &analysis::Costs::held_bytes && profile.table.unknown_held_bytes != 0)
      add(ordered_json::array({frames.add(unknownHolderFrame())}), profile.table.unknown_held_bytes);
    const bool counts = std::string_view(column->unit) == "count";
    profiles.push_back({{"type", "sampled"},
                        {"name", column->name},
                        {"unit", counts ? "none" : "bytes"},
                        {"startValue", 0},
                        {"endValue", total},
                        {"samples", std::move(samples)},
                        {"weights", std::move(weights)}});
  }
  const ordered_json whole = {{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                              {"exporter", fmt::format("slabscope {}", recording::programVersion())},
                              {"name", profile.scan.path},
                              {"activeProfileIndex", 0},
                              {"shared", {{"frames", frames.take()}}},
                              {"profiles", std::move(profiles)}};
  // Names in a recording need not be UTF-8; a profile that no tool opens would help nobody.
  out.append(whole.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  out.push_back('\n');
}

}  // namespace slabscope::cli
