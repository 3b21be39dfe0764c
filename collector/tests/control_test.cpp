// SPDX-License-Identifier: Apache-2.0
#include "slabscope/collector/control.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "control_socket.h"
#include "pipeline_fixture.h"
#include "record_fixture.h"

namespace slabscope::collector {
namespace {

constexpr uid_t kSomebodyElse = 65534;

using PausedPipeline = PipelineTest;

TEST_F(PausedPipeline, TellsWhenAndTakesMarksFromOutside) {
  TestThread one = thread(0, 1);
  pipeline_->addPausing(kStart, true);
  one.alloc(kStart + 10, 0x1000, 64);
  pipeline_->addMark(kStart + 20, "outside");
  pipeline_->addPausing(kStart + 30, false);
  one.free(kStart + 40, 0x1000);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "pAMrF");
  EXPECT_EQ(read.all<recording::Pause>().at(0).t, 0U);
  EXPECT_EQ(read.all<recording::Resume>().at(0).t, 30U);
  recording::Mark mark = read.all<recording::Mark>().at(0);
  EXPECT_EQ(mark.isolate, 0U);
  EXPECT_EQ(mark.t, 20U);
  EXPECT_EQ(read.definitions.string(mark.name), "outside");
}

class Control : public RecordTest {
 protected:
  /// What control() said, an error with a '!' before it.
  static std::string say(pid_t pid, const std::string& request) {
    Result<std::string> done = control(pid, request);
    return done ? *done : "!" + done.error().message;
  }
  static pid_t goneProcess() {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    waitpid(pid, nullptr, 0);
    return pid;
  }
};

TEST_F(Control, ReachesARecordingByEitherProcess) {
  RecordOptions request = options({fakeNode(), "hang", "5"}, "run.slab");
  request.paused = true;
  Running running(directory(), [&] { return collector::record(request); });
  ASSERT_TRUE(running.waitForOutput("ready"));
  const auto node = static_cast<pid_t>(read("run.slab").header.pid);
  const std::string who = "process " + std::to_string(node);
  EXPECT_EQ(say(node, "stop"), who + ": was paused already");
  EXPECT_EQ(say(node, "start"), who + ": recording");
  EXPECT_EQ(say(running.pid(), "start"), who + ": was recording already");
  EXPECT_EQ(say(running.pid(), "mark one"), who + ": marked");
  EXPECT_EQ(say(node, "mark two"), who + ": marked");
  EXPECT_EQ(say(running.pid(), "stop"), who + ": paused");
  EXPECT_EQ(say(node, "nonsense"), "!" + who + ": slabscope does not understand what it is asked");
  EXPECT_EQ(say(node, "mark " + std::string(kMaxMarkName + 1, 'x')),
            "!" + who + ": slabscope does not understand what it is asked");
  kill(node, SIGKILL);
  running.wait();

  size_t marks = 0;
  std::string pauses;
  for (const recording::Event& event : read("run.slab").events) {
    if (std::holds_alternative<recording::Mark>(event)) ++marks;
    if (std::holds_alternative<recording::Pause>(event)) pauses += 'p';
    if (std::holds_alternative<recording::Resume>(event)) pauses += 'r';
  }
  EXPECT_EQ(marks, 2U);
  EXPECT_EQ(pauses, "prp");
  EXPECT_EQ(say(node, "start"), "!there is no " + who);
}

TEST_F(Control, OfTheCollectorHoldsForProcessesToCome) {
  RecordOptions request =
      options({"/bin/sh", "-c", "mkfifo go; echo waiting; read word <go; exec " + fakeNode() + " hang 1"},
              "run.slab");
  Running running(directory(), [&] { return collector::record(request); });
  ASSERT_TRUE(running.waitForOutput("waiting"));
  EXPECT_EQ(say(running.pid(), "mark early"),
            "!process " + std::to_string(running.pid()) + ": no node process is being recorded");
  EXPECT_EQ(say(running.pid(), "stop"), "what starts from now on is paused");
  std::system(("echo go >" + directory() + "/go").c_str());
  ASSERT_TRUE(running.waitForOutput("ready"));
  const auto node = static_cast<pid_t>(read("run.slab").header.pid);
  EXPECT_EQ(say(node, "stop"), "process " + std::to_string(node) + ": was paused already");
  kill(node, SIGKILL);
  running.wait();
}

TEST_F(Control, NamesWhatIsWrongWithTheProcess) {
  const pid_t gone = goneProcess();
  EXPECT_EQ(say(gone, "start"), "!there is no process " + std::to_string(gone));
  EXPECT_EQ(say(getpid(), "start"), "!process " + std::to_string(getpid()) +
                                        " is not being recorded; start it with slabscope record");
}

TEST_F(Control, TrustsOnlyTheSameUser) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else";
  const std::string who = "process " + std::to_string(getpid());
  // Somebody else has taken the name.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t thief = fork();
  if (thief == 0) {
    const ControlAddress there = controlAddress(getppid());
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (setuid(kSomebodyElse) != 0 ||
        bind(fd, reinterpret_cast<const sockaddr*>(&there.address), there.size) != 0 || listen(fd, 1) != 0 ||
        write(ends[1], "x", 1) != 1)
      _exit(1);
    pause();
  }
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  EXPECT_EQ(say(getpid(), "start"), "!" + who + " is recorded by another user");
  kill(thief, SIGKILL);
  waitpid(thief, nullptr, 0);

  // Somebody else asks.
  ControlSockets sockets;
  sockets.open(getpid());
  const ControlAddress here = controlAddress(getpid());
  const pid_t stranger = fork();
  if (stranger == 0) {
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    std::array<char, kMaxControlBytes> answer{};
    if (setuid(kSomebodyElse) != 0 ||
        connect(fd, reinterpret_cast<const sockaddr*>(&here.address), here.size) != 0)
      _exit(1);
    send(fd, "start", 5, MSG_NOSIGNAL);
    const ssize_t got = recv(fd, answer.data(), answer.size(), 0);
    _exit(got > 1 && answer[0] == '-' ? 0 : 2);
  }
  bool asked = false;
  int status = 0;
  while (waitpid(stranger, &status, WNOHANG) == 0) {
    std::vector<pollfd> watched;
    sockets.watch(watched);
    poll(watched.data(), watched.size(), 10);
    sockets.serve(watched.data(), [&](pid_t, std::string_view) {
      asked = true;
      return std::string("+done");
    });
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace slabscope::collector
