// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "fail_if.h"

namespace slabscope::cli {
namespace {

// Deep enough for people, and shallow enough for the stack.
constexpr int kDeepest = 50;

constexpr std::array<std::pair<std::string_view, double>, 14> kUnits = {{{"B", 1},
                                                                         {"kB", 1e3},
                                                                         {"MB", 1e6},
                                                                         {"GB", 1e9},
                                                                         {"KiB", 1024},
                                                                         {"MiB", 1048576},
                                                                         {"GiB", 1073741824},
                                                                         {"k", 1e3},
                                                                         {"M", 1e6},
                                                                         {"G", 1e9},
                                                                         {"ns", 1},
                                                                         {"us", 1e3},
                                                                         {"ms", 1e6},
                                                                         {"s", 1e9}}};
constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators = {
    {{">=", Operator::kGreaterOrEqual},
     {"<=", Operator::kLessOrEqual},
     {"==", Operator::kEqual},
     {"!=", Operator::kNotEqual},
     {">", Operator::kGreater},
     {"<", Operator::kLess}}};
constexpr std::array<std::pair<std::string_view, Filter::Key>, 4> kKeys = {
    {{"function", Filter::Key::kFunction},
     {"file", Filter::Key::kFile},
     {"package", Filter::Key::kPackage},
     {"kind", Filter::Key::kKind}}};

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

bool isFigureOfCallers(std::string_view name) {
  for (size_t i = 0; i < analysis::kCallerFigures; ++i) {
    if (name == analysis::toString(static_cast<analysis::CallerFigure>(i))) return true;
  }
  return name == "amplification";
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Condition> parse() {
    std::optional<Condition> condition = any(0);
    skipSpace();
    if (condition && at_ != text_.size()) condition = fail("an operator, 'and', 'or' or the end");
    if (!condition) return Error{fmt::format("column {}: {}", at_ + 1, problem_)};
    return std::move(*condition);
  }

 private:
  std::optional<Condition> any(int depth) { return list(depth, "or", Condition::Kind::kAny); }

  std::optional<Condition> list(int depth, std::string_view word, Condition::Kind kind) {
    Condition whole;
    whole.kind = kind;
    do {
      std::optional<Condition> part =
          kind == Condition::Kind::kAny ? list(depth, "and", Condition::Kind::kAll) : one(depth);
      if (!part) return std::nullopt;
      whole.parts.push_back(std::move(*part));
    } while (takeWord(word));
    if (whole.parts.size() > 1) return whole;
    Condition only = std::move(whole.parts.front());
    return only;
  }

  std::optional<Condition> one(int depth) {
    if (depth > kDeepest) return fail("fewer parentheses");
    if (!take("(")) return comparison();
    std::optional<Condition> inner = any(depth + 1);
    if (inner && !take(")")) return fail("')'");
    return inner;
  }

  std::optional<Condition> comparison() {
    skipSpace();
    const size_t start = at_;
    Condition condition;
    Comparison& one = condition.comparison;
    one.figure = word();
    if (one.figure.empty()) return fail("a figure, such as held_bytes");
    if (take("{")) {
      do {
        if (!filter(one)) return std::nullopt;
      } while (take(","));
      if (!take("}")) return fail("',' or '}'");
    }
    const bool is_known = isFigureOfCallers(one.figure) ||
                          (one.filters.empty() && analysis::metricOf(one.figure) < analysis::kMetrics.size());
    if (!is_known) {
      at_ = start;
      return fail(one.filters.empty() ? fmt::format("a figure, not '{}'; docs/diff.md lists them", one.figure)
                                      : "allocations, bytes, live_bytes, held_bytes or amplification");
    }
    if (!op(one)) return fail("one of > >= < <= == !=");
    if (!value(one)) return std::nullopt;
    return condition;
  }

  bool filter(Comparison& one) {
    skipSpace();
    const size_t start = at_;
    const std::string key = word();
    for (const auto& [name, value] : kKeys) {
      if (name != key) continue;
      if (!take("=")) {
        fail("'='");
        return false;
      }
      const size_t end = std::min(text_.find_first_of(",}", at_), text_.size());
      one.filters.push_back({value, std::string(text_.substr(at_, end - at_))});
      at_ = end;
      // The program's own code has no package.
      const bool is_filter = value == Filter::Key::kPackage || !one.filters.back().glob.empty();
      if (!is_filter) fail("a name, in which * stands for anything");
      return is_filter;
    }
    at_ = start;
    fail("function=, file=, package= or kind=");
    return false;
  }

  bool op(Comparison& one) {
    for (const auto& [name, value] : kOperators) {
      if (!take(name)) continue;
      one.op = value;
      return true;
    }
    return false;
  }

  bool value(Comparison& one) {
    skipSpace();
    const bool is_minus = peek() == '-';
    one.is_delta = is_minus || peek() == '+';
    if (one.is_delta) ++at_;
    const char* begin = text_.data() + at_;
    const auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), one.value);
    if (error != std::errc() || !std::isfinite(one.value) || one.value < 0 || *begin == '-') {
      fail("a number, such as 5, +10% or +2MiB");
      return false;
    }
    at_ += static_cast<size_t>(stop - begin);
    if (is_minus) one.value = -one.value;
    return unit(one);
  }

  bool unit(Comparison& one) {
    const size_t start = at_;
    if (peek() == '%') {
      ++at_;
      one.value /= 100;
      one.is_percent = one.is_delta;
      const size_t metric = analysis::metricOf(one.figure);
      if (one.is_delta || (metric < analysis::kMetrics.size() &&
                           analysis::kMetrics.at(metric).unit == analysis::Unit::kShare))
        return true;
      at_ = start;
      fail("a sign before a number with %: what it is a share of is the old side");
      return false;
    }
    skipSpace();
    const bool is_apart = at_ != start;
    const std::string name = word();
    for (const auto& [known, factor] : kUnits) {
      if (known != name) continue;
      one.value *= factor;
      return true;
    }
    at_ = start;
    if (name.empty() || is_apart) return true;
    fail("a unit: B, kB, MB, GB, KiB, MiB, GiB, k, M, G, ns, us, ms or s");
    return false;
  }

  std::string word() {
    const size_t start = at_;
    while (at_ < text_.size() && isLetter(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  bool take(std::string_view token) {
    skipSpace();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  bool takeWord(std::string_view token) {
    const size_t start = at_;
    skipSpace();
    if (word() == token) return true;
    at_ = start;
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skipSpace() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  std::nullopt_t fail(std::string_view expected) {
    if (problem_.empty()) problem_ = fmt::format("expected {}", expected);
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string problem_;
};

}  // namespace

Result<Condition> parseCondition(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace slabscope::cli
