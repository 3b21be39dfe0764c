// SPDX-License-Identifier: Apache-2.0
// From the handshake to the footer, with processes that speak as the shim does.
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "record_fixture.h"

namespace slabscope::collector {
namespace {

using recording::EndKind;

class Session : public RecordTest {
 protected:
  std::string fake(const std::string& arguments) const { return fakeNode() + " " + arguments; }
};

TEST_F(Session, RecordsAProcessFromItsStartToItsEnd) {
  Outcome outcome = record(options({fakeNode(), "exit:7", "1000"}, "run.slab"));
  EXPECT_EQ(outcome.status, 7);
  Recorded recorded = read("run.slab");
  EXPECT_EQ(recorded.stores(), 1000U);
  EXPECT_EQ(recorded.header.argv, (std::vector<std::string>{fakeNode(), "exit:7", "1000"}));
  EXPECT_EQ(recorded.header.executable, fakeNode());
  EXPECT_EQ(recorded.header.working_directory, directory());
  EXPECT_EQ(recorded.header.stack_depth, kFullStackDepth);
  ASSERT_TRUE(recorded.footer);
  EXPECT_EQ(recorded.footer->end, EndKind::kExit);
  EXPECT_EQ(recorded.footer->end_status, 7);
  EXPECT_EQ(recorded.footer->lost_events, 0U);
  EXPECT_EQ(outcome.err,
            "slabscope: run.slab: " + std::to_string(recorded.events.size()) + " events, 0 lost\n");
}

TEST_F(Session, LosesNothingOfAKilledProcess) {
  Outcome outcome = record(options({fakeNode(), "kill", "200000"}, "run.slab"));
  EXPECT_EQ(outcome.status, 128 + SIGKILL);
  Recorded recorded = read("run.slab");
  EXPECT_EQ(recorded.stores(), 200'000U);
  ASSERT_TRUE(recorded.footer);
  EXPECT_EQ(recorded.footer->end, EndKind::kSignal);
  EXPECT_EQ(recorded.footer->end_status, SIGKILL);
}

TEST_F(Session, FollowsTheChildrenOfTheCommand) {
  Outcome outcome = recordShell(fake("exit:0 10") + "; " + fake("kill 20") + "; exit 3", "run.slab");
  EXPECT_EQ(outcome.status, 3);
  std::vector<std::string> names = recordings();
  ASSERT_EQ(names.size(), 2U);
  ASSERT_EQ(names[1], "run.slab");
  Recorded first = read("run.slab");
  Recorded second = read(names[0]);
  EXPECT_EQ(names[0], "run." + std::to_string(second.header.pid) + ".slab");
  EXPECT_EQ(first.stores(), 10U);
  EXPECT_EQ(first.footer->end, EndKind::kExit);
  EXPECT_EQ(first.footer->end_status, -1);
  EXPECT_EQ(second.stores(), 20U);
  EXPECT_EQ(second.footer->end, EndKind::kSignal);
  EXPECT_EQ(second.footer->end_status, -1);
  EXPECT_EQ(second.header.parent_pid, first.header.parent_pid);
}

TEST_F(Session, RecordsProcessesThatRunAtTheSameTime) {
  std::string both = fake("exit:0 50000") + " & " + fake("exit:0 50001") + " & wait";
  EXPECT_EQ(recordShell(both).status, 0);
  std::vector<std::string> names = recordings();
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(read(names[0]).stores() + read(names[1]).stores(), 100'001U);
}

TEST_F(Session, GivesAProcessThatExecutesAnotherProgramASecondRecording) {
  EXPECT_EQ(record(options({fakeNode(), "exec", "30"}, "x-%p.slab")).status, 0);
  std::vector<std::string> names = recordings();
  ASSERT_EQ(names.size(), 2U);
  Recorded first = read(names[1]);
  Recorded second = read(names[0]);
  EXPECT_EQ(names[1], "x-" + std::to_string(first.header.pid) + ".slab");
  EXPECT_EQ(names[0], "x-" + std::to_string(first.header.pid) + ".2.slab");
  EXPECT_EQ(first.stores(), 30U);
  EXPECT_EQ(first.footer->end, EndKind::kDetached);
  EXPECT_EQ(second.stores(), 30U);
  EXPECT_EQ(second.footer->end, EndKind::kExit);
  EXPECT_EQ(second.footer->end_status, 0);
}

TEST_F(Session, RefusesWhoDoesNotSpeakAsAShim) {
  Outcome outcome =
      recordShell(fake("garbage") + "; " + fake("version") + "; " + fake("exit:0 1"), "run.slab");
  EXPECT_NE(outcome.err.find("does not speak as a shim"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("another version"), std::string::npos) << outcome.err;
  EXPECT_EQ(recordings(), std::vector<std::string>{"run.slab"});
}

TEST_F(Session, IsNotHeldUpByWhoSaysNothing) {
  Outcome outcome =
      recordShell(fake("silent") + " & " + fake("exit:4 1") + "; s=$?; wait; exit $s", "run.slab");
  EXPECT_EQ(outcome.status, 4);
  EXPECT_EQ(read("run.slab").stores(), 1U);
}

TEST_F(Session, WaitsForProcessesThatOutliveTheCommandUntilItIsInterrupted) {
  std::string script = "mkfifo said; " + fake("hang 5") + " >said & read word <said; rm said; exit 3";
  RecordOptions request = options({"/bin/sh", "-c", script}, "run.slab");
  Running running(directory(), [&] { return collector::record(request); });
  ASSERT_TRUE(running.waitForError("waiting for 1 more node process; interrupt to stop recording"));
  kill(running.pid(), SIGINT);
  EXPECT_EQ(running.wait().status, 3);
  Recorded recorded = read("run.slab");
  EXPECT_EQ(recorded.stores(), 5U);
  ASSERT_TRUE(recorded.footer);
  EXPECT_EQ(recorded.footer->end, EndKind::kDetached);
}

TEST_F(Session, TellsAtOnceThatTheFileCannotBeWrittenAndLetsTheProgramGo) {
  RecordOptions request = options({fakeNode(), "steady", "5"}, "run.slab");
  Running running(directory(), [&] { return collector::record(request); });
  ASSERT_TRUE(running.waitForOutput("ready"));
  rlimit limit{100, 100};
  ASSERT_EQ(prlimit(running.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  ASSERT_TRUE(running.waitForError("cannot write run.slab: "));
  // It ends because it was detached.
  Outcome outcome = running.wait();
  EXPECT_EQ(outcome.status, 0);
  size_t first = outcome.err.find("cannot write");
  EXPECT_EQ(outcome.err.find("cannot write", first + 1), std::string::npos) << outcome.err;
}

TEST_F(Session, LetsAProgramRunWhoseFileCannotBeMade) {
  Outcome outcome = record(options({fakeNode(), "exit:0", "5"}, "/dev/full"));
  EXPECT_EQ(outcome.status, 66);  // the fake node's own: it was not accepted
  EXPECT_NE(outcome.err.find("/dev/full"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("no node process was recorded"), std::string::npos) << outcome.err;
}

TEST_F(Session, ServesOneProcessThatStartedItsOwnCollector) {
  Running running(directory(), [&]() -> int {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) return 90;
    if (fork() == 0) {
      close(ends[0]);
      _exit(serve(ends[1]));
    }
    close(ends[1]);
    setenv("FAKE_NODE_FD", std::to_string(ends[0]).c_str(), 1);
    execl(FAKE_NODE, FAKE_NODE, "kill", "40", nullptr);
    return 91;
  });
  pid_t pid = running.pid();
  // Both hold stderr: the end of the file is that of the collector too.
  running.wait();
  Recorded recorded = read("slabscope.node." + std::to_string(pid) + ".slab");
  EXPECT_EQ(recorded.stores(), 40U);
  ASSERT_TRUE(recorded.footer);
  EXPECT_EQ(recorded.footer->end, EndKind::kSignal);
}

}  // namespace
}  // namespace slabscope::collector
