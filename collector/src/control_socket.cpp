// SPDX-License-Identifier: Apache-2.0
#include "control_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "say.h"
#include "slabscope/wire/peer.h"

namespace slabscope::collector {

namespace {

constexpr int kWaitingCommands = 8;
// Who connects and asks nothing must not hold descriptors of ours.
constexpr size_t kMaxAskers = 16;

void answer(int fd, const std::string& text) {
  // An asker that is gone needs none.
  [[maybe_unused]] const ssize_t sent = send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

ControlAddress controlAddress(pid_t pid) {
  const std::string name = "slabscope-control-" + std::to_string(pid);
  ControlAddress control{};
  control.address.sun_family = AF_UNIX;
  std::memcpy(control.address.sun_path + 1, name.data(), name.size());
  control.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return control;
}

void ControlSockets::open(pid_t pid) {
  close(pid);
  const ControlAddress control = controlAddress(pid);
  Descriptor fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&control.address), control.size) != 0 ||
      listen(fd.get(), kWaitingCommands) != 0) {
    say(withReason("slabscope ctl " + std::to_string(pid) + " will not work", errno));
    return;
  }
  listening_.push_back({pid, std::move(fd)});
}

void ControlSockets::close(pid_t pid) {
  std::erase_if(listening_, [&](const Socket& one) { return one.pid == pid; });
}

void ControlSockets::watch(std::vector<pollfd>& watched) const {
  for (const Socket& one : listening_) watched.push_back({one.fd.get(), POLLIN, 0});
  for (const Socket& one : askers_) watched.push_back({one.fd.get(), POLLIN, 0});
}

void ControlSockets::accept(const Socket& listening) {
  Descriptor asker(accept4(listening.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!asker) return;
  ucred peer{};
  if (!wire::peerOf(asker.get(), peer)) return;
  // A stranger is told so when it has asked: a socket that is closed with the request unread loses the
  // answer.
  const bool stranger = peer.uid != geteuid();
  if (stranger && askers_.size() >= kMaxAskers / 2) return;
  if (askers_.size() >= kMaxAskers) askers_.erase(askers_.begin());
  askers_.push_back({listening.pid, std::move(asker), stranger});
}

void ControlSockets::serve(const pollfd* ready, const Handler& handler) {
  const pollfd* asking = ready + listening_.size();
  std::vector<Socket> waiting;
  for (size_t index = 0; index < askers_.size(); ++index) {
    if (asking[index].revents == 0) {
      waiting.push_back(std::move(askers_[index]));
      continue;
    }
    std::array<char, kMaxControlBytes> request;
    const int fd = askers_[index].fd.get();
    const ssize_t got = recv(fd, request.data(), request.size(), MSG_DONTWAIT);
    if (got <= 0) continue;
    const std::string_view asked(request.data(), static_cast<size_t>(got));
    answer(fd,
           askers_[index].stranger ? "-it is recorded by another user" : handler(askers_[index].pid, asked));
  }
  askers_ = std::move(waiting);
  for (size_t index = 0; index < listening_.size(); ++index) {
    if (ready[index].revents != 0) accept(listening_[index]);
  }
}

}  // namespace slabscope::collector
