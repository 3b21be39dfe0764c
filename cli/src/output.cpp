// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "words.h"

namespace slabscope::cli {

bool sameFile(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

Result<Output> Output::open(const std::string& path, const std::string& source) {
  if (path.empty()) return Output(STDOUT_FILENO, path);
  if (sameFile(path, source))
    return Error{printable(path) + ": is the recording itself; give another file with -o"};
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    return Error{fmt::format("{}: cannot be written: {}; give another file with -o", printable(path),
                             std::strerror(errno))};
  }
  return Output(fd, path);
}

Output::Output(Output&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      error_(other.error_),
      buffer_(std::move(other.buffer_)) {}

Output::~Output() {
  if (fd_ >= 0 && !path_.empty()) ::close(fd_);
}

void Output::flush() {
  size_t done = 0;
  while (error_ == 0 && done < buffer_.size()) {
    const ssize_t wrote = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (wrote >= 0) {
      done += static_cast<size_t>(wrote);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

Result<> Output::finish() {
  flush();
  // A network file system may report a full disk only here.
  if (!path_.empty() && ::close(std::exchange(fd_, -1)) != 0 && error_ == 0) error_ = errno;
  if (error_ == 0 || error_ == EPIPE) return Nothing{};
  return Error{fmt::format("{}: cannot be written: {}; make room or write elsewhere",
                           path_.empty() ? "standard output" : printable(path_), std::strerror(error_))};
}

int print(std::string_view text) {
  Result<Output> output = Output::open({}, {});
  output->buffer().append(text);
  const Result<> finished = output->finish();
  return finished ? kOk : complain(finished.error().message);
}

int complain(std::string_view message) {
  fmt::print(stderr, "slabscope: {}\n", printable(message));
  return kError;
}

}  // namespace slabscope::cli
