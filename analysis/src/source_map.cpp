// SPDX-License-Identifier: Apache-2.0
#include "source_map.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "vlq.h"

namespace slabscope::analysis {
namespace {

using nlohmann::json;

constexpr uint32_t kMostColumns = std::numeric_limits<uint32_t>::max();

struct Segment {
  uint32_t column = 0;
  int64_t source = -1;  // -1: this code came from nowhere
  uint32_t line = 0;
  uint32_t source_column = 0;
  int64_t name = -1;
};

// What is known of one position so far.
struct Found {
  bool any = false;
  Segment segment;
};

// Runs through the mappings of one map, whose first line and column lie at `offset` in the generated file,
// and keeps of each line's segments the last one at or before each position.
class Lookup {
 public:
  Lookup(const std::vector<Position>& positions, Position offset, std::vector<Found>& found)
      : positions_(positions), offset_(offset), found_(found), line_(offset.line) {}

  Result<> run(std::string_view mappings) {
    beginLine();
    for (size_t at = 0; at < mappings.size();) {
      const char c = mappings[at];
      if (c == ';') {
        endLine();
        if (line_ == kMostColumns) return Error{"has too many lines"};
        ++line_;
        beginLine();
      }
      if (c == ';' || c == ',') {
        ++at;
        continue;
      }
      const Result<> read = readSegment(mappings, at);
      if (!read) return read.error();
    }
    endLine();
    return Nothing{};
  }

 private:
  void beginLine() {
    column_ = 0;
    pending_ = false;
    const auto by_line = [](const Position& position, uint32_t line) { return position.line < line; };
    const auto first = std::lower_bound(positions_.begin(), positions_.end(), line_, by_line);
    const auto last =
        std::find_if(first, positions_.end(), [&](const Position& p) { return p.line != line_; });
    first_ = static_cast<size_t>(first - positions_.begin());
    last_ = static_cast<size_t>(last - positions_.begin());
  }

  void endLine() {
    if (pending_) settle(kMostColumns, true);
    pending_ = false;
  }

  Result<> readSegment(std::string_view mappings, size_t& at) {
    std::array<int64_t, 5> fields{};
    size_t count = 0;
    for (; at < mappings.size() && mappings[at] != ',' && mappings[at] != ';'; ++count) {
      const std::optional<int64_t> value = count < fields.size() ? nextVlq(mappings, at) : std::nullopt;
      if (!value) return Error{"has a mapping that cannot be read"};
      fields[count] = *value;
    }
    if (count != 1 && count != 4 && count != 5) return Error{"has a mapping that cannot be read"};
    // Each value is a 32-bit difference, and sums that leave 32 bits end here: none can overflow.
    column_ += fields[0];
    source_ += fields[1];
    source_line_ += fields[2];
    source_column_ += fields[3];
    name_ += fields[4];
    for (const int64_t sum : {column_, source_, source_line_, source_column_, name_}) {
      if (sum < 0 || sum >= kMostColumns) return Error{"has a mapping out of bounds"};
    }
    take({.column = static_cast<uint32_t>(column_),
          .source = count == 1 ? -1 : source_,
          .line = static_cast<uint32_t>(source_line_),
          .source_column = static_cast<uint32_t>(source_column_),
          .name = count == 5 ? name_ : -1});
    return Nothing{};
  }

  void take(Segment segment) {
    if (first_ == last_) return;
    const uint64_t shifted = uint64_t{segment.column} + (line_ == offset_.line ? offset_.column : 0);
    segment.column = static_cast<uint32_t>(std::min<uint64_t>(shifted, kMostColumns));
    if (pending_) settle(segment.column, segment.column < latest_.column);
    latest_ = segment;
    pending_ = true;
  }

  // The latest segment reaches to `until`; where a later one begins before it, to the line's end, for the
  // positions that no nearer one is known of.
  void settle(uint32_t until, bool to_the_end) {
    const auto begin = positions_.begin() + static_cast<ptrdiff_t>(first_);
    const auto end = positions_.begin() + static_cast<ptrdiff_t>(last_);
    auto at = std::lower_bound(begin, end, Position{line_, latest_.column});
    for (; at != end && (to_the_end || at->column < until); ++at) {
      Found& found = found_[static_cast<size_t>(at - positions_.begin())];
      if (found.any && found.segment.column > latest_.column) continue;
      found = {true, latest_};
    }
  }

  const std::vector<Position>& positions_;
  const Position offset_;
  std::vector<Found>& found_;
  uint32_t line_;
  size_t first_ = 0, last_ = 0;  // the positions on this line
  Segment latest_;
  bool pending_ = false;
  int64_t column_ = 0, source_ = 0, source_line_ = 0, source_column_ = 0, name_ = 0;
};

std::string textAt(const json& map, const char* list, int64_t index) {
  const auto found = map.find(list);
  if (index < 0 || found == map.end() || !found->is_array()) return {};
  const auto place = static_cast<size_t>(index);
  if (place >= found->size() || !(*found)[place].is_string()) return {};
  return (*found)[place].get<std::string>();
}

std::string textOf(const json& map, const char* key) {
  const auto found = map.find(key);
  return found != map.end() && found->is_string() ? found->get<std::string>() : std::string();
}

using Origins = std::vector<std::optional<Origin>>;

// A section answers for what begins behind it, until the next one does.
Result<> addPlainMap(const json& map, Position offset, const std::vector<Position>& positions,
                     Origins& origins) {
  const auto mappings = map.find("mappings");
  if (mappings == map.end() || !mappings->is_string()) return Error{"has no mappings"};
  std::vector<Found> found(positions.size());
  const Result<> run = Lookup(positions, offset, found).run(mappings->get_ref<const std::string&>());
  if (!run) return run.error();
  const auto first = std::lower_bound(positions.begin(), positions.end(), offset);
  for (auto i = static_cast<size_t>(first - positions.begin()); i < positions.size(); ++i) {
    origins[i].reset();
    const Segment& segment = found[i].segment;
    std::string source = found[i].any ? textAt(map, "sources", segment.source) : std::string();
    if (source.empty()) continue;
    origins[i] = {std::move(source),
                  textOf(map, "sourceRoot"),
                  {segment.line, segment.source_column},
                  textAt(map, "names", segment.name),
                  {positions[i].line, segment.column}};
  }
  return Nothing{};
}

std::optional<Position> offsetOf(const json& section) {
  const auto offset = section.find("offset");
  if (offset == section.end() || !offset->is_object()) return std::nullopt;
  const auto line = offset->find("line");
  const auto column = offset->find("column");
  const auto fits = [&](const auto& one) {
    return one != offset->end() && one->is_number_unsigned() && one->template get<uint64_t>() < kMostColumns;
  };
  if (!fits(line) || !fits(column)) return std::nullopt;
  return Position{line->get<uint32_t>(), column->get<uint32_t>()};
}

Result<> addSections(const json& sections, const std::vector<Position>& positions, Origins& origins) {
  // Each section runs over all positions behind it.
  constexpr size_t kMaxSections = 100'000;
  if (!sections.is_array() || sections.size() > kMaxSections) return Error{"has too many sections"};
  Position latest;
  for (const json& section : sections) {
    const std::optional<Position> offset = section.is_object() ? offsetOf(section) : std::nullopt;
    if (!offset || *offset < latest) return Error{"has a section without a place"};
    latest = *offset;
    const auto map = section.find("map");
    if (map == section.end() || !map->is_object()) return Error{"has a section without a map"};
    const Result<> added = addPlainMap(*map, *offset, positions, origins);
    if (!added) return added.error();
  }
  return Nothing{};
}

}  // namespace

Result<Origins> originsOf(std::string_view text, const std::vector<Position>& positions) {
  // The sources' texts are most of many maps, and of no use here.
  const auto wanted = [](int /*depth*/, json::parse_event_t event, json& parsed) {
    return event != json::parse_event_t::key || parsed != "sourcesContent";
  };
  if (text.starts_with(")]}'")) text.remove_prefix(std::min(text.find('\n'), text.size()));
  const json map = json::parse(text, wanted, false);
  if (!map.is_object()) return Error{"is not JSON"};
  if (const auto version = map.find("version"); version == map.end() || *version != 3)
    return Error{"is not of version 3"};
  Origins origins(positions.size());
  const auto sections = map.find("sections");
  const Result<> added = sections != map.end() ? addSections(*sections, positions, origins)
                                               : addPlainMap(map, {}, positions, origins);
  if (!added) return added.error();
  return origins;
}

}  // namespace slabscope::analysis
