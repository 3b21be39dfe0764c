// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "temporary_file.h"

namespace slabscope::tests {
namespace {

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

int created(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

Ran run(const std::vector<std::string>& arguments, int out, const std::string& out_path) {
  const TemporaryFile err_file("err");
  std::vector<char*> argv;
  std::string program = SLABSCOPE_EXECUTABLE;
  argv.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (std::string& one : copies) argv.push_back(one.data());
  argv.push_back(nullptr);

  const int err = created(err_file.path());
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(126);
  }
  close(out);
  close(err);
  int status = 0;
  waitpid(child, &status, 0);
  Ran ran;
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (!out_path.empty()) ran.out = contentOf(out_path);
  ran.err = contentOf(err_file.path());
  return ran;
}

}  // namespace

Ran slabscope(const std::vector<std::string>& arguments) {
  const TemporaryFile out_file("out");
  return run(arguments, created(out_file.path()), out_file.path());
}

Ran slabscopeIntoClosedPipe(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  close(ends[0]);
  return run(arguments, ends[1], {});
}

bool isOneErrorLine(const std::string& err) {
  return err.rfind("slabscope: ", 0) == 0 && err.find('\n') == err.size() - 1;
}

}  // namespace slabscope::tests
