// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slabscope::tests {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

/// Runs slabscope, and waits.
Ran slabscope(const std::vector<std::string>& arguments);

/// Runs slabscope with a stdout whose reader is gone already.
Ran slabscopeIntoClosedPipe(const std::vector<std::string>& arguments);

/// The lines of the recording's history, as `export --format jsonl` tells it.
std::vector<nlohmann::json> historyOf(const std::string& path);
/// Whether `err` is one line of slabscope's own.
bool isOneErrorLine(const std::string& err);

inline bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

}  // namespace slabscope::tests
