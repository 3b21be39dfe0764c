// SPDX-License-Identifier: Apache-2.0
#include "slabscope/collector/control.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "control_socket.h"
#include "say.h"
#include "slabscope/wire/peer.h"

namespace slabscope::collector {

namespace {

constexpr timeval kPatience{5, 0};

Error notReached(pid_t pid, const std::string& who, int error) {
  if (kill(pid, 0) != 0 && errno == ESRCH) return {"there is no " + who};
  if (errno == EPERM) return {who + " belongs to another user"};
  if (error == ECONNREFUSED) return {who + " is not being recorded; start it with slabscope record"};
  return {withReason("cannot reach the recording of " + who, error)};
}

}  // namespace

Result<std::string> control(pid_t pid, const std::string& request) {
  const std::string who = "process " + std::to_string(pid);
  errno = 0;
  const Descriptor fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) return Error{withReason("cannot make a socket", errno)};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const ControlAddress there = controlAddress(pid);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&there.address), there.size) != 0)
    return notReached(pid, who, errno);
  ucred peer{};
  if (!wire::peerOf(fd.get(), peer) || peer.uid != geteuid())
    return Error{who + " is recorded by another user"};
  std::array<char, kMaxControlBytes> answer;
  if (send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
    return Error{withReason("cannot ask the collector of " + who, errno)};
  const ssize_t got = recv(fd.get(), answer.data(), answer.size(), 0);
  if (got < 0 && errno == EAGAIN) return Error{"the collector of " + who + " does not answer"};
  if (got <= 0) return Error{"the recording of " + who + " has just ended"};
  const std::string text(answer.data() + 1, static_cast<size_t>(got) - 1);
  if (answer[0] != '+') return Error{who + ": " + text};
  return text;
}

}  // namespace slabscope::collector
