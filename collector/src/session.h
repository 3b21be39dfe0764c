// SPDX-License-Identifier: Apache-2.0
// All recordings of one run. One thread does everything, in rounds: drain every process, then wait until
// somebody connects, ends or sends a signal, but no longer than the rings can wait.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control_socket.h"
#include "descriptor.h"
#include "output_name.h"
#include "process_recording.h"
#include "slabscope/collector/record.h"

namespace slabscope::collector {

class Session {
 public:
  Session(RecordOptions options, OutputNames names);

  /// Takes a connected socket on which a Hello is to come soon.
  void addClient(Descriptor client);
  /// The command itself: how it ended is then told in its recording, and the session reaps it.
  void setCommand(pid_t pid) { command_ = pid; }

  /// One round. Comes back early when one of the descriptors, which may be -1, is readable; accepts whoever
  /// waits at the listening one.
  void round(int signal_fd, int listening_fd);
  /// Accepts whoever waits; true if there was somebody.
  bool acceptAll(int listening_fd);
  /// Looks whether the command has ended. Must follow the reading of signals: a SIGCHLD that was read wakes
  /// no round.
  void reapCommand();
  /// Ends all recordings; their processes go on.
  void detachAll();

  /// Recordings that go on.
  size_t running() const { return recordings_.size(); }
  /// Nothing is being recorded and nobody is about to be.
  bool isIdle() const { return recordings_.empty() && clients_.empty(); }
  bool hasRecorded() const { return has_recorded_; }
  /// The status that waitpid gave for the command, once it has ended.
  const std::optional<int>& commandStatus() const { return command_status_; }

 private:
  struct Client {
    Descriptor fd;
    uint64_t deadline;
  };

  void serveClient(const Client& client);
  void startRecording(const Client& client, pid_t pid);
  void endRecording(ProcessRecording& recording);
  void tidyHeap(uint64_t now, uint64_t fullest);
  int waitFor(uint64_t fullest, uint64_t since_last_round) const;
  std::string obey(pid_t pid, std::string_view request);

  RecordOptions options_;
  OutputNames names_;
  ControlSockets control_;
  std::vector<Client> clients_;
  std::vector<std::unique_ptr<ProcessRecording>> recordings_;
  uint64_t last_round_ = 0;    ///< when it began
  uint64_t next_tidying_ = 0;  ///< no sooner, unless a recording ends
  pid_t command_ = 0;
  std::optional<int> command_status_;
  bool has_recorded_ = false;
};

}  // namespace slabscope::collector
