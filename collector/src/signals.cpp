// SPDX-License-Identifier: Apache-2.0
#include "signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "say.h"

namespace slabscope::collector {

Result<SignalRelay> SignalRelay::install() {
  SignalRelay relay;
  sigset_t relayed;
  sigemptyset(&relayed);
  for (int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
    sigaddset(&relayed, signal);
  sigprocmask(SIG_BLOCK, &relayed, &relay.original_mask_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &relay.original_pipe_);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &standard, &relay.original_child_);
  relay.installed_ = true;
  relay.fd_ = Descriptor(signalfd(-1, &relayed, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!relay.fd_) return Error{withReason("cannot watch for signals", errno)};
  return relay;
}

SignalRelay::SignalRelay(SignalRelay&& other) noexcept
    : fd_(std::move(other.fd_)),
      original_mask_(other.original_mask_),
      original_pipe_(other.original_pipe_),
      original_child_(other.original_child_),
      installed_(std::exchange(other.installed_, false)) {}

SignalRelay::~SignalRelay() {
  if (installed_) restore();
}

void SignalRelay::restore() const {
  sigaction(SIGPIPE, &original_pipe_, nullptr);
  sigaction(SIGCHLD, &original_child_, nullptr);
  sigprocmask(SIG_SETMASK, &original_mask_, nullptr);
}

std::optional<SignalRelay::Received> SignalRelay::next() {
  signalfd_siginfo info;
  if (read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return Received{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL,
                  static_cast<pid_t>(info.ssi_pid)};
}

}  // namespace slabscope::collector
