// SPDX-License-Identifier: Apache-2.0
#include "record_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace slabscope::collector {

Running::Running(const std::string& directory, const std::function<int()>& body) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    if (chdir(directory.c_str()) != 0) _exit(99);
    _exit(body());
  }
  close(out[1]);
  close(err[1]);
  out_fd_ = out[0];
  err_fd_ = err[0];
}

Running::~Running() {
  if (!waited_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_fd_);
  close(err_fd_);
}

bool Running::readUntil(int fd, std::string& text, const std::string& wanted) {
  std::array<char, 4096> piece;
  while (wanted.empty() || text.find(wanted) == std::string::npos) {
    ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) return false;
    text.append(piece.data(), static_cast<size_t>(got));
  }
  return true;
}

bool Running::waitForOutput(const std::string& text) {
  return readUntil(out_fd_, outcome_.out, text);
}

bool Running::waitForError(const std::string& text) {
  return readUntil(err_fd_, outcome_.err, text);
}

Outcome Running::wait() {
  readUntil(out_fd_, outcome_.out, "");
  readUntil(err_fd_, outcome_.err, "");
  int status = 0;
  waitpid(pid_, &status, 0);
  waited_ = true;
  outcome_.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome_;
}

size_t Recorded::stores() const {
  return static_cast<size_t>(std::count_if(events.begin(), events.end(), [](const recording::Event& event) {
    return std::holds_alternative<recording::StoreAlloc>(event);
  }));
}

RecordOptions RecordTest::options(std::vector<std::string> command, std::string output) const {
  RecordOptions options;
  options.command = std::move(command);
  options.output = std::move(output);
  options.shim = IDLE_SHIM;
  return options;
}

Outcome RecordTest::record(const RecordOptions& options) const {
  return Running(directory(), [&] { return collector::record(options); }).wait();
}

Outcome RecordTest::recordShell(const std::string& script, std::string output) const {
  return record(options({"/bin/sh", "-c", script}, std::move(output)));
}

Outcome RecordTest::plainShell(const std::string& script) const {
  return Running(directory(),
                 [&]() -> int {
                   execl("/bin/sh", "/bin/sh", "-c", script.c_str(), nullptr);
                   return 98;
                 })
      .wait();
}

std::vector<std::string> RecordTest::recordings() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory()))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Recorded RecordTest::read(const std::string& name) const {
  Recorded recorded;
  Result<recording::Reader> reader = recording::Reader::open(directory() + "/" + name);
  if (!reader) {
    ADD_FAILURE() << reader.error().message;
    return recorded;
  }
  recorded.header = reader->header();
  recording::Batch batch;
  while (reader->next(batch))
    recorded.events.insert(recorded.events.end(), batch.events.begin(), batch.events.end());
  EXPECT_EQ(reader->integrity().damage, "");
  recorded.footer = reader->footer();
  return recorded;
}

}  // namespace slabscope::collector
