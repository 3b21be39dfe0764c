// SPDX-License-Identifier: Apache-2.0
#include "launch.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "descriptor.h"
#include "say.h"
#include "slabscope/wire/handshake.h"

namespace slabscope::collector {

namespace {

constexpr std::string_view kPreload = "LD_PRELOAD=";

std::vector<char*> pointersTo(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void becomeCommand(char* const* arguments, char** environment, const SignalRelay& signals,
                                int error_fd) {
  signals.restore();
  execvpe(arguments[0], arguments, environment);
  int error = errno;
  [[maybe_unused]] ssize_t written = write(error_fd, &error, sizeof error);
  _exit(127);
}

}  // namespace

std::vector<std::string> environmentFor(const std::string& shim, const std::string& socket_name) {
  const std::string socket_variable = std::string(wire::kSocketVariable) + "=";
  std::vector<std::string> environment;
  std::string preload = std::string(kPreload) + shim;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    if (text.starts_with(kPreload)) {
      if (text.size() > kPreload.size()) preload.append(":").append(text.substr(kPreload.size()));
    } else if (!text.starts_with(socket_variable)) {
      environment.emplace_back(text);
    }
  }
  environment.push_back(std::move(preload));
  environment.push_back(socket_variable + socket_name);
  return environment;
}

Result<Launched> launch(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                        const SignalRelay& signals) {
  // Everything that allocates comes before the fork.
  std::vector<char*> arguments = pointersTo(command);
  std::vector<char*> variables = pointersTo(environment);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{withReason("cannot make a pipe", errno)};
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  pid_t pid = fork();
  if (pid < 0) return Error{withReason("cannot start a process", errno)};
  if (pid == 0) becomeCommand(arguments.data(), variables.data(), signals, write_end.get());
  write_end.reset();
  Launched launched{pid, 0};
  // Closed by a successful exec.
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(read_end.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof error)) {
    launched.exec_error = error;
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return launched;
}

int exitStatusOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace slabscope::collector
