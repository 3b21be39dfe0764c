// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "explain.h"
#include "source_map_words.h"
#include "words.h"
#include "wrapped.h"

namespace slabscope::cli {
namespace {

std::string warnings(const analysis::Scan& scan) {
  std::string text;
  if (scan.lost_events != 0)
    text += fmt::format("! {}: what follows is not exact\n", counted(scan.lost_events, "lost event"));
  if (!scan.complete()) text += fmt::format("! {}\n", printable(analysis::endInWords(scan)));
  if (scan.hasDropped())
    text += fmt::format("! what was before {} is not in it (--max-size)\n",
                        secondsInWords(scan.header.dropped.until));
  if (!scan.pauses.empty())
    text +=
        fmt::format("! paused {}\n", scan.pauses.size() == 1 ? "once" : counted(scan.pauses.size(), "time"));
  return text;
}

constexpr size_t kIndent = 15;
constexpr size_t kWidth = 120;  // bytes; what is longer goes on in the next line

std::string indented(const std::string& text) {
  return wrapped(std::string(kIndent, ' ') + text, kWidth, kIndent) + '\n';
}

std::string upperCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::string explainText(const analysis::Scan& scan, const analysis::PoolFacts& facts) {
  std::string text = fmt::format("{}: the Buffer pool of node {} in this run\n", printable(scan.path),
                                 printable(scan.definitions.runtime("node")));
  text += warnings(scan);
  if (const std::string maps = sourceMapWarning(scan.source_maps); !maps.empty()) text += "! " + maps + "\n";
  for (const analysis::Claim& claim : claimsOf(scan, facts)) {
    text += fmt::format("\n{:<{}}{}\n", upperCase(inWords(claim.finding.verdict)), kIndent, claim.text);
    const std::string why = lackingInWords(claim.finding);
    text += indented(why.empty() ? claim.figures : why);
    if (why.empty() && !claim.example.empty()) text += indented("e.g. " + claim.example);
  }
  return text;
}

}  // namespace slabscope::cli
