// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "files.h"
#include "temporary_file.h"

namespace slabscope::tests {
namespace {

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
  if (!out_path.empty()) ran.out = recording::readFile(out_path);
  ran.err = recording::readFile(err_file.path());
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

std::vector<nlohmann::json> historyOf(const std::string& path) {
  const Ran ran = slabscope({"export", path, "--format", "jsonl"});
  if (ran.status != 0 || !ran.err.empty()) throw std::runtime_error("no export: " + ran.err);
  std::vector<nlohmann::json> lines;
  std::istringstream stream(ran.out);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

bool isOneErrorLine(const std::string& err) {
  return err.rfind("slabscope: ", 0) == 0 && err.find('\n') == err.size() - 1;
}

}  // namespace slabscope::tests
