// SPDX-License-Identifier: Apache-2.0
#include "agent_coverage.h"

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

TEST(AgentCoverage, CountsTheWorkersWithoutAnAgent) {
  AgentCoverage agents;
  agents.isolateStarted(1, 0);
  EXPECT_EQ(agents.gap(), std::nullopt) << "the main isolate has capabilities of its own";
  agents.isolateStarted(2, 1);
  ASSERT_TRUE(agents.gap());
  EXPECT_NE(agents.gap()->find("in 1 worker "), std::string::npos) << *agents.gap();
  agents.isolateStarted(3, 2);
  EXPECT_NE(agents.gap()->find("in 2 workers "), std::string::npos) << *agents.gap();
  agents.agentSpoke(2);
  agents.agentSpoke(3);
  EXPECT_EQ(agents.gap(), std::nullopt);
}

using AgentCoverageInRings = PipelineTest;

TEST_F(AgentCoverageInRings, IsLearnedFromWhatEachThreadTells) {
  TestThread main = thread(0, 1);
  TestThread worker = thread(1, 2);
  EXPECT_FALSE(pipeline_->sawIsolate());
  main.isolateStart(kStart + 1, 0, 0);
  main.runtime(wire::RuntimeKey::kNodeVersion, "v24.0.0");
  worker.isolateStart(kStart + 2, 1, 1);
  round(kEnd);
  EXPECT_TRUE(pipeline_->sawIsolate());
  EXPECT_TRUE(pipeline_->agentGap());
  worker.runtime(wire::RuntimeKey::kNodeVersion, "v24.0.0");
  round(kEnd);
  EXPECT_FALSE(pipeline_->agentGap());
}

}  // namespace
}  // namespace slabscope::collector
