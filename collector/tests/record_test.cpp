// SPDX-License-Identifier: Apache-2.0
// A command under record() behaves as it does without.
#include <fcntl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "record_fixture.h"

namespace slabscope::collector {
namespace {

using Record = RecordTest;

TEST_F(Record, EndsWithTheStatusOfTheCommand) {
  Outcome outcome = recordShell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(outcome.status, 7);
  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.err, "err\nslabscope: no node process was recorded\n");
}

TEST_F(Record, EndsWith128AndTheSignalThatEndedTheCommand) {
  EXPECT_EQ(recordShell("kill -TERM $$").status, 128 + SIGTERM);
  EXPECT_EQ(recordShell("kill -KILL $$").status, 128 + SIGKILL);
}

TEST_F(Record, TellsThatACommandIsNotThere) {
  Outcome outcome = record(options({"no-such-program-here"}));
  EXPECT_EQ(outcome.status, 127);
  EXPECT_EQ(outcome.err, "slabscope: cannot run no-such-program-here: No such file or directory\n");
}

TEST_F(Record, TellsThatACommandCannotBeExecuted) {
  std::ofstream(directory() + "/data") << "no program";
  Outcome outcome = record(options({"./data"}));
  EXPECT_EQ(outcome.status, 126);
  EXPECT_EQ(outcome.err, "slabscope: cannot run ./data: Permission denied\n");
}

TEST_F(Record, RunsAScript) {
  std::ofstream(directory() + "/script") << "#!/bin/sh\necho \"$0 $1\"\n";
  std::filesystem::permissions(directory() + "/script", std::filesystem::perms::owner_all);
  EXPECT_EQ(record(options({"./script", "one"})).out, "./script one\n");
}

TEST_F(Record, ChangesTwoVariablesOfTheEnvironmentOnly) {
  std::string others = "env | grep -v -e ^LD_PRELOAD= -e ^SLABSCOPE_SOCKET= -e ^_= | sort";
  EXPECT_EQ(recordShell(others).out, plainShell(others).out);
  EXPECT_EQ(recordShell("echo $LD_PRELOAD").out, std::string(IDLE_SHIM) + "\n");
  // "slabscope-" and 128 bits.
  EXPECT_EQ(recordShell("echo ${#SLABSCOPE_SOCKET}").out, "42\n");
}

TEST_F(Record, KeepsAPreloadThatIsThere) {
  RecordOptions request = options({"/bin/sh", "-c", "echo $LD_PRELOAD"});
  Outcome outcome = Running(directory(), [&] {
                      setenv("LD_PRELOAD", "libm.so.6", 1);
                      return collector::record(request);
                    }).wait();
  EXPECT_EQ(outcome.out, std::string(IDLE_SHIM) + ":libm.so.6\n");
}

TEST_F(Record, LeavesDescriptorsProcessGroupSessionAndUmaskAlone) {
  std::string script = "umask; pwd; echo /proc/self/fd/*; cut -d' ' -f5,6 /proc/$$/stat";
  EXPECT_EQ(recordShell(script).out, plainShell(script).out);
}

TEST_F(Record, GivesTheCommandTheSignalStateThatItHadItself) {
  std::string script = "exec grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status";
  auto prepare = [] {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_DFL);
    std::signal(SIGUSR2, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_SETMASK, &blocked, nullptr);
  };
  Outcome recorded = Running(directory(), [&] {
                       prepare();
                       return collector::record(options({"/bin/sh", "-c", script}));
                     }).wait();
  Outcome plain = Running(directory(), [&]() -> int {
                    prepare();
                    execl("/bin/sh", "/bin/sh", "-c", script.c_str(), nullptr);
                    return 98;
                  }).wait();
  EXPECT_EQ(recorded.out, plain.out);
  EXPECT_FALSE(plain.out.empty());
}

TEST_F(Record, KnowsTheStatusEvenWhereChildrenAreIgnored) {
  Outcome outcome = Running(directory(), [&] {
                      std::signal(SIGCHLD, SIG_IGN);
                      return collector::record(options({"/bin/sh", "-c", "exit 9"}));
                    }).wait();
  EXPECT_EQ(outcome.status, 9);
}

class Signals : public RecordTest, public ::testing::WithParamInterface<int> {};

TEST_P(Signals, SentToTheCollectorReachTheCommandOnce) {
  std::string script =
      "n=0; for s in INT QUIT TERM HUP USR1 USR2; do trap 'n=$((n+1))' $s; done; echo ready;"
      "i=0; while [ $i -lt 30 ]; do sleep 0.01; i=$((i+1)); [ $n -gt 0 ] || i=0; done; exit $n";
  RecordOptions request = options({"/bin/sh", "-c", script});
  Running running(directory(), [&] { return collector::record(request); });
  ASSERT_TRUE(running.waitForOutput("ready"));
  kill(running.pid(), GetParam());
  EXPECT_EQ(running.wait().status, 1);
}

INSTANTIATE_TEST_SUITE_P(Relayed, Signals,
                         ::testing::Values(SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2));

// A session of its own whose terminal is `terminal`.
void takeTerminal(const char* terminal) {
  setsid();
  int fd = open(terminal, O_RDWR);
  for (int stream = 0; stream < 3; ++stream) dup2(fd, stream);
}

TEST_F(Record, AnInterruptFromTheTerminalReachesTheCommandOnce) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(master, 0);
  ASSERT_EQ(grantpt(master) | unlockpt(master), 0);
  std::string terminal = ptsname(master);
  std::string script =
      "n=0; trap 'n=$((n+1))' INT; echo ready;"
      "i=0; while [ $i -lt 30 ]; do sleep 0.01; i=$((i+1)); [ $n -gt 0 ] || i=0; done; exit $n";
  RecordOptions request = options({"/bin/sh", "-c", script});
  pid_t pid = fork();
  if (pid == 0) {
    takeTerminal(terminal.c_str());
    _exit(collector::record(request));
  }
  std::string shown;
  std::array<char, 256> piece;
  while (shown.find("ready") == std::string::npos) {
    ssize_t got = ::read(master, piece.data(), piece.size());
    ASSERT_GT(got, 0) << shown;
    shown.append(piece.data(), static_cast<size_t>(got));
  }
  ASSERT_EQ(write(master, "\x03", 1), 1);
  int status = 0;
  waitpid(pid, &status, 0);
  close(master);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

class Refusals : public RecordTest {
 protected:
  void expectRefusal(const RecordOptions& request, const std::string& reason) const {
    Outcome outcome = record(request);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "slabscope: " + reason + "\n");
  }
};

TEST_F(Refusals, ACommandMustBeGiven) {
  expectRefusal(options({}), "no command to record; name one after --");
}

TEST_F(Refusals, TheShimMustBeThere) {
  RecordOptions request = options({"echo"});
  request.shim = "/nowhere/shim.so";
  expectRefusal(
      request,
      "cannot record without the shim /nowhere/shim.so: No such file or directory; build or install "
      "slabscope as a whole");
}

TEST_F(Refusals, TheAgentMustBeBesideTheShim) {
  RecordOptions request = options({"echo"});
  request.shim = directory() + "/shim.so";
  std::ofstream(request.shim) << "";
  expectRefusal(request,
                "cannot record without the agent " + directory() +
                    "/slabscope/agent.cjs: No such file or directory; build or install slabscope as a whole");
}

TEST_F(Refusals, TheLoaderMustBeAbleToNameTheShim) {
  std::string home = directory() + "/my programs";
  std::filesystem::create_directories(home + "/slabscope");
  std::ofstream(home + "/slabscope/agent.cjs") << "";
  std::ofstream(home + "/shim.so") << "";
  RecordOptions request = options({"echo"});
  request.shim = home + "/shim.so";
  expectRefusal(request, "the dynamic loader cannot preload from a path with a space or colon: " +
                             request.shim + "; install slabscope elsewhere");
}

TEST_F(Refusals, TheOutputMustBeAFileThatCanBeMade) {
  expectRefusal(options({"echo"}, "missing/run.slab"),
                "cannot create missing/run.slab: No such file or directory; name another file with -o");
  expectRefusal(options({"echo"}, directory()),
                "cannot create " + directory() + ": Is a directory; name a file with -o");
}

}  // namespace
}  // namespace slabscope::collector
