// SPDX-License-Identifier: Apache-2.0
// Signals that reach the collector: those of the terminal reach the command by themselves, those that
// somebody sent to us are meant for the command.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <vector>

#include "descriptor.h"
#include "slabscope/recording/result.h"

namespace slabscope::collector {

class SignalRelay {
 public:
  /// Blocks what is relayed, and SIGCHLD, in the whole process, ignores SIGPIPE, and does not ignore SIGCHLD
  /// (whose children leave no exit status), until it is destroyed.
  static Result<SignalRelay> install();
  SignalRelay(SignalRelay&& other) noexcept;
  SignalRelay& operator=(SignalRelay&&) = delete;
  ~SignalRelay();

  /// Readable when a signal has come.
  int fd() const { return fd_.get(); }
  struct Received {
    int signal;
    bool from_kernel;  ///< the terminal's: sent to the whole foreground process group
    pid_t sender;      ///< if not from the kernel
  };
  /// The next one that waits, if any.
  std::optional<Received> next();

  /// Puts everything back as it was found. Async-signal-safe: for a child between fork and exec.
  void restore() const;

 private:
  SignalRelay() = default;

  Descriptor fd_;
  sigset_t original_mask_{};
  struct Disposition {
    int signal;
    struct sigaction original;
  };
  std::vector<Disposition> dispositions_;
  bool installed_ = false;
};

}  // namespace slabscope::collector
