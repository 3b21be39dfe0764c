// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/verify.h"

namespace slabscope::cli {

/// What `info` found; `verifier` is null without --verify.
struct Info {
  const analysis::Scan& scan;
  const analysis::Verifier* verifier = nullptr;

  /// Nothing is damaged, unfinished, lost or contradictory. A process that was killed is no fault of the
  /// recording.
  bool sound() const;
};

/// For people.
std::string infoText(const Info& info);

/// One object, described in docs/json.md and docs/schemas/info.json.
nlohmann::ordered_json infoJson(const Info& info);

}  // namespace slabscope::cli
