// SPDX-License-Identifier: Apache-2.0
// command_cost ROUNDS COMMAND [ARGUMENT…]: runs the command that often, its output thrown away, and prints
// the median of its processor time in seconds and the largest resident set in bytes.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char** command) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  ::execvp(command[0], command);
  std::perror(command[0]);
  ::_exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  const long rounds = argc < 3 ? 0 : std::strtol(argv[1], nullptr, 10);
  if (rounds < 1) {
    std::fprintf(stderr, "usage: command_cost ROUNDS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  std::vector<double> times;
  long resident = 0;
  for (long i = 0; i < rounds; ++i) {
    const pid_t child = ::fork();
    if (child == 0) become(argv + 2);
    int status = 0;
    rusage usage{};
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child || status != 0) {
      std::fprintf(stderr, "command_cost: %s failed\n", argv[2]);
      return 1;
    }
    times.push_back(seconds(usage.ru_utime) + seconds(usage.ru_stime));
    resident = std::max(resident, usage.ru_maxrss * 1024);
  }
  std::sort(times.begin(), times.end());
  std::printf("%.3f %ld\n", times[times.size() / 2], resident);
  return 0;
}
