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
  for (auto [signal, handler] : {std::pair{SIGPIPE, SIG_IGN}, {SIGXFSZ, SIG_IGN}, {SIGCHLD, SIG_DFL}}) {
    struct sigaction action {};
    action.sa_handler = handler;
    Disposition disposition{signal, {}};
    sigaction(signal, &action, &disposition.original);
    relay.dispositions_.push_back(disposition);
  }
  relay.installed_ = true;
  relay.fd_ = Descriptor(signalfd(-1, &relayed, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!relay.fd_) return Error{withReason("cannot watch for signals", errno)};
  return relay;
}

SignalRelay::SignalRelay(SignalRelay&& other) noexcept
    : fd_(std::move(other.fd_)),
      original_mask_(other.original_mask_),
      dispositions_(std::move(other.dispositions_)),
      installed_(std::exchange(other.installed_, false)) {}

SignalRelay::~SignalRelay() {
  if (installed_) restore();
}

void SignalRelay::restore() const {
  for (const Disposition& disposition : dispositions_)
    sigaction(disposition.signal, &disposition.original, nullptr);
  sigprocmask(SIG_SETMASK, &original_mask_, nullptr);
}

std::optional<SignalRelay::Received> SignalRelay::next() {
  signalfd_siginfo info;
  if (read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return Received{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL,
                  static_cast<pid_t>(info.ssi_pid)};
}

}  // namespace slabscope::collector
