// SPDX-License-Identifier: Apache-2.0
#include "function_names.h"

#include <algorithm>
#include <cctype>

namespace slabscope::analysis {
namespace {

// A function's body is looked through from its name to the call; longer ones stay with the name they have.
constexpr size_t kFurthest = 1 << 20;

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

bool isAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

// Behind the text in quotes that begins at `at`; npos where it has no end or code within.
size_t behindQuoted(std::string_view text, size_t at) {
  const char quote = text[at];
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    } else if ((quote == '`' && text.substr(i, 2) == "${") || (quote != '`' && text[i] == '\n')) {
      break;
    }
  }
  return std::string_view::npos;
}

size_t behindComment(std::string_view text, size_t at) {
  if (text[at + 1] == '/') return text.find('\n', at);
  const size_t end = text.find("*/", at + 2);
  return end == std::string_view::npos ? end : end + 2;
}

// Whether all of `text`, which begins with parameters, ends within the braces of the body behind them. A
// slash that is no comment may begin a regular expression: nothing is said then.
bool endsInBody(std::string_view text) {
  int64_t depth = 0;
  int64_t brackets = 0;
  bool in_body = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'' || c == '`') {
      at = behindQuoted(text, at);
      if (at == std::string_view::npos) return false;
      continue;
    }
    if (c == '/' && at + 1 < text.size() && (text[at + 1] == '/' || text[at + 1] == '*')) {
      at = behindComment(text, at);
      if (at == std::string_view::npos) return false;
      continue;
    }
    if (c == '/') return false;
    if (c == '(') ++brackets;
    if (c == ')') --brackets;
    if (c == '{') {
      in_body = in_body || brackets == 0;
      ++depth;
    }
    if (c == '}' && --depth == 0 && in_body) return false;
    ++at;
  }
  return in_body && depth > 0;
}

}  // namespace

FunctionNames::FunctionNames(std::string_view text) : text_(text), lines_{0} {
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    lines_.push_back(at + 1);
}

std::optional<size_t> FunctionNames::offsetOf(Position at) const {
  if (at.line >= lines_.size()) return std::nullopt;
  const size_t start = lines_[at.line];
  if (at.column > text_.size() - start || !isAscii(text_.substr(start, at.column))) return std::nullopt;
  return start + at.column;
}

Position FunctionNames::positionOf(size_t offset) const {
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
  return {static_cast<uint32_t>(line - lines_.begin()), static_cast<uint32_t>(offset - *line)};
}

std::optional<Position> FunctionNames::declarationOf(std::string_view function, Position inside) const {
  constexpr std::string_view kKeyword = "function";
  const std::optional<size_t> end = offsetOf(inside);
  if (!end || function.empty() || !std::all_of(function.begin(), function.end(), isWord)) return std::nullopt;
  const size_t start = *end > kFurthest ? *end - kFurthest : 0;
  const std::string_view text = text_.substr(start, *end - start);
  for (size_t at = text.rfind(kKeyword); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(kKeyword, at - 1)) {
    const size_t name = text.find_first_not_of(" *\t\r\n", at + kKeyword.size());
    if (name == std::string_view::npos || text.substr(name, function.size()) != function) continue;
    const size_t behind = name + function.size();
    if (behind >= text.size() || text[behind] != '(' || (at > 0 && isWord(text[at - 1]))) continue;
    if (!endsInBody(text.substr(behind))) continue;
    const Position position = positionOf(start + name);
    const size_t line = lines_[position.line];
    if (!isAscii(text_.substr(line, start + name - line))) return std::nullopt;
    return position;
  }
  return std::nullopt;
}

}  // namespace slabscope::analysis
