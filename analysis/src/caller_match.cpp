// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/caller_match.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace slabscope::analysis {
namespace {

using recording::FrameKind;
using Indices = std::vector<size_t>;

// Beyond this the calls of one function are matched where they have not moved, and in order.
constexpr size_t kMostPairs = 1'000'000;

std::string_view lastComponent(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// How many components, from the last one on, are equal.
size_t commonSuffix(std::string_view a, std::string_view b) {
  size_t common = 0;
  while (!a.empty() && !b.empty() && lastComponent(a) == lastComponent(b)) {
    ++common;
    const size_t length = lastComponent(a).size() + 1;
    a.remove_suffix(std::min(length, a.size()));
    b.remove_suffix(std::min(length, b.size()));
  }
  return common;
}

struct FilePair {
  size_t common = 0;
  std::string_view known;
  std::string_view other;
};

// The other side's names of files that go by another name here.
std::map<std::string_view, std::string_view> renamedFiles(const std::vector<CallerPlace>& known,
                                                          const std::vector<CallerPlace>& others) {
  std::set<std::string_view> here;
  std::set<std::string_view> there;
  for (const CallerPlace& place : known) here.insert(place.file);
  for (const CallerPlace& place : others) there.insert(place.file);
  std::vector<FilePair> pairs;
  for (std::string_view other : there) {
    if (here.count(other) != 0) continue;
    for (std::string_view one : here) {
      if (there.count(one) != 0) continue;
      if (const size_t common = commonSuffix(one, other); common != 0) pairs.push_back({common, one, other});
    }
  }
  const auto ambiguous = [&pairs](const FilePair& pair) {
    return std::count_if(pairs.begin(), pairs.end(), [&](const FilePair& rival) {
             return rival.common >= pair.common && (rival.known == pair.known || rival.other == pair.other);
           }) > 1;
  };
  std::map<std::string_view, std::string_view> renamed;
  for (const FilePair& pair : pairs) {
    if (!ambiguous(pair)) renamed[pair.other] = pair.known;
  }
  return renamed;
}

using Function = std::tuple<FrameKind, std::string_view, std::string_view>;

// Matches the calls of one function.
class Calls {
 public:
  Calls(const std::vector<CallerPlace>& known, const std::vector<CallerPlace>& others, Indices left,
        Indices right, std::vector<std::optional<size_t>>& matches)
      : known_(known), others_(others), left_(std::move(left)), right_(std::move(right)), matches_(matches) {
    const auto order = [](const std::vector<CallerPlace>& places) {
      return [&places](size_t a, size_t b) {
        return std::tie(places[a].line, places[a].column) < std::tie(places[b].line, places[b].column);
      };
    };
    std::stable_sort(left_.begin(), left_.end(), order(known));
    std::stable_sort(right_.begin(), right_.end(), order(others));
  }

  void match() {
    moveBy(0);
    while (left_.size() * right_.size() <= kMostPairs) {
      const std::optional<int64_t> shift = commonestShift();
      if (!shift) break;
      moveBy(*shift);
    }
    if (left_.size() != right_.size()) return;
    for (size_t i = 0; i < left_.size(); ++i) matches_[right_[i]] = left_[i];
  }

 private:
  int64_t shiftOf(size_t known, size_t other) const {
    return int64_t{others_[other].line} - int64_t{known_[known].line};
  }

  std::optional<int64_t> commonestShift() const {
    std::map<int64_t, size_t> counts;
    for (size_t known : left_) {
      for (size_t other : right_) {
        if (known_[known].column == others_[other].column) ++counts[shiftOf(known, other)];
      }
    }
    const auto best = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second, -std::llabs(a.first)) < std::pair(b.second, -std::llabs(b.first));
    });
    return best == counts.end() ? std::nullopt : std::optional(best->first);
  }

  void moveBy(int64_t shift) {
    std::map<std::pair<int64_t, uint32_t>, size_t> by_place;
    for (size_t known : left_)
      by_place.emplace(std::pair(known_[known].line + shift, known_[known].column), known);
    std::set<size_t> used;
    std::erase_if(right_, [&](size_t other) {
      const auto found = by_place.find({others_[other].line, others_[other].column});
      if (found == by_place.end() || !used.insert(found->second).second) return false;
      matches_[other] = found->second;
      return true;
    });
    std::erase_if(left_, [&](size_t known) { return used.count(known) != 0; });
  }

  const std::vector<CallerPlace>& known_;
  const std::vector<CallerPlace>& others_;
  Indices left_;
  Indices right_;
  std::vector<std::optional<size_t>>& matches_;
};

}  // namespace

std::string comparableFile(FrameKind kind, std::string_view file, std::string_view working_directory) {
  constexpr std::string_view kPackages = "/node_modules/";
  if (kind == FrameKind::kNative) return std::string(lastComponent(file));
  if (const size_t packages = file.rfind(kPackages); packages != std::string_view::npos)
    return std::string(file.substr(packages + kPackages.size()));
  const bool is_below = !working_directory.empty() && file.size() > working_directory.size() + 1 &&
                        file.starts_with(working_directory) && file[working_directory.size()] == '/';
  return std::string(is_below ? file.substr(working_directory.size() + 1) : file);
}

std::vector<std::optional<size_t>> matchCallers(const std::vector<CallerPlace>& known,
                                                const std::vector<CallerPlace>& others) {
  const auto renamed = renamedFiles(known, others);
  std::map<Function, std::pair<Indices, Indices>> functions;
  for (size_t i = 0; i < known.size(); ++i)
    functions[{known[i].kind, known[i].function, known[i].file}].first.push_back(i);
  for (size_t i = 0; i < others.size(); ++i) {
    const auto found = renamed.find(others[i].file);
    const std::string_view file = found == renamed.end() ? std::string_view(others[i].file) : found->second;
    functions[{others[i].kind, others[i].function, file}].second.push_back(i);
  }
  std::vector<std::optional<size_t>> matches(others.size());
  for (auto& [function, calls] : functions)
    Calls(known, others, std::move(calls.first), std::move(calls.second), matches).match();
  return matches;
}

}  // namespace slabscope::analysis
