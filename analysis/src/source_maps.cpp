// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/source_maps.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "function_names.h"
#include "source_map.h"
#include "source_map_text.h"
#include "source_paths.h"

namespace slabscope::analysis {
namespace {

using recording::Definitions;
using recording::Frame;
using recording::FrameId;
using recording::FrameKind;
using recording::StringId;

std::map<std::string, std::vector<FrameId>> framesByFile(const Definitions& definitions) {
  std::map<std::string, std::vector<FrameId>> files;
  for (uint32_t i = 1; i <= definitions.frameCount(); ++i) {
    const Frame& frame = definitions.frame(FrameId{i});
    if (frame.kind != FrameKind::kJs || frame.line == 0 || frame.column == 0) continue;
    const std::string& file = definitions.string(frame.file);
    if (file.starts_with('/')) files[file].push_back(FrameId{i});
  }
  return files;
}

class Applier {
 public:
  explicit Applier(Scan& scan) : scan_(scan), definitions_(scan.definitions) {}

  void run() {
    for (const auto& [file, frames] : framesByFile(definitions_)) {
      const Result<> applied = apply(file, frames);
      if (!applied) scan_.source_maps.problems.push_back({file, applied.error().message});
    }
  }

 private:
  Result<> apply(const std::string& file, const std::vector<FrameId>& frames) {
    std::optional<GeneratedFile> generated = readGenerated(file);
    if (!generated) return Nothing{};
    const Result<std::optional<SourceMapText>> map = mapOf(file, *generated);
    if (!map) return Error{"its source map: " + map.error().message};
    if (!map->has_value()) return Nothing{};
    if (isNewer(*generated)) return Error{"it or its source map was changed after the recording's end"};

    const FunctionNames names(generated->text);
    std::map<FrameId, Position> named_at;
    for (const FrameId id : frames) {
      const std::optional<Position> at =
          names.declarationOf(definitions_.string(definitions_.frame(id).function), placeOf(id));
      if (at) named_at[id] = *at;
    }
    std::vector<Position> wanted;
    wanted.reserve(frames.size() + named_at.size());
    for (const FrameId id : frames) wanted.push_back(placeOf(id));
    for (const auto& [id, at] : named_at) wanted.push_back(at);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    const Result<std::vector<std::optional<Origin>>> origins = originsOf((*map)->json, wanted);
    if (!origins) return Error{"its source map " + origins.error().message};

    const auto originAt = [&](Position at) {
      const auto found = std::lower_bound(wanted.begin(), wanted.end(), at);
      return (*origins)[static_cast<size_t>(found - wanted.begin())];
    };
    uint64_t replaced = 0;
    for (const FrameId id : frames) {
      const std::optional<Origin> origin = originAt(placeOf(id));
      if (!origin) continue;
      Frame frame = definitions_.frame(id);
      if (const auto declared = named_at.find(id); declared != named_at.end()) {
        const std::optional<Origin> name = originAt(declared->second);
        if (name && name->generated == declared->second && !name->name.empty())
          frame.function = idOf(name->name);
      }
      frame.file = idOf(sourcePath(origin->source, origin->root, (*map)->folder));
      frame.line = origin->at.line + 1;
      frame.column = origin->at.column + 1;
      definitions_.replace(id, frame);
      ++replaced;
    }
    scan_.source_maps.frames += replaced;
    scan_.source_maps.files += replaced == 0 ? 0 : 1;
    return Nothing{};
  }

  Position placeOf(FrameId id) const {
    const Frame& frame = definitions_.frame(id);
    return {frame.line - 1, frame.column - 1};
  }

  // What ran was there before it ran.
  bool isNewer(const GeneratedFile& generated) const {
    const uint64_t start = scan_.header.start_unix_ns;
    return start != 0 && generated.changed_unix_ns > start &&
           generated.changed_unix_ns - start > scan_.duration;
  }

  StringId idOf(const std::string& text) {
    const auto [place, is_new] = ids_.try_emplace(text);
    if (is_new) place->second = definitions_.addString(text);
    return place->second;
  }

  Scan& scan_;
  Definitions& definitions_;
  std::map<std::string, StringId> ids_;
};

}  // namespace

void applySourceMaps(Scan& scan) {
  Applier(scan).run();
}

}  // namespace slabscope::analysis
