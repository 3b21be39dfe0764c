// SPDX-License-Identifier: Apache-2.0
#include "source_map.h"

#include "function_names.h"
#include "source_map_text.h"
#include "source_paths.h"
#include "targets.h"

namespace slabscope::fuzz {
namespace {

using analysis::Position;

void lookUp(std::string_view map) {
  const std::vector<Position> positions{{0, 0}, {0, 1}, {0, 60}, {1, 0}, {2, 7}, {9, 300}, {70'000, 4}};
  const auto origins = analysis::originsOf(map, positions);
  if (!origins) return;
  for (const auto& origin : *origins) {
    if (origin) analysis::sourcePath(origin->source, origin->root, "/app");
  }
}

}  // namespace

void sourceMap(std::string_view text) {
  lookUp(text);
  const analysis::FunctionNames names(text);
  for (const std::string_view name : {"a", "get", "t1"}) {
    for (const Position inside : {Position{0, 40}, Position{1, 3}, Position{5, 0}}) {
      names.declarationOf(name, inside);
    }
  }
  // What a program names besides is a file of this machine, which is not for the bytes to choose.
  if (!analysis::mappingUrl(text).starts_with("data:")) return;
  analysis::GeneratedFile program{std::string(text)};
  const auto map = analysis::mapOf("/app/program.js", program);
  if (map && *map) lookUp((*map)->json);
}

}  // namespace slabscope::fuzz
