// SPDX-License-Identifier: Apache-2.0
#include "slabscope/collector/record.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "clock.h"
#include "handshake.h"
#include "launch.h"
#include "program_check.h"
#include "say.h"
#include "session.h"
#include "shim_location.h"
#include "signals.h"

namespace slabscope::collector {

namespace {

constexpr int kOwnError = 2;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

// Node processes that end together with the command are not worth a line.
constexpr uint64_t kQuietWait = kSecond;

// A descriptor of ours must not become the one that messages go to. The program does not get these.
void occupyStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // open() takes the lowest number that is free.
    if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0) return;
  }
}

Result<> checkOutput(const std::string& output) {
  size_t slash = output.rfind('/');
  std::string directory = slash == std::string::npos ? "." : output.substr(0, slash + 1);
  if (access(directory.c_str(), W_OK | X_OK) != 0) {
    std::string what =
        output.empty() ? "cannot write a recording into the working directory" : "cannot create " + output;
    return Error{withReason(what, errno) + "; name another file with -o"};
  }
  struct stat status {};
  if (!output.empty() && stat(output.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{withReason("cannot create " + output, EISDIR) + "; name a file with -o"};
  }
  return Nothing{};
}

Result<> checkProgram(const std::string& command) {
  std::string program = findProgram(command);
  if (program.empty()) return Nothing{};
  if (changesRights(program)) {
    return Error{program +
                 ": runs with other rights than yours (set-uid, set-gid or file capabilities) and cannot be "
                 "recorded; run slabscope record beneath it instead"};
  }
  if (!cannotBePreloaded(program)) return Nothing{};
  return Error{
      program +
      ": statically linked (or musl) programs cannot be recorded: the dynamic loader does not load the shim"};
}

int fail(const Error& error) {
  say(error.message);
  return kOwnError;
}

/// What signals mean while the command runs, and after it.
void relaySignals(SignalRelay& signals, Session& session, pid_t command) {
  while (std::optional<SignalRelay::Received> received = signals.next()) {
    if (received->signal == SIGCHLD) continue;
    if (session.commandStatus()) {
      if (received->signal == SIGUSR1 || received->signal == SIGUSR2) continue;
      session.detachAll();
    } else if (!received->from_kernel && received->sender != command) {
      kill(command, received->signal);
    }
  }
}

class WaitNotice {
 public:
  void update(const Session& session) {
    if (said_ || !session.commandStatus() || session.running() == 0) return;
    uint64_t now = monotonicNow();
    if (since_ == 0) since_ = now;
    if (now - since_ < kQuietWait) return;
    said_ = true;
    bool one = session.running() == 1;
    say("waiting for " + std::to_string(session.running()) +
        (one ? " more node process" : " more node processes") + "; interrupt to stop recording");
  }

 private:
  uint64_t since_ = 0;
  bool said_ = false;
};

// The watched program comes first: a batch process that wakes up does not take the processor from who has it.
// What else the user has chosen stays.
void letOthersFirst() {
  const sched_param none{};
  if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
}

int runSession(Session& session, SignalRelay& signals, int listening_fd, pid_t command) {
  WaitNotice notice;
  letOthersFirst();
  for (;;) {
    session.round(signals.fd(), listening_fd);
    relaySignals(signals, session, command);
    session.reapCommand();
    notice.update(session);
    if (session.commandStatus() && session.isIdle() && !session.acceptAll(listening_fd)) break;
  }
  if (!session.hasRecorded()) say("no node process was recorded");
  return exitStatusOf(*session.commandStatus());
}

}  // namespace

int record(const RecordOptions& options) {
  occupyStandardStreams();
  if (options.command.empty()) return fail({"no command to record; name one after --"});
  Result<std::string> shim = locateShim(options.shim);
  if (!shim) return fail(shim.error());
  if (Result<> output = checkOutput(options.output); !output) return fail(output.error());
  const std::string& program = options.command.front();
  if (Result<> recordable = checkProgram(program); !recordable) return fail(recordable.error());
  Result<ListeningSocket> socket = listenForShims();
  if (!socket) return fail(socket.error());
  Result<SignalRelay> signals = SignalRelay::install();
  if (!signals) return fail(signals.error());

  Result<Launched> launched = launch(options.command, environmentFor(*shim, socket->name), *signals);
  if (!launched) return fail(launched.error());
  if (launched->exec_error != 0) {
    say(withReason("cannot run " + program, launched->exec_error));
    return launched->exec_error == ENOENT ? kNotFound : kNotExecutable;
  }
  Session session(options, OutputNames(options.output, program));
  session.setCommand(launched->pid);
  return runSession(session, *signals, socket->fd.get(), launched->pid);
}

int serve(int fd) {
  occupyStandardStreams();
  Descriptor client(fd);
  Result<SignalRelay> signals = SignalRelay::install();
  if (!signals) return fail(signals.error());
  letOthersFirst();
  Session session(RecordOptions{}, OutputNames("", "node"));
  session.addClient(std::move(client));
  while (!session.isIdle()) {
    session.round(signals->fd(), -1);
    // The program's terminal is not ours: only SIGTERM, which is sent to this process by name, ends the
    // recording.
    while (std::optional<SignalRelay::Received> received = signals->next()) {
      if (received->signal == SIGTERM) session.detachAll();
    }
  }
  return session.hasRecorded() ? 0 : kOwnError;
}

}  // namespace slabscope::collector
