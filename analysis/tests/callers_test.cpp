// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/callers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "made_up.h"
#include "slabscope/analysis/packages.h"
#include "slow_callers.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::FrameKind;
using recording::StackId;
using recording::StoreKind;
using tests::Maker;
using tests::slowPath;
using tests::TemporaryFile;

using Path = std::vector<std::string>;

constexpr Grouping kGroupings[] = {Grouping::kLine, Grouping::kFunction, Grouping::kFile, Grouping::kPackage};
constexpr Frames kFrames[] = {Frames::kOwners, Frames::kAll};

Instant after(size_t events) {
  return {std::numeric_limits<uint64_t>::max(), events};
}

Costs sumOf(const CostTable& table, const std::function<bool(const StackId&)>& wanted) {
  Costs sum;
  for (const StackCosts& one : table.stacks) {
    if (wanted(one.stack)) sum += one.costs;
  }
  return sum;
}

// Asks the slow way, for sets of stacks that are described by a predicate on their path.
class Asker {
 public:
  Asker(const Maker& maker, size_t count, const Scan& scan, const CostTable& table, Grouping grouping,
        Frames frames)
      : maker_(maker), count_(count), table_(table) {
    for (uint32_t id = 0; id <= scan.definitions.stackCount(); ++id)
      paths_[StackId{id}] = slowPath(scan.definitions, StackId{id}, grouping, frames);
  }
  const Path& pathOf(StackId stack) const { return paths_.at(stack); }

  void expect(const CallerCosts& found, const std::function<bool(const Path&)>& wanted) const {
    const auto is_one = [&](StackId stack) { return wanted(paths_.at(stack)); };
    EXPECT_EQ(found.costs, sumOf(table_, is_one));
    EXPECT_EQ(found.alone_bytes, tests::slowAlone(maker_.events(), count_, is_one));
  }

 private:
  const Maker& maker_;
  size_t count_;
  const CostTable& table_;
  std::map<StackId, Path> paths_;
};

void expectTable(const Scan& scan, const CostTable& table, const Asker& asker, Grouping grouping,
                 Frames frames) {
  Costs sum;
  std::set<std::string> names;
  for (const CallerRow& row : callerTable(scan, table, grouping, frames)) {
    const std::string name = tests::slowCaller(scan.definitions, row.frame, grouping);
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    asker.expect(row.self, [&](const Path& path) { return path.front() == name; });
    asker.expect(row.total,
                 [&](const Path& path) { return std::find(path.begin(), path.end(), name) != path.end(); });
    sum += row.self.costs;
  }
  EXPECT_EQ(sum, table.total);
}

void expectTree(const Scan& scan, const CostTable& table, const Asker& asker, Grouping grouping,
                Frames frames, Direction direction) {
  const CallerTree tree = callerTree(scan, table, direction, grouping, frames);
  Costs sum;
  for (const uint32_t root : tree.roots) sum += tree.nodes[root].total.costs;
  EXPECT_EQ(sum, table.total);
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    Path names;  // from the root on
    for (auto at = static_cast<uint32_t>(i); at != CallerNode::kNone; at = tree.nodes[at].parent)
      names.insert(names.begin(), tests::slowCaller(scan.definitions, tree.nodes[at].frame, grouping));
    const auto begins = [&](Path path) {
      if (direction == Direction::kTopDown) std::reverse(path.begin(), path.end());
      return path.size() >= names.size() && std::equal(names.begin(), names.end(), path.begin());
    };
    asker.expect(tree.nodes[i].total, begins);
    asker.expect(tree.nodes[i].self,
                 [&](const Path& path) { return begins(path) && path.size() == names.size(); });
    for (const uint32_t child : tree.nodes[i].children) EXPECT_EQ(tree.nodes[child].parent, i);
  }
}

class RandomCallers : public testing::TestWithParam<uint32_t> {};

TEST_P(RandomCallers, AreThoseOfTheSlowWay) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 260);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found);
  for (const size_t count : {size_t{0}, maker.events().size() / 2, maker.events().size()}) {
    const Result<CostTable> table = stackCosts(*found, after(count));
    ASSERT_TRUE(table);
    for (const Grouping grouping : kGroupings) {
      for (const Frames frames : kFrames) {
        SCOPED_TRACE(std::to_string(count) + " " + std::to_string(static_cast<int>(grouping)) +
                     std::to_string(static_cast<int>(frames)));
        const Asker asker(maker, count, *found, *table, grouping, frames);
        expectTable(*found, *table, asker, grouping, frames);
        expectTree(*found, *table, asker, grouping, frames, Direction::kTopDown);
        expectTree(*found, *table, asker, grouping, frames, Direction::kBottomUp);
      }
    }
  }
}

TEST_P(RandomCallers, AllocationsDieAsTheSlowWaySays) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 400);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found);
  for (const size_t count : {maker.events().size() / 2, maker.events().size()}) {
    const Result<CostTable> table = stackCosts(*found, after(count));
    ASSERT_TRUE(table);
    std::map<StackId, tests::SlowDeaths> slow = tests::slowDeaths(maker.events(), count);
    uint64_t died = 0;
    for (const StackCosts& one : table->stacks) {
      const tests::SlowDeaths& deaths = slow[one.stack];
      EXPECT_EQ(one.costs.own_stores, deaths.own_stores);
      EXPECT_EQ(one.costs.temporary, deaths.temporary);
      EXPECT_EQ(one.costs.temporary_bytes, deaths.temporary_bytes);
      EXPECT_EQ(one.costs.temporary_stores, deaths.temporary_stores);
      LifetimeHistogram lifetimes;
      for (const uint64_t lifetime : deaths.lifetimes) lifetimes.add(lifetime);
      EXPECT_EQ(one.costs.lifetimes, lifetimes);
      died += lifetimes.count();
      slow.erase(one.stack);
    }
    for (const auto& [stack, deaths] : slow) EXPECT_EQ(deaths.own_stores + deaths.lifetimes.size(), 0U);
    EXPECT_GT(died, 0U);
    EXPECT_GT(table->total.temporary, 0U);
    EXPECT_EQ(table->total.lifetimes.count(), died);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCallers, testing::Values(1U, 2U, 3U, 4U, 5U));

class Recursion : public testing::Test {
 protected:
  // main → f → g → f → g → g, which allocates 100 bytes.
  Recursion() {
    Maker maker(file_.path());
    StackId stack = maker.stack("main", "/app/main.js", 1, 1);
    for (const char* name : {"f", "g", "f", "g", "g"}) stack = maker.stack(name, "/app/lib.js", 5, 3, stack);
    maker.alloc(10, 100, StoreKind::kArrayBuffer, stack);
    maker.finish();
    scan_.emplace(*scan(file_.path()));
    table_ = *stackCosts(*scan_, scan_->end);
  }
  std::string nameOf(recording::FrameId frame) const {
    return scan_->definitions.string(scan_->definitions.frame(frame).function);
  }
  TemporaryFile file_;
  std::optional<Scan> scan_;
  CostTable table_;
};

TEST_F(Recursion, CountsATotalOnce) {
  std::map<std::string, std::pair<uint64_t, uint64_t>> rows;
  for (const CallerRow& row : callerTable(*scan_, table_, Grouping::kFunction, Frames::kOwners))
    rows[nameOf(row.frame)] = {row.self.costs.held_bytes, row.total.costs.held_bytes};
  const std::map<std::string, std::pair<uint64_t, uint64_t>> expected = {
      {"main", {0, 100}}, {"f", {0, 100}}, {"g", {100, 100}}};
  EXPECT_EQ(rows, expected);
}

TEST_F(Recursion, IsOneNodeWhereItIsDirect) {
  const CallerTree tree =
      callerTree(*scan_, table_, Direction::kTopDown, Grouping::kFunction, Frames::kOwners);
  std::string names;
  for (const CallerNode& node : tree.nodes) names += nameOf(node.frame) + " ";
  EXPECT_EQ(names, "main f g f g ");
  for (const CallerNode& node : tree.nodes) EXPECT_EQ(node.total.costs.held_bytes, 100U);
}

TEST(Callers, AreFoundOnTheStacksThatTheyAreOn) {
  const TemporaryFile file;
  Maker maker(file.path());
  const StackId main = maker.stack("main", "/app/main.js", 1, 1);
  const StackId keep = maker.stack("keep", "/app/a.js", 5, 3, main);
  const StackId drop = maker.stack("drop", "/app/a.js", 9, 3, main);
  const StackId inside = maker.stack("allocate", "node:buffer", 2, 2, drop);
  for (const StackId stack : {main, keep, drop, inside}) maker.alloc(1, 10, StoreKind::kArrayBuffer, stack);
  maker.finish();
  const Result<Scan> found = scan(file.path());
  const auto frameOf = [&](StackId stack) { return found->definitions.framesOf(stack).front(); };
  const auto through = [&](StackId stack, Grouping grouping, Frames frames) {
    std::vector<uint32_t> ids;
    const std::vector<bool> on = stacksThrough(*found, frameOf(stack), grouping, frames);
    for (uint32_t i = 0; i < on.size(); ++i) {
      if (on[i]) ids.push_back(i);
    }
    return ids;
  };
  using Ids = std::vector<uint32_t>;
  EXPECT_EQ(through(drop, Grouping::kLine, Frames::kOwners), (Ids{drop.value, inside.value}));
  EXPECT_EQ(through(main, Grouping::kLine, Frames::kOwners),
            (Ids{main.value, keep.value, drop.value, inside.value}));
  EXPECT_EQ(through(keep, Grouping::kFile, Frames::kOwners), (Ids{keep.value, drop.value, inside.value}));
  EXPECT_EQ(through(inside, Grouping::kLine, Frames::kOwners), Ids{}) << "folded into its caller";
  EXPECT_EQ(through(inside, Grouping::kLine, Frames::kAll), Ids{inside.value});
  const std::vector<bool> none = stacksThrough(*found, {}, Grouping::kLine, Frames::kOwners);
  EXPECT_TRUE(none[0]);
  EXPECT_FALSE(none[main.value]);
}

TEST(Callers, OfOneLineAreApartByColumnOnly) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.alloc(1, 10, StoreKind::kArrayBuffer, maker.stack("f", "/app/a.js", 5, 3));
  maker.alloc(2, 20, StoreKind::kArrayBuffer, maker.stack("f", "/app/a.js", 5, 9));
  maker.finish();
  const Result<Scan> found = scan(file.path());
  const Result<CostTable> table = stackCosts(*found, found->end);
  EXPECT_EQ(callerTable(*found, *table, Grouping::kLine, Frames::kAll).size(), 2U);
  EXPECT_EQ(callerTable(*found, *table, Grouping::kFunction, Frames::kAll).size(), 1U);
}

TEST(CodeOwners, AreTheProjectPackagesNodeAndOthers) {
  using Kind = CodeOwner::Kind;
  const TemporaryFile file;
  Maker maker(file.path());
  const auto owner = [&](const char* path, FrameKind kind) {
    const StackId stack = maker.stack("f", path, 1, 1, {}, kind);
    maker.alloc(1, 1, StoreKind::kArrayBuffer, stack);
    return stack;
  };
  const std::vector<std::tuple<StackId, Kind, std::string>> expected = {
      {owner("/app/src/a.js", FrameKind::kJs), Kind::kProject, ""},
      {owner("/app/node_modules/@s/p/a.js", FrameKind::kJs), Kind::kPackage, "@s/p"},
      {owner("/app/node_modules/.pnpm/ws@8.1.0/node_modules/ws/lib/b.js", FrameKind::kJs), Kind::kPackage,
       "ws"},
      {owner("/app/node_modules/sharp/build/sharp.node", FrameKind::kNative), Kind::kPackage, "sharp"},
      {owner("node:buffer", FrameKind::kJs), Kind::kNode, ""},
      {owner("", FrameKind::kBuiltin), Kind::kNode, ""},
      {owner("/opt/node", FrameKind::kNative), Kind::kNode, ""},
      {owner("../deps/uv/src/unix/core.c", FrameKind::kNative), Kind::kNode, ""},
      {owner("/lib/libc.so.6", FrameKind::kNative), Kind::kNative, ""},
      {owner("", FrameKind::kNative), Kind::kNobody, ""},
      {owner("", FrameKind::kWasm), Kind::kProject, ""},
  };
  maker.finish();
  const Result<Scan> found = scan(file.path());
  for (const auto& [stack, kind, package] : expected) {
    const recording::FrameId frame = found->definitions.framesOf(stack).front();
    EXPECT_EQ(codeOwnerOf(found->definitions, frame, "/opt/node"), (CodeOwner{kind, package}))
        << found->definitions.string(found->definitions.frame(frame).file);
  }
  EXPECT_EQ(codeOwnerOf(found->definitions, {}, "/opt/node").kind, Kind::kNobody);
}

TEST(Packages, AreTheInnermostFolderBelowNodeModules) {
  EXPECT_EQ(packageOf("/app/node_modules/ws/lib/buffer-util.js"), "ws");
  EXPECT_EQ(packageOf("/app/node_modules/a/node_modules/b/index.js"), "b");
  EXPECT_EQ(packageOf("/app/node_modules/@fastify/cors/index.js"), "@fastify/cors");
  EXPECT_EQ(packageOf("node_modules/x/y.js"), "x");
  EXPECT_EQ(packageOf("node:buffer"), "node");
  EXPECT_EQ(packageOf("/app/src/cache.js"), "");
  EXPECT_EQ(packageOf("/app/my_node_modules/x/y.js"), "");
  EXPECT_EQ(packageOf("/app/node_modules/loose.js"), "");
  EXPECT_EQ(packageOf("/app/node_modules/@scope/loose.js"), "");
  EXPECT_EQ(packageOf(""), "");
}

TEST(LifetimeHistogram, AreInRangesOfPowersOfTwo) {
  LifetimeHistogram lifetimes;
  EXPECT_EQ(lifetimes.median(), std::nullopt);
  for (const uint64_t one : {0, 1, 2, 3, 4, 1000}) lifetimes.add(one);
  EXPECT_EQ(lifetimes.count(), 6U);
  EXPECT_EQ(lifetimes.counts(), (std::vector<uint64_t>{2, 2, 1, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(*lifetimes.median(), (LifetimeHistogram::Range{2, 4}));
  EXPECT_EQ(*lifetimes.p95(), (LifetimeHistogram::Range{512, 1024}));
  LifetimeHistogram more;
  for (int i = 0; i < 94; ++i) more.add(5);
  lifetimes.add(more);
  EXPECT_EQ(*lifetimes.p95(), (LifetimeHistogram::Range{4, 8}));
  lifetimes.add(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(lifetimes.counts().size(), 64U);
  EXPECT_EQ(LifetimeHistogram::rangeOf(63).until, std::numeric_limits<uint64_t>::max());
}

}  // namespace
}  // namespace slabscope::analysis
