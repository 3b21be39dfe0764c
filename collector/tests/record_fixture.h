// SPDX-License-Identifier: Apache-2.0
// Runs record() in a process of its own and watches what comes out.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "files.h"
#include "slabscope/collector/record.h"
#include "slabscope/recording/reader.h"

namespace slabscope::collector {

struct Outcome {
  int status = -1;  ///< of exit; -1: ended by a signal
  std::string out;
  std::string err;
};

/// A process with both outputs in pipes.
class Running {
 public:
  /// `body` runs in a child whose working directory is `directory`; what it returns is the exit status.
  Running(const std::string& directory, const std::function<int()>& body);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  pid_t pid() const { return pid_; }
  /// Reads stdout until `text` has appeared in it; false at its end.
  bool waitForOutput(const std::string& text);
  /// Likewise stderr.
  bool waitForError(const std::string& text);
  Outcome wait();

 private:
  static bool readUntil(int fd, std::string& text, const std::string& wanted);

  pid_t pid_;
  int out_fd_;
  int err_fd_;
  Outcome outcome_;
  bool waited_ = false;
};

struct Recorded {
  recording::Header header;
  std::vector<recording::Event> events;
  std::optional<recording::Footer> footer;
  size_t stores() const;
};

/// A new directory to record in, removed at the end.
class RecordTest : public ::testing::Test {
 protected:
  RecordOptions options(std::vector<std::string> command, std::string output = "") const;
  static std::string fakeNode() { return FAKE_NODE; }
  Outcome record(const RecordOptions& options) const;
  Outcome recordShell(const std::string& script, std::string output = "") const;
  /// Without slabscope.
  Outcome plainShell(const std::string& script) const;

  const std::string& directory() const { return folder_.path(); }
  std::vector<std::string> recordings() const;
  Recorded read(const std::string& name) const;

 private:
  const recording::Folder folder_;
};

}  // namespace slabscope::collector
