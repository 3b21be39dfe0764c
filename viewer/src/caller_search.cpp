// SPDX-License-Identifier: GPL-3.0-or-later
#include "caller_search.h"

#include <QHash>
#include <QStringList>
#include <algorithm>

namespace slabscope::viewer {

Found search(const analysis::CallerTree& tree, const std::vector<QString>& names, const QString& text,
             uint64_t analysis::Costs::*figure) {
  Found found;
  found.marks.resize(tree.nodes.size());
  const QStringList words = text.simplified().split(' ', Qt::SkipEmptyParts);
  if (words.isEmpty()) return found;
  // The same caller is often met.
  QHash<QString, bool> known;
  const auto matches = [&](const QString& name) {
    const auto before = known.constFind(name);
    if (before != known.constEnd()) return *before;
    const bool all = std::all_of(words.begin(), words.end(), [&](const QString& word) {
      return name.contains(word, Qt::CaseInsensitive);
    });
    known.insert(name, all);
    return all;
  };
  std::vector<bool> below(tree.nodes.size());
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const analysis::CallerNode& node = tree.nodes[i];
    below[i] = node.parent != analysis::CallerNode::kNone && (below[node.parent] || found.marks[node.parent]);
    if (!matches(names[i])) continue;
    found.marks[i] = true;
    found.nodes.push_back(i);
    if (!below[i]) found.total += node.total.costs.*figure;
  }
  std::stable_sort(found.nodes.begin(), found.nodes.end(), [&](uint32_t a, uint32_t b) {
    return tree.nodes[a].total.costs.*figure > tree.nodes[b].total.costs.*figure;
  });
  return found;
}

}  // namespace slabscope::viewer
