// SPDX-License-Identifier: Apache-2.0
// Where a command's result goes: stdout or a file, through a buffer of our own so that a line costs no system
// call.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "slabscope/recording/result.h"

namespace slabscope::cli {

/// Exit statuses of the contract.
inline constexpr int kOk = 0;
inline constexpr int kFound = 1;
inline constexpr int kError = 2;

class Output {
 public:
  /// stdout when `path` is empty. An existing file is replaced, but never the recording `source` that is
  /// being read.
  static Result<Output> open(const std::string& path, const std::string& source);
  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();

  /// What is to be written next. Call spill() now and then.
  fmt::memory_buffer& buffer() { return buffer_; }
  /// Writes the buffer out once it is large.
  void spill() {
    if (buffer_.size() >= kLarge) flush();
  }
  /// The reader of a pipe went away, or the disk is full: there is no use in going on.
  bool stopped() const { return error_ != 0; }
  /// Writes the rest and closes. A reader that has seen enough (a closed pipe) is no error.
  Result<> finish();

 private:
  static constexpr size_t kLarge = 1 << 18;
  Output(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  void flush();

  int fd_;
  std::string path_;  // empty: stdout, which is not ours to close
  int error_ = 0;     // errno of the first write that failed
  fmt::memory_buffer buffer_;
};

/// Whether both paths lead to one file that is there.
bool sameFile(const std::string& a, const std::string& b);

/// Writes `text` to stdout. Returns kOk, or kError after a line on stderr.
int print(std::string_view text);

/// One line on stderr with the program's prefix. Returns kError.
int complain(std::string_view message);

}  // namespace slabscope::cli
