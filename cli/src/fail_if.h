// SPDX-License-Identifier: Apache-2.0
// The conditions of `slabscope diff --fail-if`. Grammar and meaning: docs/diff.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/analysis/diff.h"
#include "slabscope/recording/result.h"

namespace slabscope::cli {

enum class Operator : uint8_t { kGreater, kGreaterOrEqual, kLess, kLessOrEqual, kEqual, kNotEqual };

/// key=glob
struct Filter {
  enum class Key : uint8_t { kFunction, kFile, kPackage, kKind };
  Key key;
  std::string glob;
};

struct Comparison {
  std::string figure;  ///< a caller's figure, "amplification", or a metric where there are no filters
  std::vector<Filter> filters;  ///< all must hold
  Operator op = Operator::kGreater;
  double value = 0;
  bool is_delta = false;    ///< the value had a sign: what is compared is the change
  bool is_percent = false;  ///< of a delta: relative to the old side
};

/// A comparison, or several of which all or any must hold.
struct Condition {
  enum class Kind : uint8_t { kComparison, kAll, kAny };
  Kind kind = Kind::kComparison;
  Comparison comparison;
  std::vector<Condition> parts;
};

/// The error says at which column and what is expected there.
Result<Condition> parseCondition(std::string_view text);

struct Finding {
  bool holds = false;
  std::string figures;  ///< what was compared, in words: "held_bytes 1.0 MiB -> 3.0 MiB (+200.0 %)"
};
Finding check(const Condition& condition, const analysis::Diff& diff);

/// The callers that a condition is about, those that changed most first: of a comparison with filters what
/// these match; of one without them all. Without those that did not change, unless none did.
std::vector<const analysis::CallerChange*> callersOf(const Condition& condition, const analysis::Diff& diff);

}  // namespace slabscope::cli
